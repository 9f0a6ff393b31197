"""Dev F1 of every head, context and kind of vectors on CoNLL-2003 and WNUT-17, several seeds each.

python scripts/measure_heads.py [--seeds 5] [--data conll2003 wnut17] [--jobs -1]

The configs are configs/DATA/document.yaml with settings on top; the weights are those of the last
epoch, so that nothing is chosen on dev. Each run has a folder in runs/heads and is not repeated
where it is finished. Prints the table of docs/results.md.
"""

import argparse
import itertools
import os
from pathlib import Path
from statistics import mean, stdev

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from joblib import Parallel, delayed

from ner_window.config.file import load_config
from ner_window.run_data import RunData
from ner_window.training.run import run

HEADS = ("softmax", "sentence")
CONTEXTS = ("window", "document")
VECTORS = {"frozen": "false", "fine-tuned": "true"}
RUNS = Path("runs/heads")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--data", nargs="+", default=["conll2003", "wnut17"])
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    arguments = parser.parse_args()
    arms = list(itertools.product(arguments.data, HEADS, CONTEXTS, VECTORS))
    seeds = range(1, arguments.seeds + 1)
    todo = [(arm, seed) for seed in seeds for arm in arms]
    results = Parallel(n_jobs=arguments.jobs)(delayed(measured)(*arm, seed) for arm, seed in todo)
    figures = dict(zip(todo, results, strict=True))
    print("| data | head | context | frozen | fine-tuned |")
    print("|---|---|---|---|---|")
    for arm in itertools.product(arguments.data, HEADS, CONTEXTS):
        cells = [described([figures[(*arm, kind), seed] for seed in seeds]) for kind in VECTORS]
        print(f"| {' | '.join((*arm, *cells))} |")


def described(f1: list[float]) -> str:
    """Return mean and standard deviation."""
    return f"{mean(f1):.2f}" + (f" +- {stdev(f1):.2f}" if len(f1) > 1 else "")


def measured(data: str, head: str, context: str, vectors: str, seed: int) -> float:
    """Train one arm with one seed; return its dev F1."""
    settings = [
        f"seed={seed}",
        f"model.head={head}",
        f"model.context={context}",
        f"embeddings.trainable={VECTORS[vectors]}",
        "training.batch_size=null",
        "training.learning_rate=0.001",  # for all arms, though document.yaml itself has its own
    ]
    config = load_config(Path(f"configs/{data}/document.yaml"), settings)
    folder = RUNS / "-".join((data, head, context, vectors, str(seed)))
    run_data = RunData.read(config)
    scores = run(config, folder, run_data, tell=lambda message: None, is_resumed=True)
    return scores.splits["dev"].f1


if __name__ == "__main__":
    main()
