"""Time and memory of a fine-tuning step against the size of the vector file, and of the table.

In `ner_window` only the training words have rows that can move. The second table is about a step in
which all rows can: the same draws of words, in tables of different sizes.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.timing import Spread, interleaved, medians
from benchmarks.training_step import measure
from benchmarks.window_model import (
    Block,
    Sizes,
    engine_block,
    initial_weights,
    zipf_batches,
)
from ner_window.config import Config
from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tokens import Tokens
from ner_window.model.building import build_model
from ner_window.training.trainer import Trainer
from ner_window.vectors.word_vectors import WordVectors

DIMENSION, WORDS, BATCH = 50, 5_000, 128
FILE_SIZES = (20_000, 100_000, 400_000, 1_000_000)
TABLE_SIZES = (20_000, 100_000, 1_000_000)
BATCHES, ROUNDS = 900, 30  # every round has batches of its own


def run() -> None:
    """Compare vector files, then trainable tables, of 20,000 to 1,000,000 words."""
    compare_files()
    print()
    compare_tables()


def compare_files() -> None:
    """Print the cost of a training step on the same data, with different vector files."""
    steps = {str(size): step_on(size) for size in FILE_SIZES}
    times = medians(interleaved(steps, rounds=300))
    reference = times[str(FILE_SIZES[0])]
    print("words in file   microseconds   ratio   bytes allocated at the peak of a step")
    for size in FILE_SIZES:
        median, peak = times[str(size)], peak_bytes(steps[str(size)])
        print(f"{size:>13,}   {1e6 * median:>12.0f}   {median / reference:>5.2f}   {peak:>12,}")


def compare_tables() -> None:
    """Print the cost of a step of the engine where every row of the table can be trained."""
    blocks = {str(size): block_on(size) for size in TABLE_SIZES}
    for block in blocks.values():
        block(0, 30)
    seconds = measure(blocks, ROUNDS, BATCHES)
    print("rows of table   microseconds   ratio, median and quartiles")
    for size, own in seconds.items():
        ratio = Spread.of_ratios(own, seconds[str(TABLE_SIZES[0])])
        print(
            f"{int(size):>13,}   {1e6 * Spread.of(own).median:>12.0f}   "
            f"{ratio.median:>5.2f} [{ratio.low:.2f}, {ratio.high:.2f}]"
        )


def block_on(size: int) -> Block:
    """Return the fine-tuning step; the words of the smallest table lie spread over this one."""
    smallest = Sizes(vocabulary=TABLE_SIZES[0], d=DIMENSION)
    spread = np.random.default_rng(0).permutation(size)
    batches = [(spread[ids], tags) for ids, tags in zipf_batches(smallest, BATCH, BATCHES)]
    return engine_block(initial_weights(Sizes(vocabulary=size, d=DIMENSION)), batches, True)


def step_on(size: int) -> Callable[[], object]:
    """Return a training step of the window model, on vectors of ``size`` words."""
    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(size)]
    matrix = rng.normal(size=(size, DIMENSION)).astype(np.float32)
    config = Config.model_validate(
        {
            "data": {"train": "-", "dev": "-"},
            "embeddings": {"path": "-", "scale": None},
            "model": {"hidden": 100},
            "regularization": {"dropout": {"hidden": 0.0}},
            "training": {"batch_size": BATCH, "schedule": "constant"},
        }
    )
    corpus = random_corpus(rng)
    model = build_model(config, corpus, WordVectors.of(words, matrix), rng)
    trainer = Trainer(config, model, corpus, corpus, rng)
    batch = next(iter(trainer.batches))
    return lambda: trainer.step(batch)


def random_corpus(rng: np.random.Generator) -> Corpus:
    """Return 1,000 sentences of 20 tokens with random tags."""
    text = Tokens.of([[f"w{n}" for n in row] for row in rng.integers(0, WORDS, (1_000, 20))])
    tags = StringsBuilder()
    tags.extend(rng.choice(["O", "B-PER", "B-LOC", "B-ORG", "B-MISC"], 20_000).tolist())
    return Corpus(Path("-"), text, tags.finished(), "none", np.zeros(20_000, np.int32), "")


def peak_bytes(step: Callable[[], object]) -> int:
    """Return the most memory that one step allocates at a time."""
    tracemalloc.start()
    step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
