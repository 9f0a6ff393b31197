"""Fixtures that several layers of tests share."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress

import pytest
from hypothesis import settings

from tests.small_files import write_config, write_corpus, write_study, write_vectors

# The machines are shared, so that no example may be judged by its time; where nobody watches, the
# examples are the same in every run. They are few, so that the suite stays short; scripts/fuzz.py
# has many.
settings.register_profile(
    "suite", deadline=None, max_examples=50, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("suite")

# What is printed is as wide as it needs to be: tests read the words, not where lines end. How it is
# parted is for tests/command_line/test_terminal.py.
os.environ["COLUMNS"] = "1000"

# Where Python is told to keep no bytecode, each of the processes that tests start would compile all
# of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Keep the cache of the person who runs the tests out of it."""
    monkeypatch.setenv("NER_WINDOW_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def corpus_file(tmp_path):
    return write_corpus(tmp_path)


@pytest.fixture
def vector_file(tmp_path):
    return write_vectors(tmp_path)


@pytest.fixture
def config_file(tmp_path):
    """A config that trains in a moment."""
    return write_config(tmp_path)


@pytest.fixture
def study_file(tmp_path, monkeypatch):
    """A study of two arms, two sizes and two seeds in the current folder."""
    monkeypatch.chdir(tmp_path)
    return write_study(tmp_path)


@pytest.fixture(scope="session")
def gensim_models():
    """gensim's models, imported where they are needed: it takes seconds, and warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from gensim import models
    return models


@pytest.fixture
def dask_cluster():
    """A Dask cluster of two processes of one thread each."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as cluster:
        yield cluster
        with distributed.Client(cluster, set_as_default=False) as client, suppress(TimeoutError):
            # One that is still replacing workers cannot close; one that has died while it started
            # is not replaced.
            client.wait_for_workers(2, timeout=20)
