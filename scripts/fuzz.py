"""Gives damaged files to every reader, many more than the test suite does.

python scripts/fuzz.py [--inputs 100000] [--scorer 10000] [--tagging 1000] [--seed 1]

Prints for each reader how many files it took and how many it refused with a message. The first
file that makes a reader fail in another way is kept, and its traceback shown. After that random
files are scored twice: by the scorer, and by the slow one of the tests. Last, hostile text is
tagged through every input and output, and nothing of it may be lost.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
from functools import partial
from itertools import product
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parent.parent))

from tqdm import tqdm

from ner_window.config import Config
from ner_window.corpora.corpus import read_corpus
from ner_window.model.building import build_model
from ner_window.model_folder.folder import save_model
from ner_window.scoring.score import score_file
from ner_window.vectors.word_vectors import load_vectors
from tests.fuzzing import (
    CONLL,
    GLOVE,
    TAGGED_SEEDS,
    TARGETS,
    attack,
    attack_model,
    attack_tagger,
)
from tests.slow_scorer import random_file, slow_report


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=100_000, help="files in all")
    parser.add_argument("--scorer", type=int, default=10_000, help="files to score twice")
    parser.add_argument("--tagging", type=int, default=1_000, help="texts to tag")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    os.environ["NER_WINDOW_CACHE"] = str(folder / "cache")
    attacks = {name: partial(attack, target, folder) for name, target in TARGETS.items()}
    attacks["model"] = partial(attack_model, small_model(folder), folder)
    each = -(-arguments.inputs // len(attacks))
    for name, one_attack in attacks.items():
        rng = random.Random(f"{arguments.seed} {name}")
        files = tqdm(range(each), name, disable=None, leave=False)
        try:
            taken = sum(one_attack(rng) for _ in files)
        except Exception:
            print(f"{name} fails on what is left in {folder}", file=sys.stderr)
            raise
        print(f"{name:<10} {taken:>8,} taken {each - taken:>8,} refused")
        shutil.rmtree(folder / "cache", ignore_errors=True)
    score_twice(arguments.scorer, folder / "scored", random.Random(f"{arguments.seed} scorer"))
    tag_hostile(arguments.tagging, folder, random.Random(f"{arguments.seed} tagging"))
    shutil.rmtree(folder)


def score_twice(files: int, path: Path, rng: random.Random) -> None:
    """Compare the scorer with the slow one. The first file on which they differ is kept."""
    for _ in tqdm(range(files), "scorer", disable=None, leave=False):
        sentences, text = random_file(rng)
        path.write_text(text, "utf-8", newline="")
        if score_file(path).report() != slow_report(sentences):
            sys.exit(f"the scorers differ on {path}")
    print(f"scorer     {files:>8,} scored alike")


def tag_hostile(files: int, folder: Path, rng: random.Random) -> None:
    """Tag hostile text. The first file that the tagger fails on is kept."""
    model = small_model(folder)
    ways = list(product(TAGGED_SEEDS, ("conll", "jsonl", "spans", "html")))
    taken = 0
    for number in tqdm(range(files), "tagging", disable=None, leave=False):
        kind, output = ways[number % len(ways)]
        try:
            taken += attack_tagger(model, folder, rng, kind, output)
        except Exception:
            print(f"{kind} to {output} fails on {folder / 'input'}", file=sys.stderr)
            raise
    print(f"tagging    {taken:>8,} taken {files - taken:>8,} refused")


def small_model(folder: Path) -> Path:
    """Return a model folder to damage."""
    import numpy as np

    corpus, vectors = folder / "corpus.conll", folder / "vectors.txt"
    corpus.write_bytes(CONLL)
    vectors.write_bytes(GLOVE)
    settings = {
        "data": {"train": corpus, "dev": corpus},
        "embeddings": {"path": vectors},
        "model": {"hidden": 4},
    }
    config = Config.model_validate(settings)
    rng = np.random.default_rng(0)
    model = build_model(config, read_corpus(corpus), load_vectors(vectors), rng)
    save_model(model, folder / "model")
    return folder / "model"


if __name__ == "__main__":
    main()
