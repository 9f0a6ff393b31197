"""Which remedy helps words that training did not show: settings, chosen on far splits.

python scripts/measure_remedies.py [--seeds 3] [--corpora conll2003 wnut17] [--jobs -1]
                                   [--out runs/remedies]

Trains the fine-tuned window model, configs/CORPUS/finetuned.yaml, with each strength of anchoring
and each rate of movement dropout, and frozen.yaml beside it, on what the split `far` leaves of the
training data (data.selection, a fifth held out); no epoch is chosen. Each model that moved vectors
is then scored with every way to treat words that training did not show: nothing is trained for
those. Each run has a folder in --out, with what it scored, and is not repeated where it is
finished: give another folder with other settings.

Prints a table for each corpus, with the F1 on what is held out and on dev, mean over the seeds.
"""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import mean

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from joblib import Parallel, delayed

from ner_window.config import (
    MappedUnseenSettings,
    NeighborsUnseenSettings,
    PretrainedUnseenSettings,
    UnseenSettings,
)
from ner_window.config.file import load_config
from ner_window.evaluation.evaluate import evaluate
from ner_window.files import replacement
from ner_window.model_folder.folder import load_model
from ner_window.run_data import RunData
from ner_window.training.recorded_selection import recorded_selection
from ner_window.training.run import run
from ner_window.training.run_folder import MODEL

FROZEN = "frozen"
TRAININGS = {
    FROZEN: [],
    "fine-tuned": [],
    **{
        f"movement dropout {rate}": [f"regularization.movement_dropout={rate}"]
        for rate in (0.1, 0.3, 0.5, 0.7, 0.9)
    },
    **{
        f"anchored {strength:g}": [
            f"regularization.vectors={{name: anchor, strength: {strength:g}}}"
        ]
        for strength in (0.1, 0.3, 1.0)
    },
}
WAYS: dict[str, UnseenSettings] = {
    "they stay": PretrainedUnseenSettings(),
    **{f"{count} neighbors": NeighborsUnseenSettings(count=count) for count in (1, 3, 5, 10, 20)},
    "mapped": MappedUnseenSettings(),
}
SETS = ["held out", "dev"]
SCORES = "remedies.json"
F1 = dict[str, dict[str, float]]
"""F1 in percent by way and set."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--corpora", nargs="+", default=["conll2003", "wnut17"])
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    parser.add_argument("--out", type=Path, default=Path("runs/remedies"))
    arguments = parser.parse_args()
    todo = [
        (corpus, training, seed)
        for seed in range(1, arguments.seeds + 1)
        for corpus in arguments.corpora
        for training in TRAININGS
    ]
    jobs = (delayed(scored)(*each, arguments.out) for each in todo)
    scores = dict(zip(todo, Parallel(n_jobs=arguments.jobs)(jobs), strict=True))
    for corpus in arguments.corpora:
        print(f"\n{corpus}, F1 on what is held out / on dev\n")
        print(f"| vectors | {' | '.join(WAYS)} |\n" + "|---" * (1 + len(WAYS)) + "|")
        for training in TRAININGS:
            seeds = [scores[key] for key in todo if key[:2] == (corpus, training)]
            print(f"| {training} | {' | '.join(cells(seeds))} |")


def cells(seeds: list[F1]) -> Iterator[str]:
    """Yield the mean over the seeds for each way; nothing for those that a training has not."""
    for way in WAYS:
        if way in seeds[0]:
            yield " / ".join(f"{mean(f1[way][name] for f1 in seeds):.2f}" for name in SETS)
        else:
            yield ""


def scored(corpus: str, training: str, seed: int, out: Path) -> F1:
    """Train in one way, unless that is done; return what each way with unseen words scores."""
    folder = out / f"{corpus}-{training.replace(' ', '-')}-{seed}"
    if not (folder / SCORES).exists():
        text = json.dumps(trained_and_scored(corpus, training, seed, folder), indent=1)
        with replacement(folder / SCORES) as temporary:
            temporary.write_text(f"{text}\n", "utf-8")
    found: F1 = json.loads((folder / SCORES).read_text("utf-8"))
    return found


def trained_and_scored(corpus: str, training: str, seed: int, folder: Path) -> F1:
    settings = [
        *TRAININGS[training],
        f"seed={seed}",
        "training.keep=last",
        "embeddings.saved=reference",
        f"data.selection={{kind: far, fraction: 0.2, seed: {seed}}}",
    ]
    arm = "frozen" if training == FROZEN else "finetuned"
    config = load_config(Path(f"configs/{corpus}/{arm}.yaml"), settings)
    data = RunData.read(config)
    run(config, folder, data, tell=lambda message: None, is_resumed=True)
    model, train = load_model(folder / MODEL), data.corpora["train"]
    parts = recorded_selection(folder, train)
    assert parts is not None
    texts = {"held out": train.subset(parts.held_out), "dev": data.corpora["dev"]}
    f1: F1 = {}
    for name, way in WAYS.items():
        if training == FROZEN and way.needs_movement:
            continue
        moved = replace(model, encoder=replace(model.encoder, unseen=way))
        f1[name] = {key: evaluate(moved, text).f1 for key, text in texts.items()}
    return f1


if __name__ == "__main__":
    main()
