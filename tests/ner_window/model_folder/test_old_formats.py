"""Model folders of older formats: they load, and tag as the code did that wrote them."""

import shutil

import numpy as np
import pytest
import yaml

from ner_window.errors import InputError
from ner_window.model_folder.description import FORMAT, Description, read_description
from ner_window.model_folder.folder import load_model, save_model
from ner_window.model_folder.old_formats import upgraded
from ner_window.tokenization.tokenizer import BY_RULES
from tests.old_models import OLD_FOLDERS, OLD_MODELS, OLD_TAGS, OLD_TEXT


def test_there_is_a_folder_of_every_older_format():
    assert sorted(path.name for path in OLD_MODELS.glob("format-*")) == OLD_FOLDERS
    assert len(OLD_FOLDERS) == FORMAT - 1


@pytest.mark.parametrize("name", OLD_FOLDERS)
def test_an_old_folder_tags_as_it_did(name):
    assert load_model(OLD_MODELS / name).tag(OLD_TEXT) == OLD_TAGS


@pytest.mark.parametrize("name", OLD_FOLDERS)
def test_an_old_folder_is_written_in_the_format_of_today(name, tmp_path):
    old = load_model(OLD_MODELS / name)
    save_model(old, tmp_path / "new")
    assert read_description(tmp_path / "new").format == FORMAT
    new = load_model(tmp_path / "new")
    np.testing.assert_array_equal(
        new.scorer.scores(new.encode(OLD_TEXT)), old.scorer.scores(old.encode(OLD_TEXT))
    )
    assert (new.mentions is None) == (name == "format-1")
    assert (new.temperature is None) == (name not in ("format-6", "format-7"))
    assert new.encoder.unseen.name == ("neighbors" if name == "format-7" else "pretrained")
    assert new.tokenizer.stored() == BY_RULES.stored()


def test_a_head_of_one_type_says_so_itself_today():
    content = yaml.safe_load((OLD_MODELS / "format-4" / "model.yaml").read_text())
    content |= {"head": "margin", "tags": ["O", "I-LOC"]}
    content |= {"context": "window", "context_after": None}
    new = Description.model_validate(upgraded(content))
    assert (new.head.name, new.head.only_type, new.context.name) == ("margin", "LOC", "window")


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        ("format-1", {"columns": [0]}, "of format 1, is damaged"),
        ("format-1", {"vectors": "x"}, "of format 1, is damaged"),
        ("format-1", {"format": 2}, "of format 2|damaged at"),
        ("format-1", {"format": 0}, "damaged at format"),
        ("format-1", {"format": FORMAT}, "damaged at"),
        ("format-2", {"format": FORMAT}, "damaged at"),
        ("format-3", {"format": 2}, "damaged at"),
        ("format-3", {"context": "sentence"}, "of format 3, is damaged"),
        ("format-3", {"layers": "two"}, "damaged at context"),
        ("format-4", {"format": FORMAT}, "damaged at"),
        ("format-5", {"format": FORMAT}, "damaged at temperature"),
        ("format-6", {"format": FORMAT}, "damaged at unseen"),
        ("format-4", {"context_after": "one"}, "damaged at context"),
        ("format-4", {"head": "binary", "tags": ["O"]}, "of format 4, is damaged"),
        ("format-4", {"head": "mine"}, r"damaged at head: .* got 'mine'; .* import its module"),
        ("format-2", {"vectors": ["x"]}, "damaged at vectors"),
        ("format-2", {"format": 1}, "of format 1, is damaged"),
        ("format-2", {"format": [2]}, "damaged at format"),
    ],
)
def test_damage_to_an_old_folder_is_told(name, damage, message, tmp_path):
    folder = tmp_path / name
    shutil.copytree(OLD_MODELS / name, folder)
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **damage}))
    with pytest.raises(InputError, match=message):
        load_model(folder)


def test_what_an_old_folder_lacks_is_named(tmp_path):
    shutil.copytree(OLD_MODELS / "format-4", tmp_path / "model")
    path = tmp_path / "model" / "model.yaml"
    content = yaml.safe_load(path.read_text())
    del content["head"]
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(InputError, match=r"of format 4, is damaged at head$"):
        load_model(path.parent)


def test_words_without_vectors_are_told(tmp_path):
    shutil.copytree(OLD_MODELS / "format-1", tmp_path / "model")
    (tmp_path / "model" / "vectors.txt").write_text("one")
    with pytest.raises(InputError, match="1 words for 6 vectors"):
        load_model(tmp_path / "model")
