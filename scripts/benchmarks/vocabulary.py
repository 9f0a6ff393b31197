"""Time and memory of a fine-tuning step against the size of the vector file."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.timing import interleaved, medians
from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.text import ColumnBuilder, Text
from ner_window.model.building import build_model
from ner_window.training.trainer import Trainer
from ner_window.vectors.word_vectors import WordVectors

DIMENSION, WORDS, BATCH = 50, 5_000, 128


def run() -> None:
    """Compare vector files of 20,000 to 1,000,000 words on the same training data."""
    sizes = (20_000, 100_000, 400_000, 1_000_000)
    steps = {str(size): step_on(size) for size in sizes}
    times = medians(interleaved(steps, rounds=300))
    reference = times[str(sizes[0])]
    print("words in file   microseconds   ratio   bytes allocated at the peak of a step")
    for size in sizes:
        median, peak = times[str(size)], peak_bytes(steps[str(size)])
        print(f"{size:>13,}   {1e6 * median:>12.0f}   {median / reference:>5.2f}   {peak:>12,}")


def step_on(size: int) -> Callable[[], object]:
    """Return a training step of the window model, on vectors of ``size`` words."""
    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(size)]
    matrix = rng.normal(size=(size, DIMENSION)).astype(np.float32)
    config = Config.model_validate(
        {
            "data": {"train": "-", "dev": "-"},
            "embeddings": {"path": "-"},
            "model": {"hidden": 100},
            "training": {"batch_size": BATCH, "schedule": "constant"},
        }
    )
    corpus = random_corpus(rng)
    model = build_model(config, corpus, WordVectors.of(words, matrix), rng)
    trainer = Trainer(config, model, corpus, corpus, rng)
    batch = next(iter(trainer.batches))
    return lambda: trainer.train_step(batch)


def random_corpus(rng: np.random.Generator) -> Corpus:
    """Return 1,000 sentences of 20 tokens with random tags."""
    text = Text.of([[f"w{n}" for n in row] for row in rng.integers(0, WORDS, (1_000, 20))])
    tags = ColumnBuilder()
    tags.extend(rng.choice(["O", "B-PER", "B-LOC", "B-ORG", "B-MISC"], 20_000).tolist())
    return Corpus(Path("-"), text, tags.finished(), "none", np.zeros(20_000, np.int32), "")


def peak_bytes(step: Callable[[], object]) -> int:
    """Return the most memory that one step allocates at a time."""
    tracemalloc.start()
    step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
