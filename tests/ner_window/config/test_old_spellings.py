"""Configs as they were spelled before go on working: files, settings, configs of run folders."""

import itertools

import pytest
import yaml

from ner_window.config import Config
from ner_window.config.file import annotated_yaml, load_as, load_config
from ner_window.errors import InputError
from ner_window.study.study_config import Study
from tests.ner_window.config.written import MINIMAL, origins
from tests.places import ROOT

OLD = ROOT / "tests" / "ner_window" / "config" / "old_spellings"
SHIPPED = sorted((OLD / "shipped").rglob("*/*.yaml"))  # quickstart.yaml has the defaults of today
NOW = {
    "margin": """\
features: {columns: {pos: {column: 1}}}
model: {head: {name: margin, target: LOC}}
training: {batch_size: null, schedule: {name: plateau, patience: 2}, optimizer: momentum}
""",
    "sentence": """\
model: {head: sentence, context: {name: both, after: 1}, hidden: [20, 10]}
regularization: {vectors: {name: anchor, strength: 0.1}}
training:
  batch_size: null
  schedule: {name: halving, every: 2, warm_up: 1}
  optimizer: adamw
""",
    "softmax": "training: {batch_size: null}\n",
}
DEFAULTS_THEN = """\
data: {train: t, dev: d}
embeddings: {path: v, scale: null}
model: {hidden: 200}
regularization: {dropout: {hidden: 0.0}}
training: {epochs: 12, learning_rate: 0.001}
"""


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def leaves(tree, above=()):
    """The paths of all values that are set in a tree."""
    if not isinstance(tree, dict) or not tree:
        return {".".join(above)}
    return set().union(*(leaves(value, (*above, key)) for key, value in tree.items()))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(OLD)))
def test_the_configs_that_shipped_say_what_those_say_that_ship(path):
    schema = Study if path.parent.name == "compare" else Config
    ships = ROOT / "configs" / path.relative_to(OLD / "shipped")
    then, now = load_as(schema, path), load_as(schema, ships)
    if isinstance(now, Config):  # how text is cut is said since later
        then = then.model_copy(update={"text": now.text})
    assert then == now


@pytest.mark.parametrize("name", NOW)
def test_the_configs_of_run_folders_say_what_they_did(name, write):
    path = OLD / "run_folders" / f"{name}.yaml"
    write("then.yaml", DEFAULTS_THEN)
    expected = load_config(write("now.yaml", f"extends: then.yaml\n{NOW[name]}"))
    assert load_config(path) == expected
    assert Config.model_validate(yaml.safe_load(path.read_bytes())) == expected
    shown = annotated_yaml(path)
    assert load_config(write("shown.yaml", shown)) == expected
    by_default = {key for key, origin in origins(shown).items() if origin != str(path)}
    assert not by_default & leaves(yaml.safe_load(path.read_bytes()))  # settings came later


SETTINGS = ["model.head=margin", "model.target=PER", "model.corruption=window"]


@pytest.mark.parametrize("settings", list(itertools.permutations(SETTINGS)))
@pytest.mark.parametrize("base", ["", "model: {head: binary, target: LOC}\n"])
def test_settings_come_in_any_order(base, settings, write):
    head = load_config(write("config.yaml", MINIMAL + base), settings).model.head
    assert (head.name, head.settings) == ("margin", {"target": "PER", "corruption": "window"})


def test_a_mapping_on_the_command_line_may_be_spelled_as_before(write):
    settings = ["model={head: binary, target: LOC, hidden: 20}"]
    model = load_config(write("config.yaml", MINIMAL), settings).model
    assert (model.head.settings, model.hidden) == ({"target": "LOC"}, 20)


@pytest.mark.parametrize(
    ("below", "above", "head"),
    [
        ("head: binary, target: LOC", "target: PER", {"name": "binary", "target": "PER"}),
        ("head: {name: binary, target: LOC}", "target: PER", {"name": "binary", "target": "PER"}),
        ("head: binary, target: LOC", "head: {target: PER}", {"name": "binary", "target": "PER"}),
        ("target: LOC", "head: binary", {"name": "binary", "target": "LOC"}),
        ("head: {name: binary, target: LOC}", "head: softmax", "softmax"),
        ("head: binary, target: LOC", "head: softmax, target: null", "softmax"),
        (
            "head: binary, target: LOC",
            "head: margin",
            {"name": "margin", "target": "LOC", "corruption": "center"},
        ),
    ],
)
def test_files_of_both_spellings_extend_each_other(below, above, head, write):
    write("below.yaml", MINIMAL + f"model: {{{below}}}\n")
    above = write("above.yaml", f"extends: below.yaml\nmodel: {{{above}}}\n")
    assert load_config(above).model.model_dump()["head"] == head


def test_another_context_joins_the_same_layer(write):
    path = write("config.yaml", MINIMAL + "model: {context: sentence, context_after: 1}\n")
    context = load_config(path, ["model.context=both", "model.hidden=[3, 2]"]).model.context
    assert (context.name, context.settings) == ("both", {"after": 1})
    assert load_config(path, ["model.context=window"]).model.context.name == "window"


def test_the_origin_of_a_setting_is_where_it_was_set(write):
    below = write("below.yaml", MINIMAL + "model: {head: binary, target: LOC}\n")
    above = write("above.yaml", "extends: below.yaml\nmodel: {target: PER}\n")
    found = origins(annotated_yaml(above, ["model.context=document", "model.context_after=1"]))
    assert found["model.head.name"] == str(below)
    assert found["model.head.target"] == str(above)
    assert found["model.context.after"] == "--set"


def test_a_study_may_be_spelled_as_before(write):
    write("run.yaml", MINIMAL + "model: {head: binary, target: LOC}\n")
    study = write("study.yaml", "base: {extends: run.yaml, model: {head: margin}}\n")
    base = load_as(Study, study, ["base.model.target=PER"]).base
    assert base.model.head.settings == {"target": "PER", "corruption": "center"}


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("model: {head: {name: binary, target: X}, target: Y}\n", []),
        ("", ["model={target: 1, head: {target: 2}}"]),
    ],
)
def test_both_spellings_at_once_are_refused(text, settings, write):
    with pytest.raises(InputError, match="`target` is an older spelling of"):
        load_config(write("config.yaml", MINIMAL + text), settings)
