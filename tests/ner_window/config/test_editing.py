"""Settings changed in a file: what else stands in it stays, to the character."""

import pytest
import yaml

from ner_window.config.editing import change_settings, changed
from ner_window.errors import InputError

KEY = "training.learning_rate"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "seed: 1\ntraining:  # how\n  epochs: 3\n  # slow\n  learning_rate: 0.1   # mine\n",
            "seed: 1\ntraining:  # how\n  epochs: 3\n  # slow\n  learning_rate: 0.0063   # mine\n",
        ),
        (
            "training: {learning_rate: '1e-3', seed: 3}",
            "training: {learning_rate: 0.0063, seed: 3}",
        ),
        ("training: {epochs: 3}  # x\n", "training: {learning_rate: 0.0063, epochs: 3}  # x\n"),
        ("training: {}\n", "training: {learning_rate: 0.0063}\n"),
        ("training:\n    # few\n    epochs: 3\n", None),
        ("training:\n  # x\nseed: 1\n", "training: {learning_rate: 0.0063}\n  # x\nseed: 1\n"),
        ("training: null  # x\n", "training: {learning_rate: 0.0063}  # x\n"),
        ("extends: a.yaml", "extends: a.yaml\ntraining: {learning_rate: 0.0063}\n"),
        ("extends: a.yaml\n# end\n", "extends: a.yaml\n# end\ntraining: {learning_rate: 0.0063}\n"),
        ("---\nseed: 1\n...\n", "---\nseed: 1\ntraining: {learning_rate: 0.0063}\n...\n"),
        ("{seed: 1}\n", "{training: {learning_rate: 0.0063}, seed: 1}\n"),
        ("training:\r\n  a: 2\r\n", "training:\r\n  learning_rate: 0.0063\r\n  a: 2\r\n"),
        ("training:\n  learning_rate:\n  a: 2\n", "training:\n  learning_rate: 0.0063\n  a: 2\n"),
        ("data: {train: 'gr\u00fcn \U0001f600'}\ntraining: {learning_rate: 1}\n", None),
    ],
)
def test_one_setting_is_changed_and_nothing_else(before, after):
    text = changed(before, KEY, 0.0063)
    expected = yaml.safe_load(before)
    expected["training"] = {**(expected.get("training") or {}), "learning_rate": 0.0063}
    assert yaml.safe_load(text) == expected
    assert after is None or text == after
    assert changed(text, KEY, 0.0063) == text


@pytest.mark.parametrize(
    "text",
    [
        "a: &t {learning_rate: 1}\ntraining: *t\n",
        "training: {learning_rate: &r 1}\nembeddings: {learning_rate: *r}\n",
    ],
)
def test_what_would_change_something_else_is_refused(text, tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"left as it was: .* set training.learning_rate: 0.5"):
        change_settings(path, {KEY: 0.5})
    assert path.read_text() == text


def test_a_small_rate_is_a_number_in_yaml():
    assert yaml.safe_load(changed("seed: 1", KEY, 1e-5))["training"]["learning_rate"] == 1e-5


def test_a_file_keeps_its_mode_and_its_link(tmp_path):
    path, link = tmp_path / "my.yaml", tmp_path / "link.yaml"
    path.write_text("seed: 1\n")
    path.chmod(0o640)
    link.symlink_to(path)
    change_settings(link, {KEY: 0.5, "embeddings.learning_rate": 0.25})
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    tree = yaml.safe_load(path.read_text())
    assert tree == {
        "seed": 1,
        "training": {"learning_rate": 0.5},
        "embeddings": {"learning_rate": 0.25},
    }
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.yaml", "my.yaml"]
    with pytest.raises(InputError, match="is no file that could be changed"):
        change_settings(tmp_path, {KEY: 0.5})
