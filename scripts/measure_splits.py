"""How well each kind of split foretells, on one corpus, what fine-tuning does on other text.

python scripts/measure_splits.py [--seeds 2] [--kinds random order unseen-names far] [--jobs -1]
                                 [--set KEY.PATH=VALUE ...] [--out runs/splits]

Trains configs/conll2003/frozen.yaml and finetuned.yaml on what each kind of split leaves of
CoNLL-2003's training data (data.selection, a fifth held out) and on all of it, and scores them on
what is held out and on other text: CoNLL-2003 dev, wikigold (data/wikigold/wikigold.conll) and
WNUT-17 dev (data/wnut17/emerging.dev.conll). No epoch is chosen. Each run has a folder in --out and
is not repeated where it is finished: give another folder with other settings.

Prints the table of docs/other-text.md: how much of the training data is left, the share of
the names held out that are no mention of what is left, the F1 of frozen vectors on what is held
out, and on each set the F1 of fine-tuned minus frozen vectors, mean over the seeds and each.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from joblib import Parallel, delayed

from ner_window.config.file import load_config
from ner_window.evaluation.mentions import SEEN_GROUPS
from ner_window.model_folder.provenance import read_provenance
from ner_window.run_data import RunData
from ner_window.training.recorded_selection import recorded_selection
from ner_window.training.run import run
from ner_window.training.run_folder import MODEL
from ner_window.training.scores import RunScores

KINDS = ["random", "order", "unseen-names", "far"]
ALL = "none"  # held out
ARMS = ["frozen", "finetuned"]
SETS = ["dev", "wikigold", "wnut17"]
TYPES = (
    "{person: PER, location: LOC, corporation: ORG, group: ORG, product: null, creative-work: null}"
)
HELD_OUT = "held-out"
FRACTION = 0.2


@dataclass(frozen=True)
class Run:
    """F1 in percent and the share of new names, by set, and the share of tokens learned from.

    A name is new where training has no mention of the same tokens.
    """

    f1: dict[str, float]
    new_names: dict[str, float]
    learned_from: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=["spread", *KINDS])
    parser.add_argument("--set", dest="settings", action="append", default=[])
    parser.add_argument("--out", type=Path, default=Path("runs/splits"))
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    arguments = parser.parse_args()
    seeds, kinds = range(1, arguments.seeds + 1), [ALL, *arguments.kinds]
    todo = [(kind, arm, seed) for seed in seeds for kind in kinds for arm in ARMS]
    jobs = (delayed(measured)(*each, arguments.settings, arguments.out) for each in todo)
    runs = dict(zip(todo, Parallel(n_jobs=arguments.jobs)(jobs), strict=True))
    columns = [HELD_OUT, *SETS]
    print(f"| held out | tokens left | new names | frozen | {' | '.join(columns)} |")
    print("|---" * (4 + len(columns)) + "|")
    for kind in kinds:
        pairs = [(runs[kind, "frozen", seed], runs[kind, "finetuned", seed]) for seed in seeds]
        print(f"| {' | '.join([kind, *described(pairs, columns)])} |")


def described(pairs: list[tuple[Run, Run]], columns: list[str]) -> list[str]:
    """Return the cells of a row, given the runs of both arms, a pair a seed."""
    first = [frozen for frozen, _ in pairs]
    cells = [f"{mean(each.learned_from for each in first):.0%}"]
    if HELD_OUT in first[0].f1:
        cells.append(f"{mean(each.new_names[HELD_OUT] for each in first):.0%}")
        cells.append(f"{mean(each.f1[HELD_OUT] for each in first):.1f}")
    else:
        cells += ["", ""]
    for name in columns:
        differences = [
            tuned.f1[name] - frozen.f1[name] for frozen, tuned in pairs if name in frozen.f1
        ]
        each = ", ".join(f"{value:+.1f}" for value in differences)
        cells.append(f"{mean(differences):+.1f} ({each})" if differences else "")
    return cells


def measured(kind: str, arm: str, seed: int, others: list[str], out: Path) -> Run:
    """Train one arm on what a kind of split leaves; score it on everything else."""
    settings = [
        *others,
        f"seed={seed}",
        "training.keep=last",
        "data.held_out={wikigold: {path: data/wikigold/wikigold.conll}, "
        f"wnut17: {{path: data/wnut17/emerging.dev.conll, types: {TYPES}}}}}",
    ]
    if kind != ALL:
        chosen = f"kind: {kind}, fraction: {FRACTION}, seed: {seed}"
        settings.append(f"data.selection={{{chosen}}}")
    config = load_config(Path(f"configs/conll2003/{arm}.yaml"), settings)
    folder = out / f"{kind}-{arm}-{seed}"
    data = RunData.read(config)
    scores = run(config, folder, data, tell=lambda message: None, is_resumed=True)
    train = data.corpora["train"]
    parts = recorded_selection(folder, train)
    lengths = train.tokens.lengths
    left = 1.0 if parts is None else lengths[parts.learned_from].sum() / lengths.sum()
    return Run(f1_of(scores), new_names(folder), float(left))


def f1_of(scores: RunScores) -> dict[str, float]:
    """Return the F1 of a run, by set."""
    own = {} if scores.selection is None else {HELD_OUT: scores.selection.f1}
    return {**own, **{name: score.f1 for name, score in scores.splits.items()}}


def new_names(folder: Path) -> dict[str, float]:
    """Return the share of gold mentions whose tokens are no mention of training, by set."""
    provenance = read_provenance(folder / MODEL)
    assert provenance is not None
    shares = {}
    for scores in provenance.scores:
        counts = {name: figures.gold for name, figures in scores.by_novelty.items()}
        new = sum(counts.get(name, 0) for name in SEEN_GROUPS[2:])
        shares[scores.split] = new / max(sum(counts.values()), 1)
    return shares


if __name__ == "__main__":
    main()
