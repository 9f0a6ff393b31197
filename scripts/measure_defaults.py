"""How far the defaults of the config are from the best of a grid around them, on five corpora.

python scripts/measure_defaults.py [--corpora NAME ...] [--axial] [--seeds 5] [--finalists 3]
                                   [--jobs -1]

The grid is that of a central composite design (Box and Wilson 1951) in learning rate, epochs,
tokens of a batch, dropout and hidden units around the defaults: that quarter of the corners, at
which each is low or high, in which any two settings have all four combinations equally often, and
the points at which one alone differs from the defaults. Head, context and features are the defaults
throughout.

Every point is trained with one seed; the best of them, and the defaults, with all seeds. Scored is
dev, by the weights that a run keeps, and by those of the last epoch, which nothing was chosen by.
What is measured is kept in runs/defaults, and not measured again. Prints the table of
docs/results.md. Reads the files that the configs of conll2003 and wnut17 name, and
data/conll2002/ned.train and ned.testa.
"""

import argparse
import json
import os
from dataclasses import asdict, astuple, dataclass, replace
from itertools import product
from pathlib import Path
from statistics import mean, stdev

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from joblib import Parallel, delayed
from tqdm import tqdm

from ner_window.config import Config, ModelSettings, RegularizationSettings, TrainingSettings
from ner_window.files import replacement
from ner_window.model.building import build_model
from ner_window.run_data import RunData
from ner_window.training.selection import selection_of
from ner_window.training.trainer import Trainer

RUNS = Path("runs/defaults")
GLOVE = {"path": "data/vectors/glove.6B.50d.txt.gz"}
CONLL2003 = {"train": "data/conll2003/eng.train", "dev": "data/conll2003/eng.testa"}
SENTENCES_100 = (
    1450  # tokens of so many sentences of CoNLL-2003; whole documents, drawn by the seed
)


@dataclass(frozen=True)
class Corpus:
    """The sections ``data`` and ``embeddings`` of a corpus."""

    data: dict[str, object]
    embeddings: dict[str, object]


CORPORA = {
    "sample": Corpus(
        {"train": "data/sample/train.conll", "dev": "data/sample/dev.conll"},
        {"path": "data/sample/vectors.bin"},
    ),
    "100 sentences": Corpus({**CONLL2003, "subset": {"tokens": SENTENCES_100}}, GLOVE),
    "WNUT-17": Corpus(
        {"train": "data/wnut17/wnut17train.conll", "dev": "data/wnut17/emerging.dev.conll"}, GLOVE
    ),
    "CoNLL-2003": Corpus(CONLL2003, GLOVE),
    "Dutch": Corpus(
        {"train": "data/conll2002/ned.train", "dev": "data/conll2002/ned.testa"}, {"dimension": 50}
    ),
}


@dataclass(frozen=True)
class Point:
    """The settings that the grid varies."""

    learning_rate: float
    epochs: int | None
    batch_tokens: int
    dropout: float
    hidden: int

    def config(self, corpus: str, seed: int) -> Config:
        """Return the config of a run: all else is the default."""
        data = dict(CORPORA[corpus].data)
        if "subset" in data:
            data["subset"] = {"tokens": SENTENCES_100, "seed": seed}
        return Config.model_validate(
            {
                "seed": seed,
                "data": data,
                "embeddings": CORPORA[corpus].embeddings,
                "model": {"hidden": self.hidden},
                "regularization": {"dropout": {"hidden": self.dropout}},
                "training": {
                    "learning_rate": self.learning_rate,
                    "epochs": self.epochs,
                    "batch_tokens": self.batch_tokens,
                },
            }
        )

    def __str__(self) -> str:
        epochs = self.epochs or "null"
        settings = (f"{self.learning_rate:g}", epochs, self.batch_tokens, f"{self.dropout:g}")
        return ", ".join(map(str, (*settings, self.hidden)))


LOW = Point(learning_rate=0.0005, epochs=15, batch_tokens=32, dropout=0.25, hidden=50)
HIGH = Point(learning_rate=0.002, epochs=30, batch_tokens=128, dropout=0.7, hidden=200)


@dataclass(frozen=True)
class Measured:
    """Dev F1 of the weights that were kept, and of those of the last epoch."""

    kept: float
    last: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, default=list(CORPORA))
    parser.add_argument("--axial", action="store_true", help="without the corners")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--finalists", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    arguments = parser.parse_args()
    seeds = list(range(1, arguments.seeds + 1))
    points = [defaults(), *axial_points(), *([] if arguments.axial else corners())]
    rows = [
        row(name, list(dict.fromkeys(points)), seeds, arguments.finalists, arguments.jobs)
        for name in arguments.corpora
    ]
    print("dev F1 of the kept weights, of the last epoch in brackets")
    print("| corpus | defaults | best of the grid | its rate, epochs, tokens, dropout, units |")
    print("|---|---|---|---|")
    print("\n".join(rows))


def defaults() -> Point:
    """Return the defaults of the schema, the center of the grid."""
    training = TrainingSettings()
    return Point(
        training.learning_rate,
        training.epochs,
        training.batch_tokens,
        RegularizationSettings().dropout.hidden,
        ModelSettings().hidden,
    )


def axial_points() -> list[Point]:
    """Return the points that differ from the defaults in one setting."""
    return [
        replace(defaults(), **{name: value})
        for end in (LOW, HIGH)
        for name, value in asdict(end).items()
    ]


def corners() -> list[Point]:
    """Return a quarter of the points at which each setting is low or high."""
    ends = [astuple(LOW), astuple(HIGH)]
    return [
        Point(*(ends[sign > 0][n] for n, sign in enumerate((a, b, c, a * b, a * c))))
        for a, b, c in product((-1, 1), repeat=3)
    ]


def row(corpus: str, points: list[Point], seeds: list[int], finalists: int, jobs: int) -> str:
    """Measure a corpus; return its row of the table."""
    first = all_measured(corpus, [(point, seeds[0]) for point in points], jobs)
    ranked = sorted(points, key=lambda point: -first[point, seeds[0]].kept)
    chosen = list(dict.fromkeys([defaults(), *ranked[:finalists]]))
    results = all_measured(corpus, [(point, seed) for point in chosen for seed in seeds], jobs)
    of = {point: [results[point, seed] for seed in seeds] for point in chosen}
    best = max(chosen, key=lambda point: mean(run.kept for run in of[point]))
    return f"| {corpus} | {described(of[defaults()])} | {described(of[best])} | {best} |"


def all_measured(
    corpus: str, todo: list[tuple[Point, int]], jobs: int
) -> dict[tuple[Point, int], Measured]:
    runs = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(measured)(corpus, point, seed) for point, seed in todo
    )
    return dict(zip(todo, tqdm(runs, corpus, len(todo), disable=None), strict=True))


def measured(corpus: str, point: Point, seed: int) -> Measured:
    """Train once, or take what was measured before."""
    name = "-".join(map(str, (corpus.replace(" ", "-"), *astuple(point), seed)))
    path = RUNS / f"{name}.json"
    if not path.exists():
        f1 = trained(point.config(corpus, seed))
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacement(path) as temporary:
            temporary.write_text(json.dumps(asdict(Measured(max(f1), f1[-1]))), "utf-8")
    return Measured(**json.loads(path.read_text("utf-8")))


def trained(config: Config) -> list[float]:
    """Return the dev F1 after each epoch."""
    data = RunData.read(config)
    train, dev = selection_of(config, data.corpora)
    rng = np.random.default_rng(config.seed)
    model = build_model(config, train, data.vectors, rng)
    trainer = Trainer(config, model, train, dev, rng)
    return [record.f1 for record in trainer.run(shows_progress=False)]


def described(runs: list[Measured]) -> str:
    """Return mean and deviation."""
    kept = [run.kept for run in runs]
    deviation = f" +- {stdev(kept):.2f}" if len(kept) > 1 else ""
    return f"{mean(kept):.2f}{deviation} ({mean(run.last for run in runs):.2f})"


if __name__ == "__main__":
    main()
