"""Small files that train in a moment: corpora, vectors and a config."""

from __future__ import annotations

import random
from pathlib import Path

CORPUS = """\
-DOCSTART- O

Anna B-PER
Kovac I-PER
visited O
Oslo B-LOC
. O

Nordbank B-ORG
hired O
Anna B-PER
Kovac I-PER
in O
1997 O

-DOCSTART- O

Oslo B-LOC
is O
cold O
"""

VECTORS = """\
anna 0.1 0.2 0.3
oslo 0.4 -0.5 0.6
bergen 0.41 -0.52 0.63
. 0.0 0.1 -0.1
0000 1.0 -1.0 0.5
is 0.3 0.3 0.3
"""

CONFIG = """\
data: {{train: {corpus}, dev: {corpus}}}
embeddings: {{path: {vectors}, scale: 0.5}}
features: {{capitalization: 3}}
model: {{window: 3, hidden: 7}}
regularization: {{dropout: {{hidden: 0.0}}}}
training: {{epochs: 3, batch_size: 4, learning_rate: 0.05}}
"""

STUDY = """\
base:
  data: {train: train.conll, dev: dev.conll}
  embeddings: {path: vectors.txt, scale: 0.5}
  features: {capitalization: 0}
  model: {window: 3, hidden: 5}
  regularization: {dropout: {hidden: 0.0}}
  training: {epochs: 2, batch_size: 16, learning_rate: 0.05}
arms: [frozen, finetuned]
sizes: [40, all]
seeds: 2
least_steps: 4
tuning: {learning_rates: [0.01, 0.1], seeds: 1}
"""

NAMES = {"PER": ["Anna", "Boris", "Clara", "Dan"], "LOC": ["Oslo", "Bergen", "Rome", "Kyiv"]}
WORDS = ["sings", "visits", "leaves", "likes", "in", "cold", "rain"]


def documents(count, seed):
    """Documents of two sentences, in each a person and a place."""
    rng = random.Random(seed)
    lines = []
    for _ in range(count):
        lines += ["-DOCSTART- O", ""]
        for _ in range(2):
            person, place = rng.choice(NAMES["PER"]), rng.choice(NAMES["LOC"])
            verb, end = rng.sample(WORDS, 2)
            lines += [f"{person} B-PER", f"{verb} O", f"{place} B-LOC", f"{end} O", ""]
    return "\n".join(lines)


def write_corpus(folder: Path) -> Path:
    """Write the corpus of two documents; return its path."""
    path = folder / "corpus.conll"
    path.write_text(CORPUS, "utf-8")
    return path


def write_vectors(folder: Path) -> Path:
    """Write the vectors of three numbers, in GloVe's format; return their path."""
    path = folder / "vectors.txt"
    path.write_text(VECTORS, "utf-8")
    return path


def write_config(folder: Path) -> Path:
    """Write the corpus, the vectors and a config that trains on them; return its path."""
    path = folder / "config.yaml"
    files = {"corpus": write_corpus(folder), "vectors": write_vectors(folder)}
    path.write_text(CONFIG.format(**files), "utf-8")
    return path


def write_study(folder: Path) -> Path:
    """Write a study of two arms, two sizes and two seeds, to be run in its folder.

    Its corpora are ``documents``, its vectors are random.
    """
    (folder / "train.conll").write_text(documents(20, 1), "utf-8")
    (folder / "dev.conll").write_text(documents(6, 2), "utf-8")
    rng = random.Random(3)
    words = [*NAMES["PER"], *NAMES["LOC"], *WORDS]
    vectors = [f"{w.lower()} {' '.join(f'{rng.gauss(0, 1):.3f}' for _ in 'abc')}" for w in words]
    (folder / "vectors.txt").write_text("\n".join(vectors) + "\n", "utf-8")
    path = folder / "study.yaml"
    path.write_text(STUDY, "utf-8")
    return path
