"""Whether frequent words move further, by optimizer and learning rate: the sample, fine-tuned.

python scripts/measure_drift.py [--seeds 3]

Prints, as means over the seeds, the rank correlation of a training word's frequency with how far
its vector moved, and the median Euclidean distance of words seen once and of frequent ones.
"""

import argparse
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from ner_window.config import Config
from ner_window.model.building import build_model
from ner_window.run_data import RunData
from ner_window.study.drift import Drift, drift
from ner_window.study.trained_words import TrainedWords
from ner_window.training.trainer import Trainer

FREQUENT = 64
OPTIMIZERS = [
    ("sgd", 0.1),
    ("momentum", 0.05),
    ("adagrad", 0.02),
    ("rmsprop", 0.001),
    ("adam", 0.001),
    ("adam", 0.01),
]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    seeds = range(1, parser.parse_args().seeds + 1)
    print(f"{'optimizer':<10}{'rate':>7}{'cosine':>8}{'Euclidean':>11}{'once':>8}{'frequent':>10}")
    for optimizer, rate in OPTIMIZERS:
        means = np.mean([figures(moved(optimizer, rate, seed)) for seed in seeds], axis=0)
        cosine, euclidean, once, frequent = means
        print(
            f"{optimizer:<10}{rate:>7}{cosine:>+8.2f}{euclidean:>+11.2f}{once:>8.3f}{frequent:>10.3f}",
            flush=True,
        )


def moved(optimizer: str, rate: float, seed: int) -> Drift:
    """Train once; return how far the vectors have moved."""
    config = Config.model_validate(
        {
            "seed": seed,
            "data": {"train": "data/sample/train.conll"},
            "embeddings": {"path": "data/sample/vectors.bin"},
            "training": {
                "optimizer": optimizer,
                "learning_rate": rate,
                "epochs": 15,
                "keep": "last",
            },
        }
    )
    data = RunData.read(config)
    train, rng = data.corpora["train"], np.random.default_rng(seed)
    model = build_model(config, train, data.vectors, rng)
    for _ in Trainer(config, model, train, None, rng).run(shows_progress=False):
        pass
    trained = TrainedWords.of(model, train)
    assert trained is not None
    return drift(model, trained)


def figures(found: Drift) -> tuple[float, ...]:
    """Return both correlations, and the median distance of rare and of frequent words."""
    correlation = found.rank_correlation
    assert correlation is not None
    frequent = [bin_ for bin_ in found.bins if bin_.least >= FREQUENT]
    words = [bin_.words for bin_ in frequent]
    mean = np.average([bin_.euclidean.median for bin_ in frequent], weights=words)
    once = found.bins[0].euclidean.median
    return correlation.cosine, correlation.euclidean, once, float(mean)


if __name__ == "__main__":
    main()
