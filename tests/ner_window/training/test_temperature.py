"""The temperature: it is found again where it is known, and stays put where nothing speaks."""

from types import SimpleNamespace

import numpy as np
import pytest

from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.model.decoder import Decoder
from ner_window.model_folder.folder import load_model
from ner_window.run_data import RunData
from ner_window.training.ensemble import run_ensemble
from ner_window.training.restarts import run_restarts
from ner_window.training.single import run_single
from ner_window.training.temperature import fitted_temperature
from tests.building import small_model, small_network


def one_type(scores, is_entity, path):
    """A model that gives single tokens these scores, and a corpus in which some are entities."""
    tags = np.where(is_entity, "B-X", "O")
    path.write_text("".join(f"word {tag}\n\n" for tag in tags))
    network, _, _ = small_network("binary")
    both = np.stack((np.zeros_like(scores), scores), axis=1)
    model = SimpleNamespace(
        network=network,
        target="X",
        decoder=Decoder([network.head], ["O", "I-X"], "io", "viterbi"),
        scorer=SimpleNamespace(scores=lambda encoded: both),
    )
    return model, read_corpus(path)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_a_known_temperature_is_found_again(temperature, tmp_path):
    rng = np.random.default_rng(2)
    scores = rng.normal(0, 2, 6000)
    p = 1 / (1 + np.exp(-scores / temperature))
    model, corpus = one_type(scores, rng.random(6000) < p, tmp_path / "corpus.conll")
    assert fitted_temperature(model, corpus, "encoded") == pytest.approx(temperature, rel=0.1)


@pytest.mark.parametrize("entity", [0, 1])
def test_a_single_entity_moves_it_little(entity, tmp_path):
    is_entity = np.arange(2) == 1 - entity  # one of the two is right, and one is wrong
    model, corpus = one_type(np.array([2.0, -2.0]), is_entity, tmp_path / "corpus.conll")
    found = fitted_temperature(model, corpus, "encoded")
    assert 0.5 < found < 2
    assert (found < 1) == bool(is_entity[0])


def test_it_stays_within_bounds(tmp_path):
    scores = np.full(1000, 1e-3)
    for is_right in (True, False):
        model, corpus = one_type(scores, np.full(1000, is_right), tmp_path / f"{is_right}.conll")
        assert 0.09 < fitted_temperature(model, corpus, "encoded") < 10.1


def test_where_nothing_is_predicted_there_is_none(tmp_path):
    model, corpus = one_type(np.full(3, -9.0), np.full(3, True), tmp_path / "corpus.conll")
    assert fitted_temperature(model, corpus, "encoded") is None


def test_without_data_or_probabilities_there_is_none(config_file):
    model, _, corpus = small_model(config_file)
    assert fitted_temperature(model, None) is None
    margin, _, _ = small_model(config_file, "model.head=margin", "model.target=LOC")
    assert fitted_temperature(margin, corpus) is None


@pytest.mark.parametrize(
    ("do", "settings"),
    [
        (run_single, ["training.keep=last"]),
        (run_restarts, ["training.restarts=2"]),
        (run_ensemble, ["training.ensemble=2"]),
    ],
)
def test_a_run_keeps_that_of_its_dev_data_and_the_tags_of_its_weights(
    do, settings, config_file, tmp_path
):
    config, said = load_config(config_file, ["training.epochs=9", *settings]), []
    data = RunData.read(config)
    do(config, tmp_path / "run", data, said.append)
    model = load_model(tmp_path / "run")
    dev = data.corpora["dev"]
    assert model.temperature == fitted_temperature(model, dev)
    assert f"temperature {model.temperature:.2f}, fitted on dev" in "\n".join(said)
    tags = model.tag(dev.tokens)
    model.decoder.temperature = 1.0
    assert model.tag(dev.tokens) == tags


def test_the_same_seed_gives_the_same_bits(config_file, tmp_path):
    config = load_config(config_file)
    for name in ("one", "two"):
        run_single(config, tmp_path / name, RunData.read(config), [].append)
    one, two = ((tmp_path / name / "model" / "model.yaml") for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (["data.dev=null", "training.keep=last"], "temperature 1, not fitted"),
        (["model.head=margin", "model.target=LOC"], "none, the margin head has none"),
        (
            ["data.dev=null", "data.selection={fraction: 0.5}"],
            "fitted on the held-out part of train",
        ),
    ],
)
def test_what_it_was_fitted_on_is_said(settings, wanted, config_file, tmp_path):
    config, said = load_config(config_file, ["training.epochs=30", *settings]), []
    run_single(config, tmp_path / "run", RunData.read(config), said.append)
    assert wanted in said[-1]
