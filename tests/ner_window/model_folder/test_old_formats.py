"""Model folders of older formats: they load, and tag as the code did that wrote them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from ner_window.corpora.text import Text
from ner_window.errors import InputError
from ner_window.model_folder.description import FORMAT, read_description
from ner_window.model_folder.folder import load_model, save_model

OLD = Path(__file__).parent / "old_models"
FOLDERS = ["format-1", "format-2", "format-3"]
TEXT = Text.of(
    [
        ["Anna", "Kovac", "visited", "Bergen", "."],
        ["Nordbank", "hired", "Anna", "Kovac", "in", "1998"],
        ["Bergen", "is", "Oslo"],
    ]
)
TAGS = [
    ["B-PER", "I-PER", "O", "B-LOC", "O"],
    ["B-ORG", "O", "B-PER", "I-PER", "O", "O"],
    ["B-LOC", "O", "O"],
]


def test_there_is_a_folder_of_every_older_format():
    assert sorted(path.name for path in OLD.glob("format-*")) == FOLDERS
    assert len(FOLDERS) == FORMAT - 1


@pytest.mark.parametrize("name", FOLDERS)
def test_an_old_folder_tags_as_it_did(name):
    assert load_model(OLD / name).tag(TEXT) == TAGS


@pytest.mark.parametrize("name", FOLDERS)
def test_an_old_folder_is_written_in_the_format_of_today(name, tmp_path):
    old = load_model(OLD / name)
    save_model(old, tmp_path / "new")
    assert read_description(tmp_path / "new").format == FORMAT
    new = load_model(tmp_path / "new")
    np.testing.assert_array_equal(new.scores(new.encode(TEXT)), old.scores(old.encode(TEXT)))
    assert (new.mentions is None) == (name == "format-1")


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        ("format-1", {"columns": [0]}, "of format 1, is damaged"),
        ("format-1", {"vectors": "x"}, "of format 1, is damaged"),
        ("format-1", {"format": 2}, "of format 2|damaged at"),
        ("format-1", {"format": 0}, "damaged at format"),
        ("format-1", {"format": FORMAT}, "damaged at"),
        ("format-2", {"format": FORMAT}, "damaged at"),
        ("format-3", {"format": FORMAT}, "damaged at"),
        ("format-3", {"format": 2}, "damaged at"),
        ("format-3", {"context": "sentence"}, "of format 3, is damaged"),
        ("format-3", {"layers": "two"}, "damaged at context_after"),
        ("format-2", {"vectors": ["x"]}, "damaged at vectors"),
        ("format-2", {"format": 1}, "of format 1, is damaged"),
        ("format-2", {"format": [2]}, "damaged at format"),
    ],
)
def test_damage_to_an_old_folder_is_told(name, damage, message, tmp_path):
    folder = tmp_path / name
    shutil.copytree(OLD / name, folder)
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **damage}))
    with pytest.raises(InputError, match=message):
        load_model(folder)


def test_words_without_vectors_are_told(tmp_path):
    shutil.copytree(OLD / "format-1", tmp_path / "model")
    (tmp_path / "model" / "vectors.txt").write_text("one")
    with pytest.raises(InputError, match="1 words for 6 vectors"):
        load_model(tmp_path / "model")
