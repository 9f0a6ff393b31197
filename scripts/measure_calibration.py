"""Measure how well confidences are calibrated, on dev, on the other half of dev, and elsewhere.

python scripts/measure_calibration.py [sample conll2003 wnut17] [--seeds 8] [--jobs -1]

Trains each with several seeds (runs/calibration; what is finished is not repeated) and prints the
table of docs/statistics.md, means over the seeds. "By halves": the temperature of each half of dev
was fitted on the other half.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from joblib import Parallel, delayed

from ner_window.config.file import load_config
from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.evaluation.calibration import Calibration, calibration
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.units import Units
from ner_window.model.model import Model
from ner_window.model_folder.folder import load_model
from ner_window.run_data import RunData
from ner_window.training.run import run
from ner_window.training.temperature import fitted_temperature

RUNS = Path("runs/calibration")
HEADING = (
    "| trained on | judged on | temperature | entities | says | is right | error | of a perfect "
    "model | within its 95% |\n|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Case:
    """What is trained, and on which files beside dev it is judged, by name."""

    config: str
    settings: Sequence[str] = ()
    elsewhere: dict[str, str] = field(default_factory=dict)
    seeds: int = 8


CASES = {
    "sample": Case("quickstart.yaml", elsewhere={"test": "data/sample/test.conll"}),
    "conll2003": Case(
        "conll2003/finetuned.yaml",
        ["training.epochs=4"],
        {"wikigold": "data/wikigold/wikigold.conll"},
        seeds=1,
    ),
    "wnut17": Case("wnut17/finetuned.yaml", ["training.epochs=8"], seeds=2),
}


@dataclass(frozen=True)
class Judged:
    """A model on some data: the temperature that it had, and how its confidences did."""

    data: str
    temperature: float
    found: Calibration


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], help="what to train on")
    parser.add_argument("--seeds", type=int, help="as many of each")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    arguments = parser.parse_args()
    print(HEADING)
    for name in arguments.cases or CASES:
        seeds = range(1, 1 + (arguments.seeds or CASES[name].seeds))
        results = Parallel(arguments.jobs)(delayed(measured)(name, seed) for seed in seeds)
        for same_data in zip(*results, strict=True):
            print(row(name, same_data), flush=True)


def row(name: str, judged: Sequence[Judged]) -> str:
    """Return a line of the table: means over seeds."""
    found = [each.found for each in judged]
    low, high = (mean(each.perfect_range[end] for each in found) for end in (0, 1))
    within = sum(each.is_within_chance for each in found)
    cells = [
        name,
        judged[0].data,
        f"{mean(each.temperature for each in judged):.2f}",
        f"{mean(each.total.count for each in found):,.0f}",
        f"{mean(each.total.confidence or 0 for each in found):.2f}%",
        f"{mean(each.total.precision or 0 for each in found):.2f}%",
        f"{mean(each.expected_error for each in found):.2f}",
        f"{mean(each.perfect_mean for each in found):.2f} ({low:.2f} to {high:.2f})",
        f"{within} of {len(found)}",
    ]
    return f"| {' | '.join(cells)} |"


def measured(name: str, seed: int) -> list[Judged]:
    """Train with one seed, and judge the confidences on all data."""
    case, folder = CASES[name], RUNS / f"{name}-{seed}"
    settings = [f"seed={seed}", "embeddings.saved=reference", *case.settings]
    config = load_config(Path("configs") / case.config, settings)
    data = RunData.read(config)
    run(config, folder, data, tell=lambda message: None, is_resumed=True)
    model = load_model(folder, data.vectors)
    return list(_judged(model, data.corpora["dev"], case.elsewhere))


def _judged(model: Model, dev: Corpus, elsewhere: dict[str, str]) -> Iterator[Judged]:
    plain, fitted = replace(model, temperature=None), model.temperature or 1.0
    yield Judged("dev, temperature 1", 1.0, _calibration(plain, dev))
    yield Judged("dev", fitted, _calibration(model, dev))
    yield _by_halves(model, dev)
    for name, path in elsewhere.items():
        yield Judged(name, fitted, _calibration(model, read_corpus(Path(path), model.layout)))


def _calibration(model: Model, corpus: Corpus) -> Calibration:
    predicted = PredictedCorpus.of(model, corpus)
    return calibration(predicted.confidences, predicted.mentions, Units.of(corpus.tokens))


def _by_halves(model: Model, dev: Corpus) -> Judged:
    """Judge each half of dev, every other document, by the temperature of the other half."""
    units = Units.of(dev.tokens)
    half = units.of_sentence % 2
    temperatures = [fitted_temperature(model, dev.subset(half != own)) or 1.0 for own in (0, 1)]
    predicted = [PredictedCorpus.of(replace(model, temperature=t), dev) for t in temperatures]
    of_mention = half[predicted[0].mentions.predicted.sentences]
    confidences = np.where(of_mention, predicted[1].confidences, predicted[0].confidences)
    found = calibration(confidences, predicted[0].mentions, units)
    return Judged("dev, by halves", mean(temperatures), found)


if __name__ == "__main__":
    main()
