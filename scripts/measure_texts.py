"""What frozen, fine-tuned and remedied vectors are worth on several texts: recipes, and sizes.

python scripts/measure_texts.py [--only window fast best ...] [--jobs 2] [--out studies/texts]

Compares by configs/compare/remedies.yaml and remedies-wnut17.yaml (five seeds, the learning rate of
the recipe, last epochs; data as these say), each recipe in its own folder of --out, and with two
arms at smaller sizes of the training data. What is finished is not repeated.

Prints two tables of docs/other-text.md: for each recipe and set the F1 of every arm and
its difference from the first with its interval; and, for each size and set, what the lecture's rule
of thumb says, the share of new names, what the line of the reported data predicts, and what was
measured. Below them the rank correlations of the difference with size and with new names.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from scipy.stats import spearmanr

ARMS = ["frozen", "finetuned", "dropout_and_neighbors"]
TWO_ARMS = ["frozen", "finetuned"]
CONFIGS = Path("configs")
RULE = (100_000, 1_000_000)  # tokens: below leave vectors alone, above update them

Study = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """A study of several texts: what was trained on, the recipe, and how it is made.

    ``changes`` are made to the keys of the file of ``study``, in configs/compare.
    """

    corpus: str
    study: str
    recipe: str = "window"
    changes: dict[str, Any] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write a study in which the recipe stands for that of the file."""
        study = yaml.safe_load((CONFIGS / "compare" / self.study).read_text("utf-8"))
        folder = Path(study["base"]["extends"]).parent.name
        name = "finetuned" if self.recipe == "window" else self.recipe
        study["base"]["extends"] = str((CONFIGS / folder / f"{name}.yaml").absolute())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump({**study, **self.changes}), "utf-8")


def of_conll(**more: Any) -> Compared:
    return Compared("CoNLL-2003", "remedies.yaml", **more)


def of_wnut(**more: Any) -> Compared:
    return Compared("WNUT-17", "remedies-wnut17.yaml", **more)


def smaller(size: int, least_steps: int) -> dict[str, Any]:
    """At few tokens an epoch has few updates: there are more epochs, as in the studies of sizes."""
    return {"arms": TWO_ARMS, "sizes": [size], "least_steps": least_steps}


STUDIES = {
    "window": of_conll(),
    "fast": of_conll(recipe="fast", changes={"arms": ARMS}),
    "best": of_conll(recipe="best", changes={"arms": TWO_ARMS}),  # for time: five minutes a run
    "wnut17-window": of_wnut(),
    "wnut17-best": of_wnut(recipe="best"),
    **{f"window-{size}": of_conll(changes=smaller(size, 1000)) for size in (5000, 20000, 80000)},
    **{f"wnut17-window-{size}": of_wnut(changes=smaller(size, 3000)) for size in (5000, 20000)},
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[*STUDIES], choices=STUDIES)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("studies/texts"))
    arguments = parser.parse_args()
    studies = {
        name: compared(STUDIES[name], arguments.out / name, arguments.jobs)
        for name in arguments.only
    }
    print_recipes(studies)
    print()
    print_sizes({name: each for name, each in studies.items() if STUDIES[name].recipe == "window"})


def compared(what: Compared, out: Path, jobs: int) -> Study:
    """Compare, or go on with what is there, and return what ``study.json`` has."""
    config = out.with_suffix(".yaml")
    what.write(config)
    command = [sys.executable, "-m", "ner_window", "compare", str(config), "--jobs", str(jobs)]
    subprocess.run([*command, "--out", str(out)], check=True, stdout=sys.stderr)
    study: Study = json.loads((out / "study.json").read_text("utf-8"))
    return study


def print_recipes(studies: dict[str, Study]) -> None:
    print("| trained on | recipe | set | new names | arm | F1 | difference from the first |")
    print("|---|---|---|---|---|---|---|")
    for name, study in studies.items():
        if "sizes" not in STUDIES[name].changes:
            for row in rows_of_recipe(study):
                print(f"| {STUDIES[name].corpus} | {STUDIES[name].recipe} | {' | '.join(row)} |")


def rows_of_recipe(study: Study) -> Iterator[list[str]]:
    for name, found in study["sets"].items():
        first, *others = found["arms"].values()
        place = [name, f"{found['new_names']:.0f}%"]
        yield [*place, first["arm"], figure(first), ""]
        for arm in others:
            pair = pair_of(found, first["arm"], arm["arm"])
            yield [*place, arm["arm"], figure(arm), in_words(pair)]


def pair_of(found: Study, one: str, other: str) -> Study:
    pairs: list[Study] = found["pairs"]
    return next(pair for pair in pairs if (pair["one"], pair["other"]) == (one, other))


def figure(arm: Study) -> str:
    return f"{arm['mean']:.2f} +- {arm['deviation']:.2f}"


def in_words(pair: Study) -> str:
    """Return a difference and its interval, bold where it is told from 0 with all sets counted."""
    low, high = pair["interval"]
    value = f"{pair['difference']:+.2f}"
    return f"{f'**{value}**' if pair['better'] else value} ({low:.2f} to {high:.2f})"


def print_sizes(studies: dict[str, Study]) -> None:
    print("| trained on | tokens | rule | set | new names | predicted | finetuned - frozen |")
    print("|---|---|---|---|---|---|---|")
    ordered = sorted(
        studies.items(), key=lambda item: (STUDIES[item[0]].corpus, tokens_of(item[1]))
    )
    points = [point for name, study in ordered for point in points_of(STUDIES[name].corpus, study)]
    for point in points:
        print(f"| {' | '.join(point.cells)} |")
    told = [point for point in points if point.better]
    by_rule = [point for point in told if point.rule]
    right = sum(point.rule == point.better for point in by_rule)
    print(f"\n{len(points)} differences, {len(told)} told from 0")
    print(f"of these the rule of thumb names an arm for {len(by_rule)}, the better one of {right}")
    for corpus in {point.corpus: None for point in points}:
        own = [point for point in points if point.corpus == corpus]
        differences = [point.difference for point in own]
        sizes, shares = ([getattr(p, name) for p in own] for name in ("tokens", "new_names"))
        by_size, by_share = rank(sizes, differences), rank(shares, differences)
        print(f"{corpus}: rank correlation with size {by_size:+.2f}, new names {by_share:+.2f}")


@dataclass(frozen=True)
class Point:
    """The difference of the two arms on a set, with so many tokens of training data."""

    corpus: str
    tokens: int
    new_names: float
    difference: float
    better: str | None
    rule: str | None
    cells: list[str]


def points_of(corpus: str, study: Study) -> Iterator[Point]:
    """Yield one for each set of a study."""
    predicted, tokens = predicted_of(study), tokens_of(study)
    rule = by_rule(tokens)
    for name, found in study["sets"].items():
        pair, new_names = pair_of(found, "frozen", "finetuned"), found["new_names"]
        cells = [corpus, f"{tokens:,}", rule or "either", name, f"{new_names:.0f}%"]
        cells += [predicted.get(name, "-"), in_words(pair)]
        yield Point(corpus, tokens, new_names, pair["difference"], pair["better"], rule, cells)


def tokens_of(study: Study) -> int:
    return round(next(cell["tokens"] for cell in study["cells"]))


def predicted_of(study: Study) -> dict[str, str]:
    """Return what the line of the reported data says of each set, if it has seen and new names."""
    pairs = [(each["one"], each["other"]) for each in study["break_evens"]]
    if ("frozen", "finetuned") not in pairs:
        return {}
    sets = study["break_evens"][pairs.index(("frozen", "finetuned"))]["sets"]
    return {each["name"]: f"{each['predicted']['value']:+.2f}" for each in sets}


def by_rule(tokens: int) -> str | None:
    """Return the arm that the rule of thumb recommends for a size, None where it says try both."""
    few, many = RULE
    if tokens < few:
        return "frozen"
    return "finetuned" if tokens > many else None


def rank(one: Any, other: Any) -> float:
    return float(spearmanr(one, other).statistic)


if __name__ == "__main__":
    main()
