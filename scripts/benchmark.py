"""Benchmarks, each of which prints medians and ratios measured in one interleaved run.

python scripts/benchmark.py vocabulary     a training step against the size of the vector file
"""

import argparse
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from ner_window.config import Config
from ner_window.corpus import Corpus, Sentence
from ner_window.training import Trainer, build_model
from ner_window.vectors import WordVectors

DIMENSION = 50


def vocabulary() -> None:
    """Time and memory of a fine-tuning step for vector files of 20,000 to 1,000,000 words.

    The training data is the same for all: 20,000 tokens of 5,000 words.
    """
    sizes = (20_000, 100_000, 400_000, 1_000_000)
    steps = {size: step_on(size) for size in sizes}
    seconds = interleaved({str(size): step for size, step in steps.items()}, rounds=300)
    reference = statistics.median(seconds[str(sizes[0])])
    print("words in file   microseconds   ratio   bytes allocated at the peak of a step")
    for size, step in steps.items():
        median = statistics.median(seconds[str(size)])
        peak = peak_bytes(step)
        print(f"{size:>13,}   {1e6 * median:>12.0f}   {median / reference:>5.2f}   {peak:>12,}")


def step_on(size: int) -> Callable[[], object]:
    """Return a training step of the window model, on vectors of ``size`` words."""
    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(size)]
    matrix = rng.normal(size=(size, DIMENSION)).astype(np.float32)
    vectors = WordVectors(words, matrix, 1.0, "")
    config = Config.model_validate(
        {
            "data": {"train": "-", "dev": "-"},
            "embeddings": {"path": "-"},
            "model": {"hidden": 100},
            "training": {"batch_size": 128, "schedule": "constant"},
        }
    )
    corpus = random_corpus(rng)
    model = build_model(config, corpus, vectors, rng)
    trainer = Trainer(config, model, corpus, corpus, rng)
    windows = trainer.encoded_train.stream.windows(slice(0, 128))
    tags = trainer.targets[:128]
    return lambda: trainer.train_step(windows, tags)


def random_corpus(rng: np.random.Generator) -> Corpus:
    numbers = rng.integers(0, 5_000, (1_000, 20))
    tags = rng.choice(["O", "B-PER", "B-LOC", "B-ORG", "B-MISC"], (1_000, 20))
    sentences = [
        Sentence([f"w{number}" for number in row], list(row_tags), 0, 0)
        for row, row_tags in zip(numbers, tags.tolist(), strict=True)
    ]
    return Corpus("-", sentences, "iob2")


def interleaved(steps: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each run; the steps take turns, so that drift hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for step in steps.values():
        for _ in range(10):
            step()
    for _ in range(rounds):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def peak_bytes(step: Callable[[], object]) -> int:
    """Return the most memory that one step allocates at a time."""
    tracemalloc.start()
    step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


BENCHMARKS = {"vocabulary": vocabulary}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("benchmark", choices=BENCHMARKS)
    BENCHMARKS[parser.parse_args().benchmark]()
