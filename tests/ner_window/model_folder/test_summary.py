"""What is told of a model folder, without loading the model."""

import json
import shutil
from dataclasses import replace

import pytest
import yaml

from ner_window.errors import InputError
from ner_window.model_folder.card import save_card
from ner_window.model_folder.description import FORMAT
from ner_window.model_folder.folder import load_model, save_model
from ner_window.model_folder.summary import summarize
from tests.building import PROVENANCE_OF_A_RUN, small_model


@pytest.fixture
def folder(config_file, tmp_path):
    model, _, _ = small_model(
        config_file, "model={hidden: [9, 7], nonlinearity: prelu, head: sentence}"
    )
    save_model(model, tmp_path / "model")
    save_card(tmp_path / "model", PROVENANCE_OF_A_RUN)
    return tmp_path / "model"


def test_everything_is_there_as_json(folder):
    facts = json.loads(json.dumps(summarize(folder.parent).as_dict()))
    assert facts["folder"] == str(folder)
    assert facts["format"] == FORMAT
    assert facts["types"] == ["LOC", "ORG", "PER"]
    assert (facts["head"], facts["nonlinearity"]) == ("sentence", "prelu")
    assert facts["layers"] == [9, 7]
    assert facts["rows"] == {"words": 13, "capitalization": 4}
    assert facts["vectors"]["words"] == 6
    assert facts["vectors"]["name"] == "vectors.txt"
    assert facts["vectors"]["is_here"]
    assert facts["files"]["weights.safetensors"] == (folder / "weights.safetensors").stat().st_size
    assert facts["bytes"] == sum(facts["files"].values())
    assert facts["provenance"] == PROVENANCE_OF_A_RUN.model_dump(mode="json")


@pytest.mark.parametrize(
    ("head", "temperature", "told", "limit"),
    [
        ("softmax", None, "temperature 1, not fitted", "were not fitted to any data"),
        ("softmax", 0.7131, "temperature 0.71", "(temperature 0.71)"),
        ("margin", None, "none, the margin head has none", "It gives no confidences"),
    ],
)
def test_what_confidences_are_held_to(config_file, tmp_path, head, temperature, told, limit):
    target = ["model.target=LOC"] if head == "margin" else []
    model, _, _ = small_model(config_file, f"model.head={head}", *target)
    save_model(replace(model, temperature=temperature), tmp_path / "model")
    save_card(tmp_path / "model", PROVENANCE_OF_A_RUN)
    summary = summarize(tmp_path)
    assert summary.as_dict()["temperature"] == temperature
    assert f"confidences {told}" in str(summary)
    assert limit in " ".join((tmp_path / "model" / "MODEL.md").read_text("utf-8").split())


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("{}", "context window\n"),
        ("{context: document, hidden: [9, 7]}", "context document\n"),
        ("{context: both, hidden: [9, 7], context_after: 1}", "context both after layer 1\n"),
    ],
)
def test_the_context_is_told(config_file, tmp_path, settings, told):
    model, _, _ = small_model(config_file, f"model={settings}", "model.window=3")
    save_model(model, tmp_path / "model")
    assert told in str(summarize(tmp_path / "model"))


def test_everything_is_there_for_people(folder):
    text = str(summarize(folder))
    assert "finds       LOC, ORG, PER (iobes, viterbi)" in text
    assert "hidden 9, 7 (prelu), head sentence" in text
    assert "words 13 x 3" in text
    assert "vectors     6 words, float32, from vectors.txt (SHA-256 " in text
    assert "dev         F1 66.67 (55.50 to 77.70)" in text
    assert "measured with all vectors" not in text


def test_a_reference_is_followed_or_not(folder, tmp_path, monkeypatch):
    save_model(load_model(folder), tmp_path / "light", "reference")
    assert "by reference, 6 words, " in str(summarize(tmp_path / "light"))
    monkeypatch.setenv("NER_WINDOW_CACHE", str(tmp_path / "elsewhere"))
    assert "NOT on this machine" in str(summarize(tmp_path / "light"))
    assert not summarize(tmp_path / "light").as_dict()["vectors"]["is_here"]


def test_random_vectors_without_a_record(config_file, tmp_path):
    model, _, _ = small_model(config_file, "embeddings.path=null", "embeddings.dimension=4")
    save_model(model, tmp_path / "m")
    text = str(summarize(tmp_path / "m"))
    assert "vectors     started at random" in text
    assert "trained     not told" in text
    assert summarize(tmp_path / "m").as_dict()["vectors"] is None


def set_layers(folder, layers):
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "layers": layers}))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (shutil.rmtree, "is no model folder"),
        (lambda f: (f / "weights.safetensors").unlink(), "damaged"),
        (lambda f: (f / "weights.safetensors").write_bytes(b"\x02" + b"\0" * 7 + b"{}"), "damaged"),
        (lambda f: (f / "vectors.safetensors").write_bytes(b""), "damaged"),
        (lambda f: (f / "provenance.json").write_bytes(b"{"), "damaged"),
        (lambda f: set_layers(f, 3), "damaged"),
        (lambda f: set_layers(f, 10**12), "damaged at layers"),
        (lambda f: set_layers(f, 0), "damaged at layers"),
    ],
)
def test_damage_is_told(folder, damage, message):
    damage(folder)
    with pytest.raises(InputError, match=message):
        summarize(folder)
