"""Where the settings of a config come from: files that extend files, and the command line."""

import pytest
import yaml

from ner_window.config.file import annotated_yaml, load_config
from ner_window.errors import InputError
from tests.ner_window.config.written import origins
from tests.places import SHIPPED_CONFIGS

BASE = """\
data: {train: t, dev: d}
embeddings: {path: v}
model: {hidden: 50, window: 7}
training: {epochs: 7, schedule: cosine, optimizer: {name: momentum, momentum: 0.5}}
"""
MIDDLE = "extends: deep/base.yaml\nmodel: {hidden: [30, 20]}\ntraining: {optimizer: adam}\n"
TOP = "extends: middle.yaml\nseed: 5\ndata: {test: x}\ntraining: {batch_size: null}\n"


@pytest.fixture
def top(tmp_path, monkeypatch):
    """A config that extends another, which extends a third; named relative to the folder."""
    (tmp_path / "deep").mkdir()
    for name, text in {"deep/base": BASE, "middle": MIDDLE, "top": TOP}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return (tmp_path / "top.yaml").relative_to(tmp_path)


def test_origins_follow_extends_and_the_command_line(top):
    overrides = ["training.schedule.warm_up=1", "features.prefixes={lengths: [2]}"]
    found = origins(annotated_yaml(top, overrides))
    expected = {
        "seed": "top.yaml",
        "data.train": "deep/base.yaml",
        "data.test": "top.yaml",
        "data.columns.tag": "default",
        "model.hidden": "middle.yaml",
        "model.window": "deep/base.yaml",
        "training.epochs": "deep/base.yaml",
        "training.batch_size": "top.yaml",
        "training.optimizer.name": "middle.yaml",
        "training.schedule.name": "deep/base.yaml",
        "training.schedule.warm_up": "--set",
        "features.prefixes.lengths": "--set",
        "features.prefixes.dimension": "default",
    }
    assert {key: found[key] for key in expected} == expected


def test_every_value_has_an_origin(top):
    def leaves(tree):
        return sum(leaves(v) if isinstance(v, dict) and v else 1 for v in tree.values())

    text = annotated_yaml(top)
    assert len(origins(text)) == leaves(yaml.safe_load(text))


@pytest.mark.parametrize("path", SHIPPED_CONFIGS, ids=str)
def test_what_is_shown_is_the_same_config(path, tmp_path):
    shown = tmp_path / "shown.yaml"
    shown.write_text(annotated_yaml(path, ["model.hidden=[5, 4]"]))
    assert load_config(shown) == load_config(path, ["model.hidden=[5, 4]"])
    assert set(origins(annotated_yaml(shown)).values()) == {str(shown)}


@pytest.mark.parametrize("name", ["a: b", "# c", "yes", "a\nb", "  ", "\u2028x", "[", "'", "東京"])
def test_odd_texts_stay_what_they_are(top, name):
    config = yaml.safe_dump(
        {
            "extends": "top.yaml",
            "data": {"comment": name, "train": "a, b  # c"},
            "features": {"gazetteers": {"files": {name: [name, "1"]}}},
        }
    )
    odd, shown = top.with_name("odd.yaml"), top.with_name("shown.yaml")
    odd.write_text(config, "utf-8")
    shown.write_text(annotated_yaml(odd), "utf-8")
    assert load_config(shown) == load_config(odd)
    assert load_config(odd).data.comment == name


def test_a_name_alone_can_be_added_to(top):
    schedule = load_config(top, ["training.schedule.warm_up=2"]).training.schedule
    assert (schedule.name, schedule.warm_up) == ("cosine", 2)
    child = top.with_name("child.yaml")
    child.write_text("extends: top.yaml\ntraining: {schedule: {warm_up: 3}}\n")
    schedule = load_config(child).training.schedule
    assert (schedule.name, schedule.warm_up) == ("cosine", 3)


def test_a_mapping_on_the_command_line_replaces_the_one_before(top):
    assert load_config(top, ["model={hidden: 3}"]).model.window == 5


def test_a_mapping_of_nothing_empties_the_one_before(top):
    columns = "features: {columns: {pos: {column: 1}}}\n"
    with_columns, without = top.with_name("with.yaml"), top.with_name("without.yaml")
    with_columns.write_text("extends: top.yaml\n" + columns)
    without.write_text("extends: with.yaml\nfeatures: {columns: {}}\n")
    assert load_config(with_columns).features.columns.keys() == {"pos"}
    assert load_config(without).features.columns == {}
    assert origins(annotated_yaml(without))["features.columns"] == "without.yaml"
    emptied = annotated_yaml(with_columns, ["features.columns={}"])
    assert origins(emptied)["features.columns"] == "--set"


@pytest.mark.parametrize("override", ["seed=&a {b: *a}", "model={window: 3, window: 5}"])
def test_what_no_config_can_hold_is_refused(top, override):
    with pytest.raises(InputError, match=r"--set seed=.* nested|--set model=.* stands twice"):
        load_config(top, [override])


def test_a_config_that_is_wrong_is_not_shown(top):
    with pytest.raises(InputError, match=r"model.hiden: unknown key; did you mean 'hidden'\?"):
        annotated_yaml(top, ["model.hiden=3"])


@pytest.mark.parametrize("text", ["Anna B-PER\nsings O\n", "Anna: B-PER\nsings: O: O\n"])
def test_a_corpus_in_place_of_a_config_is_told(tmp_path, text):
    path = tmp_path / "my train.txt"
    path.write_text(text)
    with pytest.raises(InputError, match="is no config, which is") as refused:
        load_config(path)
    assert str(refused.value).endswith(f"config new --train '{path}' --out my.yaml")
    path.rename(tmp_path / "my.yaml")
    with pytest.raises(InputError) as refused:
        load_config(tmp_path / "my.yaml")
    assert "is no config, which is" not in str(refused.value)


def test_a_folder_in_place_of_a_config_is_told(tmp_path):
    with pytest.raises(InputError, match="is a folder; a config is a file in YAML"):
        load_config(tmp_path)
