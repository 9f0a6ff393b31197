"""Fixtures that several layers of tests share."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import settings

# The machines are shared, so that no example may be judged by its time; where nobody watches, the
# examples are the same in every run.
settings.register_profile("suite", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("suite")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"  # real data, which cannot ship; absent on most machines

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


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Keep the cache of the person who runs the tests out of it."""
    monkeypatch.setenv("NER_WINDOW_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def corpus_file(tmp_path):
    path = tmp_path / "corpus.conll"
    path.write_text(CORPUS, "utf-8")
    return path


@pytest.fixture
def vector_file(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text(VECTORS, "utf-8")
    return path


@pytest.fixture
def config_file(tmp_path, corpus_file, vector_file):
    """A config that trains in a moment."""
    path = tmp_path / "config.yaml"
    path.write_text(
        f"""\
data: {{train: {corpus_file}, dev: {corpus_file}}}
embeddings: {{path: {vector_file}, scale: 0.5}}
features: {{capitalization: 3}}
model: {{window: 3, hidden: 7}}
training: {{epochs: 3, batch_size: 4, learning_rate: 0.05}}
""",
        "utf-8",
    )
    return path


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


@pytest.fixture
def study_file(tmp_path, monkeypatch):
    """A study of two arms, two sizes and two seeds in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.conll").write_text(documents(20, 1))
    (tmp_path / "dev.conll").write_text(documents(6, 2))
    rng = random.Random(3)
    words = [*NAMES["PER"], *NAMES["LOC"], *WORDS]
    vectors = [f"{w.lower()} {' '.join(f'{rng.gauss(0, 1):.3f}' for _ in 'abc')}" for w in words]
    (tmp_path / "vectors.txt").write_text("\n".join(vectors) + "\n")
    path = tmp_path / "study.yaml"
    path.write_text(
        """\
base:
  data: {train: train.conll, dev: dev.conll}
  embeddings: {path: vectors.txt, scale: 0.5}
  features: {capitalization: 0}
  model: {window: 3, hidden: 5}
  training: {epochs: 2, batch_size: 16, learning_rate: 0.05}
arms: [frozen, finetuned]
sizes: [40, all]
seeds: 2
least_steps: 4
tuning: {learning_rates: [0.01, 0.1], seeds: 1}
""",
        "utf-8",
    )
    return path


@pytest.fixture
def dask_cluster():
    """A Dask cluster of two processes of one thread each."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster
        with distributed.Client(cluster, set_as_default=False) as client:
            client.wait_for_workers(2)  # a cluster that is still replacing some cannot close


def shared(name: str) -> Path:
    """Return a file of the real data; the test is skipped where there is none."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"real data is not on this machine: {path}")
    return path
