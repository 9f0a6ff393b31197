"""Files and folders appear whole or not at all, and leave nothing else behind."""

import errno
import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.files import new_file, new_folder, read_yaml, replacement, yaml_text
from tests.places import SHIPPED_CONFIGS

FULL = OSError(errno.ENOSPC, "No space left on device")


def written(folder):
    return {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}


TEXTS = st.text(st.characters().filter(str.isprintable), min_size=1)
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS


@given(st.dictionaries(TEXTS, VALUES | st.lists(VALUES), min_size=1))
def test_yaml_comes_back(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "content.yaml"
    path.write_bytes(yaml_text(content).encode())
    assert read_yaml(path) == content


@pytest.mark.parametrize("path", SHIPPED_CONFIGS, ids=lambda path: path.stem)
def test_yaml_of_a_config_is_that_of_pyyaml(path):
    config = load_config(path)
    content = config.model_dump(mode="json", by_alias=True)
    assert config.to_yaml() == yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def test_yaml_keeps_emoji():
    assert yaml_text({"name": "a\N{GRINNING FACE}"}) == "name: a\N{GRINNING FACE}\n"


def test_a_file_takes_the_place_of_the_last_one_when_it_is_whole(tmp_path):
    path = tmp_path / "a"
    for text in ("one", "two"):
        before = written(tmp_path)
        with replacement(path) as temporary:
            temporary.write_text(text)
            assert written(tmp_path) == {**before, ".a": text}
        assert written(tmp_path) == {"a": text}


def test_a_file_that_fails_leaves_the_last_one(tmp_path):
    (tmp_path / "a").write_text("one")
    with pytest.raises(OSError, match="No space"), replacement(tmp_path / "a") as temporary:
        temporary.write_text("tw")
        raise FULL
    said = r"cannot write .*a: No space left on device"
    with (
        pytest.raises(InputError, match=said),
        new_file(tmp_path / "a", may_replace=True) as file,
    ):
        file.write(b"tw")
        raise FULL
    assert written(tmp_path) == {"a": "one"}


def test_nothing_is_written_over_what_people_have(tmp_path):
    (tmp_path / "a").write_text("one")
    for new in (new_file, new_folder):
        with pytest.raises(InputError, match="exists; name another file"), new(tmp_path / "a"):
            pass
    assert written(tmp_path) == {"a": "one"}


@pytest.mark.parametrize("fails", [False, True])
def test_a_folder_takes_the_place_of_the_last_one_when_it_is_filled(tmp_path, fails):
    path, leftover = tmp_path / "m", tmp_path / f".m.{os.getpid()}"
    path.mkdir()
    (path / "old").write_text("one")
    leftover.mkdir()
    (leftover / "half").write_text("of one that was killed")
    try:
        with new_folder(path, may_replace=True) as work:
            (work / "new").write_text("two")
            if fails:
                raise FULL
    except InputError as error:
        assert fails
        assert "No space left on device" in str(error)
    assert written(tmp_path) == ({"old": "one"} if fails else {"new": "two"})
    assert [each.name for each in tmp_path.iterdir()] == ["m"]
