"""``data.held_out``: named files that are scored at the end."""

import pytest

from ner_window.config.file import annotated_yaml, load_config
from ner_window.errors import InputError

BASE = """\
data:
  train: train.conll
  dev: dev.conll
  comment: '#'
  columns: {token: 1, tag: 2}
  held_out:
    wiki: {path: wiki.conll, types: {person: PER, place: LOC}}
embeddings: {dimension: 5}
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "base.yaml"
    path.write_text(BASE, "utf-8")
    return path


def sets_of(path, *overrides):
    return load_config(path, overrides).data.held_out


def test_a_set_is_read_as_the_other_files_where_it_says_nothing_else(config):
    wiki = sets_of(config)["wiki"]
    assert (wiki.columns.token, wiki.columns.tag, wiki.comment) == (1, 2, "#")
    own = sets_of(config, "data.held_out.wiki.columns.token=0", "data.held_out.wiki.comment=null")
    assert (own["wiki"].columns.token, own["wiki"].comment) == (0, None)


def test_the_resolved_config_reads_back(config):
    overrides = ["data.held_out.wiki.comment=null", "data.held_out.wiki.types.thing=null"]
    resolved = load_config(config, overrides)
    assert resolved.data.held_out["wiki"].types == {"person": "PER", "place": "LOC", "thing": None}
    config.write_text(resolved.to_yaml(), "utf-8")
    assert load_config(config) == resolved
    assert "types: {}" not in annotated_yaml(config)


def test_the_command_line_makes_changes_and_removes_sets(config):
    sets = sets_of(config, "data.held_out.tweets.path=tweets.conll", "data.held_out.wiki.types={}")
    assert {name: (str(one.path), one.types) for name, one in sets.items()} == {
        "wiki": ("wiki.conll", {}),
        "tweets": ("tweets.conll", {}),
    }
    assert sets_of(config, "data.held_out.wiki=null") == {}
    assert sets_of(config, "data.held_out=null") == {}


def test_a_config_that_extends_another_adds_to_its_sets(config):
    own = config.with_name("own.yaml")
    own.write_text(
        "extends: base.yaml\n"
        "data: {held_out: {wiki: {types: {place: null}}, web: {path: w.conll}}}\n",
        "utf-8",
    )
    sets = sets_of(own)
    assert sets["wiki"].types == {"person": "PER", "place": None}
    assert str(sets["wiki"].path) == "wiki.conll"
    assert list(sets) == ["wiki", "web"]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("data.held_out.wiki.pth=x", r"data\.held_out\.wiki\.pth: unknown key; .*'path'"),
        ("data.heldout.wiki.path=x", r"data\.heldout: unknown key; did you mean 'held_out'"),
        ("data.held_out.web.types={a: B}", r"data\.held_out\.web\.path: missing"),
        ("data.held_out.web=web.conll", "give the file as its `path`: {path: web.conll}"),
        ("data.held_out={no: {path: x}}", "False is no name in YAML; put the name in quotes"),
        ("data.held_out={a/b: {path: x}}", "'a/b' cannot be the name of a set"),
        ("data.held_out={-x: {path: x}}", "'-x' cannot be the name of a set"),
        ("data.held_out.web.encoding=utf9", "no text encoding is called 'utf9'"),
        (
            "data.held_out=web.conll",
            "held_out: a mapping {NAME: VALUE} is expected, got 'web.conll'",
        ),
        ("data.held_out.wiki.types=5", r"wiki\.types: a mapping {NAME: VALUE} is expected, got 5"),
        ("data.held_out.wiki.path=5", r"data\.held_out\.wiki\.path: a path is expected, got 5"),
        ("data.held_out.web.path=train.conll", r"held_out\.web is data\.train"),
        *(
            (f"data.held_out.{name}.path=x", "no set can be called")
            for name in ("train", "Dev", "test", "held-out", "vectors", "all")
        ),
    ],
)
def test_what_cannot_be_a_set_is_refused(config, override, message):
    with pytest.raises(InputError, match=message):
        load_config(config, [override])
