"""Writes the figures of docs/frozen-or-finetuned.md on the sample, from studies of it.

python scripts/make_sample_study.py [--from-figures]

Compares by configs/compare/sample.yaml, once as it is and once with vectors that learn at the rate
of the rest, into studies/sample and studies/sample-one-rate, or goes on with what is there; keeps
the figures in docs/sample-study.json, and writes the part of the page between two comments. With
--from-figures only the last. A test holds the page to the figures, and a run to one of them.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CONFIG = "configs/compare/sample.yaml"
STUDIES = {
    "vectors learn ten times as fast": ("studies/sample", []),
    "vectors learn at the rate of the rest": (
        "studies/sample-one-rate",
        ["--set", "base.embeddings.learning_rate=null"],
    ),
}
FIGURES = Path("docs/sample-study.json")
PAGE = Path("docs/frozen-or-finetuned.md")
START, END = "<!-- figures of the sample: python scripts/make_sample_study.py -->", "<!-- end -->"
LARGEST = "all"
PAIR = ("frozen", "finetuned")

Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from-figures", action="store_true")
    if not parser.parse_args().from_figures:
        found = {name: figures_of(*study) for name, study in STUDIES.items()}
        FIGURES.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    PAGE.write_text(page_with(json.loads(FIGURES.read_text("utf-8"))), "utf-8")


def figures_of(folder: str, settings: list[str]) -> Figures:
    """Compare, and return what the page says of it."""
    command = [sys.executable, "-m", "ner_window", "compare", CONFIG, *settings, "--out", folder]
    subprocess.run(command, check=True)
    study = json.loads((Path(folder) / "study.json").read_text("utf-8"))
    return {
        "verdict": study["verdict"],
        "arms": {
            cell["arm"]: {
                **{key: cell[key] for key in ("tokens", "mean", "deviation", "interval")},
                "seeds": len(cell["seeds"]),
                "seen": cell["seen"]["mean"],
                "unseen": cell["unseen"]["mean"],
                **_vectors(study["vectors"][cell["arm"]]),
            }
            for cell in study["cells"]
            if cell["size"] == LARGEST
        },
        "slices": _of_pair(study["slices"]),
        "at_rates": _of_pair(study["differences"])["at_rates"],
        "run": next(
            {key: run[key] for key in ("arm", "size", "seed", "learning_rate", "epochs", "f1")}
            for run in study["runs"]
            if (run["arm"], run["size"]) == (PAIR[1], LARGEST)
        ),
    }


def _of_pair(rows: list[Figures]) -> Figures:
    wanted = (*PAIR, LARGEST)
    return next(row for row in rows if (row["one"], row["other"], row["size"]) == wanted)


def _vectors(analysis: Figures) -> Figures:
    pitfall, swap, drift = (analysis[name] for name in ("pitfall", "swap_back", "drift"))
    return {
        "cosines": [pitfall["cosine_before"], pitfall["cosine_after"]] if pitfall else None,
        "left_behind": [pitfall["left_behind"], pitfall["near"]] if pitfall else None,
        "swap_back": [swap["change"], swap["deviation"]] if swap else None,
        "rank_correlation": drift["rank_correlation"] if drift else None,
    }


def page_with(found: Figures) -> str:
    """Return the page with these figures."""
    before, _, rest = PAGE.read_text("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"{PAGE} lacks the comments {START} and {END}")
    return f"{before}{START}\n\n{passage(found)}\n{END}{after}"


def passage(found: Figures) -> str:
    """Return what the page says of the sample."""
    fast, slow = found.values()
    tokens, seeds = (fast["arms"]["frozen"][key] for key in ("tokens", "seeds"))
    slices = fast["slices"]
    lines = [
        f"F1 on the test split with all {tokens:,.0f} training tokens, mean and deviation of "
        f"{seeds} seeds;",
        "median cosines of pairs, before and after, and *left behind* are of one run, *swapped",
        "back* is mean and deviation of all:",
        "",
        "| arm | F1 | seen | new | cosines | left behind | swapped back |",
        "|---|---|---|---|---|---|---|",
        *(_row(arm, row) for arm, row in fast["arms"].items()),
        "",
        f"> {fast['verdict']}",
        "",
        "Fine-tuned minus frozen, on mentions that training showed and on the others: "
        f"{_with_interval(slices['seen'])} and",
        f"{_with_interval(slices['unseen'])}; the difference of the two is "
        f"{_with_interval(slices['contrast'])}.",
        *_at_rates(fast["at_rates"]),
        "",
        "With vectors that learn at the rate of the rest "
        "(`--set base.embeddings.learning_rate=null`), the study says:",
        "",
        f"> {slow['verdict']}",
        "",
    ]
    return "\n".join(lines)


def _row(arm: str, row: Figures) -> str:
    cosines = "{:.2f}, {:.2f}".format(*row["cosines"]) if row["cosines"] else ""
    left = "{} of {}".format(*row["left_behind"]) if row["left_behind"] else ""
    swapped = "{:+.2f} +- {:.2f}".format(*row["swap_back"]) if row["swap_back"] else ""
    mean = f"{row['mean']:.2f} +- {row['deviation']:.2f}"
    slices = f"{row['seen']:.2f} | {row['unseen']:.2f}"
    return f"| {arm} | {mean} | {slices} | {cosines} | {left} | {swapped} |"


def _with_interval(figure: Figures) -> str:
    return "{:+.2f} ({:.2f} to {:.2f})".format(figure["value"], *figure["interval"])


def _at_rates(differences: list[Figures]) -> list[str]:
    """Return the difference at each pair of rates that tuning does not tell apart."""
    if not differences:
        return []
    return [
        "",
        "| rate of frozen | rate of fine-tuned | share | fine-tuned - frozen |",
        "|---|---|---|---|",
        *(
            f"| {each['one_rate']:g} | {each['other_rate']:g} | {each['share']:.0%} | "
            f"{_with_interval(each)} |"
            for each in differences
        ),
    ]


if __name__ == "__main__":
    main()
