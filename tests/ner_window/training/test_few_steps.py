"""Too few steps: when they are told of, that they matter, and that enough make all heads alike."""

import re

import numpy as np
import pytest

from ner_window.config import TrainingSettings
from ner_window.config.file import load_config
from ner_window.evaluation.evaluate import evaluate
from ner_window.model.building import build_model
from ner_window.run_data import RunData
from ner_window.training.batches import steps_per_epoch
from ner_window.training.few_steps import STEPS_TO_LEARN, few_steps
from ner_window.training.trainer import Trainer
from scripts.make_reviews import write_reviews
from tests.places import ROOT

STARTER = ROOT / "configs" / "quickstart.yaml"
NEAR = 2.0  # F1


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    """Settings for a corpus of 150 sentences to learn from."""
    folder = tmp_path_factory.mktemp("reviews")
    write_reviews(folder, {"train": 150, "dev": 600})
    files = {"data.train": "train.txt", "data.dev": "dev.txt", "embeddings.path": "vectors.txt"}
    return [*(f"{key}={folder / name}" for key, name in files.items()), "data.test=null"]


def f1_of(settings):
    """Train from the starter with these settings; return F1 on dev."""
    config = load_config(STARTER, settings)
    data = RunData.read(config)
    train, dev = data.corpora["train"], data.corpora["dev"]
    rng = np.random.default_rng(config.seed)
    model = build_model(config, train, data.vectors, rng)
    for _ in Trainer(config, model, train, None, rng).run(shows_progress=False):
        pass
    return evaluate(model, dev, model.encode(dev.tokens)).f1


def spread(settings, kinds):
    heads_and_contexts = [[f"model.head={h}", f"model.context={c}"] for h, c in kinds]
    scores = [f1_of([*settings, *kind]) for kind in heads_and_contexts]
    return max(scores) - min(scores)


def test_every_head_and_context_is_near_the_best_on_few_sentences(reviews):
    fewer = [*reviews, "training.epochs=20"]  # than the starter's, for the sake of time
    kinds = [("softmax", "window"), ("sentence", "both")]
    assert spread(fewer, kinds) < NEAR


def test_every_head_and_context_is_near_the_best_on_the_sample(monkeypatch):
    monkeypatch.chdir(ROOT)
    kinds = [("softmax", "window"), ("sentence", "both")]
    assert spread(["training.epochs=5"], kinds) < NEAR


@pytest.mark.parametrize("name", ["binary", "margin"])
def test_a_head_of_one_type_learns_in_as_many_steps(reviews, name):
    head = f"model.head={{name: {name}, target: BRAND}}"
    assert f1_of([*reviews, "training.epochs=15", head]) > 75


@pytest.mark.parametrize("kind", [["model.head=softmax"], ["model.context=both"]])
def test_a_fifth_of_the_steps_are_too_few(reviews, kind):
    sizes = [*reviews, *kind, "training.batch_tokens=128"]
    config = load_config(STARTER, sizes)
    per_epoch = steps_per_epoch(config, RunData.read(config).corpora["train"])
    enough = -(-STEPS_TO_LEARN // per_epoch)
    few, many = ([*sizes, f"training.epochs={epochs}"] for epochs in (enough // 5, enough))
    assert f1_of(few) < f1_of(many) - 3 * NEAR


@pytest.mark.parametrize(
    ("settings", "per_epoch", "told"),
    [
        ({"epochs": 15, "batch_size": 128}, 1, "15 steps in all, 1 an epoch, .*batch_size lower"),
        ({"epochs": 3}, 10, "30 steps in all, 10 an epoch, .*batch_tokens lower, .*epochs to 100$"),
        ({"epochs": 100}, 10, None),
        ({"epochs": 1}, 10_000, None),
        ({}, 1, None),
    ],
)
def test_what_to_change_is_told(settings, per_epoch, told):
    line = few_steps(TrainingSettings(**settings), per_epoch)
    if told is None:
        assert line is None
    else:
        assert re.match(f"warning: {told}", line)
        assert "base.training" in few_steps(TrainingSettings(**settings), per_epoch, "base.")
