"""The model folder: it works elsewhere, holds no pickle, and says what is wrong with it."""

import shutil

import numpy as np
import pytest
import yaml

from ner_window.corpora.text import Text
from ner_window.errors import InputError
from ner_window.model.folder import load_model, save_model
from tests.ner_window.training.test_training import setup

TEXT = Text.of([["Anna", "flew", "from", "Bergen", "to", "Oslo"], ["1998"], ["Nordbank", "zzz"]])


PREFIX_OF_WORDS = '[{"kind": "prefix", "settings": {"length": "x"}, "values": []}]'


@pytest.fixture
def saved(config_file, tmp_path):
    model, trainer, _ = setup(config_file)
    list(trainer.run())
    save_model(model, tmp_path / "model")
    return model, tmp_path / "model"


def test_a_copied_model_gives_the_same_scores(saved, tmp_path, vector_file):
    model, folder = saved
    elsewhere = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, elsewhere)
    shutil.rmtree(folder)
    vector_file.unlink()
    copy = load_model(elsewhere)
    np.testing.assert_array_equal(copy.scores(copy.encode(TEXT)), model.scores(model.encode(TEXT)))
    assert copy.tag(TEXT) == model.tag(TEXT)


def test_a_model_without_pretrained_vectors(config_file, tmp_path):
    model, trainer, _ = setup(config_file, "embeddings.path=null", "embeddings.dimension=4")
    list(trainer.run())
    save_model(model, tmp_path / "m")
    assert not (tmp_path / "m" / "vectors.safetensors").exists()
    assert load_model(tmp_path / "m").tag(TEXT) == model.tag(TEXT)


def test_every_feature_travels_with_the_model(config_file, tmp_path):
    names = tmp_path / "names"
    names.write_text("Oslo\nNew York\n")
    model, trainer, _ = setup(
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
        "vectors.safetensors",
    }


def test_mentions_of_training_travel_with_the_model(saved):
    model, folder = saved
    known = [("LOC", "Oslo"), ("ORG", "Nordbank"), ("PER", "Anna", "Kovac")]
    assert model.mentions == known
    assert load_model(folder).mentions == known
    (folder / "mentions.txt").unlink()
    assert load_model(folder).mentions is None


def change(folder, **changes):
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: shutil.rmtree(f), "is no model folder"),
        (lambda f: change(f, format=99), "format 99, newer than this ner-window"),
        (lambda f: change(f, window="x"), "damaged at window"),
        (lambda f: change(f, surprise=1), "damaged at surprise"),
        (lambda f: (f / "model.yaml").write_text("["), "is not YAML"),
        (lambda f: (f / "model.yaml").write_text(""), "damaged"),
        (lambda f: (f / "weights.safetensors").unlink(), "damaged"),
        (lambda f: (f / "weights.safetensors").write_bytes(b"\x80\x04."), "damaged"),
        (lambda f: (f / "vectors.safetensors").write_bytes(b""), "damaged"),
        (lambda f: (f / "vectors.safetensors").write_bytes(b"\x02" + b"\0" * 7 + b"{}"), "damaged"),
        (lambda f: (f / "vocabulary.txt").write_bytes(b"\xff"), "damaged"),
        (lambda f: (f / "vocabulary.txt").write_text("one"), "damaged"),
        (lambda f: change(f, vectors="of another file"), "damaged"),
        (lambda f: change(f, format=1), "development version .* train it again"),
        (lambda f: change(f, tags=["O"]), "damaged"),
        (lambda f: (f / "features.json").write_text('[{"kind": "astrology"}]'), "damaged"),
        (lambda f: (f / "features.json").write_text(PREFIX_OF_WORDS), "damaged"),
        (lambda f: (f / "features.json").write_text("[]"), "damaged"),
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
