"""Measure what the sample's vectors are worth: F1 on its test split against random vectors.

Trains configs/quickstart.yaml with several seeds, once with the vectors that ship and once with
random vectors of the same words and the same standard deviation, and prints mean and deviation.
Usage: python scripts/measure_sample.py [--seeds 5]
"""

import argparse
import os
from pathlib import Path
from statistics import mean, stdev

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from joblib import Parallel, delayed

from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.evaluation.evaluate import evaluate
from ner_window.model.building import build_model
from ner_window.training.trainer import Trainer
from ner_window.vectors.word_vectors import WordVectors, load_vectors

CONFIG = Path("configs/quickstart.yaml")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(1, parser.parse_args().seeds + 1)
    load_vectors(load_config(CONFIG).embeddings.path)  # convert once, before the processes start
    arms = [(name, seed) for name in ("pretrained", "random") for seed in seeds]
    scores = Parallel(n_jobs=-1)(delayed(test_f1)(name, seed) for name, seed in arms)
    f1 = {name: scores[i * len(seeds) : (i + 1) * len(seeds)] for i, name in enumerate(ARMS)}
    for name, values in f1.items():
        runs = " ".join(f"{value:.2f}" for value in values)
        print(f"{name:<11} test F1 {mean(values):.2f} +- {stdev(values):.2f}   ({runs})")
    print(f"difference  {mean(f1['pretrained']) - mean(f1['random']):.2f}")


def pretrained(vectors: WordVectors, rng: np.random.Generator) -> WordVectors:
    return vectors


def at_random(vectors: WordVectors, rng: np.random.Generator) -> WordVectors:
    matrix = rng.normal(0, vectors.deviation, vectors.matrix.shape).astype(np.float32)
    words = [vectors.index.word(row) for row in range(len(vectors))]
    return WordVectors.of(words, matrix, vectors.deviation)


ARMS = {"pretrained": pretrained, "random": at_random}


def test_f1(name: str, seed: int) -> float:
    """Train with one seed, choose the epoch on dev, return the F1 on test."""
    config = load_config(CONFIG, [f"seed={seed}"])
    data = config.data
    train, dev, test = (read_corpus(path) for path in (data.train, data.dev, data.test))
    rng = np.random.default_rng(seed)
    vectors = ARMS[name](load_vectors(config.embeddings.path), rng)
    model = build_model(config, train, vectors, rng)
    trainer = Trainer(config, model, train, dev, rng)
    for _ in trainer.run():
        pass
    trainer.best.restore()
    return evaluate(model, test).f1


if __name__ == "__main__":
    main()
