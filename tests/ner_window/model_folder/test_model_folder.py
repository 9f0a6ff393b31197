"""The model folder: it works elsewhere, holds no pickle, and says what is wrong with it."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import yaml

from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.model_folder.folder import load_model, save_model
from ner_window.tokenization.learned import LearnedCut
from ner_window.tokenization.tokenizer import Tokenizer
from ner_window.vectors.word_vectors import converted_path, load_vectors
from tests.building import small_model, trained_model

TEXT = Tokens.of([["Anna", "flew", "from", "Bergen", "to", "Oslo"], ["1998"], ["Nordbank", "zzz"]])


def tokenizer_with(language="en", borders=(), clitics=()):
    cut = {"name": "learned", "borders": borders, "clitics": clitics, "abbreviations": []}
    return json.dumps({"language": language, "cut": cut})


UNKNOWN_TOKENIZER = '{"language": "en", "cut": {"name": "other"}}'
PREFIX_OF_WORDS = '[{"kind": "prefix", "settings": {"length": "x"}, "values": []}]'


@pytest.fixture
def saved(config_file, tmp_path):
    model = trained_model(config_file)
    save_model(model, tmp_path / "model")
    return model, tmp_path / "model"


def test_a_copied_model_gives_the_same_scores(saved, tmp_path, vector_file):
    model, folder = saved
    elsewhere = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, elsewhere)
    shutil.rmtree(folder)
    vector_file.unlink()
    copy = load_model(elsewhere)
    np.testing.assert_array_equal(
        copy.scorer.scores(copy.encode(TEXT)), model.scorer.scores(model.encode(TEXT))
    )
    assert copy.tag(TEXT) == model.tag(TEXT)


def test_a_model_without_pretrained_vectors(config_file, tmp_path):
    model = trained_model(config_file, "embeddings.path=null", "embeddings.dimension=4")
    save_model(model, tmp_path / "m")
    assert not (tmp_path / "m" / "vectors.safetensors").exists()
    assert load_model(tmp_path / "m").tag(TEXT) == model.tag(TEXT)


def test_every_feature_travels_with_the_model(config_file, tmp_path):
    names = tmp_path / "names"
    names.write_text("Oslo\nNew York\n")
    model, trainer, _ = small_model(
        config_file,
        "features={shape: 3, prefixes: {lengths: [2, 3]}, suffixes: {lengths: [1]}, "
        f"gazetteers: {{files: {{LOC: {names}}}}}}}",
    )
    assert [feature.name for feature in model.features] == [
        *("capitalization", "shape", "prefix 2", "prefix 3", "suffix 1", "gazetteer LOC"),
    ]
    list(trainer.run())
    save_model(model, tmp_path / "m")
    names.unlink()
    assert load_model(tmp_path / "m").tag(TEXT) == model.tag(TEXT)


def test_the_folder_of_a_run_will_do(saved, tmp_path):
    assert load_model(tmp_path).tags == saved[0].tags


def test_nothing_in_it_is_a_pickle(saved):
    names = {path.name for path in saved[1].iterdir()}
    assert names == {
        "model.yaml",
        "weights.safetensors",
        "vocabulary.txt",
        "mentions.txt",
        "features.json",
        "tokenizer.json",
        "vectors.safetensors",
    }


def test_mentions_of_training_travel_with_the_model(saved):
    model, folder = saved
    known = [("LOC", "Oslo"), ("ORG", "Nordbank"), ("PER", "Anna", "Kovac")]
    assert model.mentions == known
    assert load_model(folder).mentions == known
    (folder / "mentions.txt").unlink()
    assert load_model(folder).mentions is None


def test_the_tokenizer_travels_with_the_model(saved, tmp_path):
    sentences = 2 * [("I'm at #Oslo", [(0, 3), (4, 6), (7, 12)])]
    tokenizer = Tokenizer("nl", LearnedCut()).like(sentences)
    save_model(dataclasses.replace(saved[0], tokenizer=tokenizer), tmp_path / "m")
    copy = load_model(tmp_path / "m").tokenizer
    assert copy.stored() == tokenizer.stored()
    assert copy.tokens_of("I'm #Lima") == ["I'm", "#Lima"]


@pytest.mark.parametrize("temperature", [None, 0.7131])
def test_the_temperature_travels_with_the_model(saved, tmp_path, temperature):
    model = dataclasses.replace(saved[0], temperature=temperature)
    save_model(model, tmp_path / "m")
    copy = load_model(tmp_path / "m")
    assert copy.temperature == temperature
    np.testing.assert_array_equal(
        copy.predict(copy.encode(TEXT)).confidences, model.predict(model.encode(TEXT)).confidences
    )


def change(folder, **changes):
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))


def change_vectors(folder, **changes):
    known = yaml.safe_load((folder / "model.yaml").read_text())["vectors"]
    change(folder, vectors={**known, **changes})


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: shutil.rmtree(f), "is no model folder"),
        (lambda f: change(f, format=99), "format 99, newer than this ner-window"),
        (lambda f: change(f, window="x"), "damaged at window"),
        (lambda f: change(f, surprise=1), "damaged at surprise"),
        (lambda f: change(f, temperature=0), "damaged at temperature"),
        (lambda f: change(f, temperature=float("nan")), "damaged at temperature"),
        (lambda f: (f / "model.yaml").write_text("["), "is not YAML"),
        (lambda f: (f / "model.yaml").write_text(""), "damaged"),
        (lambda f: (f / "weights.safetensors").unlink(), "damaged"),
        (lambda f: (f / "weights.safetensors").write_bytes(b"\x80\x04."), "damaged"),
        (lambda f: (f / "vectors.safetensors").write_bytes(b""), "damaged"),
        (lambda f: (f / "vectors.safetensors").write_bytes(b"\x02" + b"\0" * 7 + b"{}"), "damaged"),
        (lambda f: (f / "vocabulary.txt").write_bytes(b"\xff"), "damaged"),
        (lambda f: (f / "vocabulary.txt").write_text("one"), "damaged"),
        (lambda f: change(f, vectors="of another file"), "damaged at vectors"),
        (lambda f: change_vectors(f, sha256="../../etc"), "damaged at vectors.sha256"),
        (lambda f: change_vectors(f, sha256="abc"), "is not what the model .* was trained with"),
        (lambda f: change_vectors(f, saved="float8"), "damaged at vectors.saved"),
        (lambda f: change_vectors(f, kept=-1), "damaged at vectors.kept"),
        (lambda f: change(f, tags=["O"]), "damaged"),
        (lambda f: (f / "features.json").write_text('[{"kind": "astrology"}]'), "'astrology'"),
        (lambda f: (f / "features.json").write_text(PREFIX_OF_WORDS), "damaged"),
        (lambda f: (f / "features.json").write_text("[]"), "damaged"),
        (lambda f: (f / "tokenizer.json").write_text("[]"), "damaged"),
        (lambda f: (f / "tokenizer.json").unlink(), "damaged"),
        (lambda f: (f / "tokenizer.json").write_text(tokenizer_with(language="\ud800")), "damaged"),
        (lambda f: (f / "tokenizer.json").write_text(tokenizer_with(clitics=[""])), "damaged"),
        (
            lambda f: (f / "tokenizer.json").write_text(
                tokenizer_with(borders=[["level", "a", "b", False, True]])
            ),
            "damaged",
        ),
        (lambda f: (f / "tokenizer.json").write_text(UNKNOWN_TOKENIZER), "import its module"),
        (lambda f: (f / "features.json").write_text("[" * 100_000), "damaged"),
        (lambda f: (f / "features.json").write_text('{"capitalization": ["x"]}'), "damaged"),
        (lambda f: change(f, window=7), "damaged"),
        (lambda f: (f / "mentions.txt").write_text("PER"), "damaged"),
        (lambda f: (f / "mentions.txt").write_bytes(b"\xff"), "damaged"),
    ],
)
def test_damage_is_told(saved, damage, message):
    damage(saved[1])
    with pytest.raises(InputError, match=message):
        load_model(saved[1])


def test_a_folder_that_cannot_be_written(saved, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        save_model(saved[0], tmp_path / "file" / "model")


def sizes(folder):
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_a_model_by_reference_predicts_the_same_and_holds_no_vectors(saved, tmp_path):
    model, _ = saved
    save_model(model, tmp_path / "light", "reference")
    assert "vectors.safetensors" not in sizes(tmp_path / "light")
    loaded = load_model(tmp_path / "light")
    assert loaded.vectors.name == "vectors.txt"
    encoded = loaded.encode(TEXT)
    assert len(encoded.unseen)
    np.testing.assert_array_equal(
        loaded.scorer.scores(encoded), model.scorer.scores(model.encode(TEXT))
    )


def test_a_reference_that_leads_nowhere_says_what_to_do(saved, tmp_path, vector_file, monkeypatch):
    model, _ = saved
    save_model(model, tmp_path / "run" / "model", "reference")
    monkeypatch.setenv("NER_WINDOW_CACHE", str(tmp_path / "elsewhere"))
    with pytest.raises(InputError, match=r"refers to the vectors of vectors\.txt") as error:
        load_model(tmp_path / "run")
    assert "ner-window vectors convert vectors.txt" in str(error.value)
    assert "ner-window model bundle" in str(error.value)
    assert str(vector_file.parent) not in (tmp_path / "run/model/model.yaml").read_text()
    (tmp_path / "run" / "config.yaml").write_text("")
    with pytest.raises(InputError, match=r"its path in training: see .*config\.yaml"):
        load_model(tmp_path / "run")
    load_vectors(vector_file)
    assert load_model(tmp_path / "run").tag(TEXT) == model.tag(TEXT)


def test_damaged_converted_vectors_are_not_there(saved, tmp_path):
    model, _ = saved
    save_model(model, tmp_path / "light", "reference")
    converted_path(model.vectors.sha256).write_bytes(b"")
    with pytest.raises(InputError, match="not among the converted ones"):
        load_model(tmp_path / "light")


def test_vectors_that_are_given_must_be_the_same(saved, tmp_path, vector_file):
    model, folder = saved
    other = tmp_path / "other.txt"
    other.write_text("anna 0.1 0.2 0.3\n")
    with pytest.raises(InputError, match=r"other\.txt .* is not what the model"):
        load_model(folder, load_vectors(other))
    (folder / "vectors.safetensors").unlink()
    assert load_model(folder, load_vectors(vector_file)).tag(TEXT) == model.tag(TEXT)


def test_half_precision_keeps_trained_rows_whole(saved, tmp_path):
    model, folder = saved
    save_model(model, tmp_path / "half", "float16")
    whole, half = sizes(folder), sizes(tmp_path / "half")
    assert whole["vectors.safetensors"] - half["vectors.safetensors"] in range(30, 37)  # of 6 * 3
    assert whole["weights.safetensors"] == half["weights.safetensors"]
    loaded = load_model(tmp_path / "half")
    table = loaded.network.tables[0].data
    np.testing.assert_array_equal(table, model.network.tables[0].data)
    assert loaded.tag(TEXT) == model.tag(TEXT)
    scores = loaded.scorer.scores(loaded.encode(TEXT)), model.scorer.scores(model.encode(TEXT))
    np.testing.assert_allclose(*scores, atol=0.01)
    assert (scores[0] != scores[1]).any()
    assert loaded.vectors.deviation == model.vectors.deviation
    with pytest.raises(InputError, match="half precision: as float32"):
        save_model(loaded, tmp_path / "again")
    save_model(loaded, tmp_path / "again", "float16")
    assert load_model(tmp_path / "again").tag(TEXT) == model.tag(TEXT)


def test_random_vectors_are_saved_alike_however_asked(config_file, tmp_path):
    model, _, _ = small_model(config_file, "embeddings.path=null", "embeddings.dimension=4")
    for saved in ("float32", "float16", "reference"):
        save_model(model, tmp_path / saved, saved)
        assert load_model(tmp_path / saved).tag(TEXT) == model.tag(TEXT)
        assert sizes(tmp_path / saved) == sizes(tmp_path / "float32")
