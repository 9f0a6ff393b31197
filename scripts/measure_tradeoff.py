"""Dev F1 on CoNLL-2003 against training time on one core: a table and a curve.

python scripts/measure_tradeoff.py [--seeds 5] [--out docs/tradeoff.svg] [--only NAME ...]

Each recipe is a config of configs/conll2003 with settings on top; the weights are those of the last
epoch, so that nothing is chosen on dev. A run is `ner-window train` in a process of its own, one
after the other, with one BLAS thread; its seconds are those of the processor, user and system,
from its start to its end: reading, training, scoring and writing. A run that is measured already,
in runs/tradeoff, is not repeated. Needs the extra `report` (matplotlib) and vectors that were
converted before.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import matplotlib as mpl
from matplotlib import pyplot as plt
from tqdm import tqdm

RUNS = Path("runs/tradeoff")
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}


@dataclass(frozen=True)
class Recipe:
    """A config, by its name, and what ``--set`` changes in it."""

    name: str
    config: str
    settings: tuple[str, ...] = ()


RECIPES = [
    Recipe("words, 4 epochs", "finetuned.yaml", ("training.epochs=4",)),
    Recipe("words", "finetuned.yaml"),
    Recipe("fast, 2 epochs", "fast.yaml", ("training.epochs=2",)),
    Recipe("fast, 3 epochs", "fast.yaml", ("training.epochs=3",)),
    Recipe("fast, 4 epochs", "fast.yaml", ("training.epochs=4",)),
    Recipe("fast", "fast.yaml"),
    Recipe("fast, 9 epochs", "fast.yaml", ("training.epochs=9",)),
    Recipe("best without adversary", "best.yaml", ("regularization.adversarial=0",)),
    Recipe("best", "best.yaml"),
]


@dataclass(frozen=True)
class Measured:
    """Dev F1 and the processor's seconds of one run."""

    f1: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("docs/tradeoff.svg"))
    parser.add_argument("--only", nargs="+", help="names of recipes; default: all of them")
    arguments = parser.parse_args()
    recipes = [r for r in RECIPES if not arguments.only or r.name in arguments.only]
    seeds = range(1, arguments.seeds + 1)
    todo = [(recipe, seed) for seed in seeds for recipe in recipes]
    results: dict[Recipe, list[Measured]] = {recipe: [] for recipe in recipes}
    for recipe, seed in tqdm(todo, "runs", disable=None):
        results[recipe].append(measured(recipe, seed))
    print_table(results)
    draw(results, arguments.out)
    print(f"wrote {arguments.out.absolute()}")


def measured(recipe: Recipe, seed: int) -> Measured:
    """Train a recipe with one seed, unless that has been done, and return what came of it."""
    name = f"{recipe.name.replace(' ', '-')}-{seed}"
    record = RUNS / f"{name}.json"
    if not record.exists():
        RUNS.mkdir(parents=True, exist_ok=True)
        found = trained(recipe, seed, RUNS / name)
        record.write_text(json.dumps({"f1": found.f1, "seconds": found.seconds}))
    return Measured(**json.loads(record.read_text()))


def trained(recipe: Recipe, seed: int, folder: Path) -> Measured:
    """Train in a process of its own."""
    settings = [f"seed={seed}", "training.keep=last", *recipe.settings]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "ner_window", "train", f"configs/conll2003/{recipe.config}"),
            *("--out", str(folder)),
            *(part for setting in settings for part in ("--set", setting)),
        ],
        stdout=subprocess.DEVNULL,
        env={**ENVIRONMENT, "OPENBLAS_NUM_THREADS": "1"},
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{recipe.name}, seed {seed}: training failed")
    scores = json.loads((folder / "scores.json").read_text())
    return Measured(scores["dev"]["f1"], usage.ru_utime + usage.ru_stime)


def print_table(results: dict[Recipe, list[Measured]]) -> None:
    print("| recipe | config | settings | seconds | dev F1 |")
    print("|---|---|---|---|---|")
    for recipe, runs in results.items():
        settings = ", ".join(f"`{setting}`" for setting in recipe.settings)
        f1 = [run.f1 for run in runs]
        spread = f" +- {stdev(f1):.2f}" if len(f1) > 1 else ""
        print(
            f"| {recipe.name} | `{recipe.config}` | {settings} | "
            f"{mean(run.seconds for run in runs):.0f} | {mean(f1):.2f}{spread} |"
        )


def draw(results: dict[Recipe, list[Measured]], out: Path) -> None:
    """Draw the mean of each recipe, with the standard deviation of its seeds."""
    mpl.rcParams["svg.hashsalt"] = "tradeoff"
    figure, axis = plt.subplots(figsize=(8, 5))
    for recipe, runs in results.items():
        seconds, f1 = mean(run.seconds for run in runs), [run.f1 for run in runs]
        error = stdev(f1) if len(f1) > 1 else 0.0
        is_plain = recipe.config == "finetuned.yaml"  # its labels stand above, clear of the others
        color, edge, offset = ("C1", error, (0, 6)) if is_plain else ("C0", -error, (0, -14))
        axis.errorbar(seconds, mean(f1), yerr=error, fmt="o", color=color, capsize=3)
        place = (seconds, mean(f1) + edge)
        style = {"textcoords": "offset points", "ha": "center", "fontsize": 9}
        axis.annotate(recipe.name, place, offset, **style)
    axis.set_xscale("log")
    axis.set_xlim(7, 340)
    axis.margins(y=0.12)
    ticks = [10, 20, 40, 60, 120, 240]
    axis.set_xticks(ticks, labels=map(str, ticks))
    axis.minorticks_off()
    axis.set_xlabel("seconds of one core, reading and scoring included")
    axis.set_ylabel("dev F1 on CoNLL-2003, %")
    axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
