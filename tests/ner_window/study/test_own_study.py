"""A study of somebody's training config: told from a study, with what suits the data."""

from pathlib import Path

import pytest

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.study.own_study import (
    choice_for,
    choice_of_files,
    is_training_config,
    new_study,
    study_of,
)
from ner_window.study.study_config import load_study

BASE = "data: {train: t, dev: d}\nembeddings: {path: v}\n"


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("base.yaml")
    path.write_text(BASE)
    return path


@pytest.mark.parametrize(
    ("text", "overrides", "expected"),
    [
        (BASE, [], True),
        ("extends: base.yaml\n", ["seeds=3"], True),
        ("base: base.yaml\n", [], False),
        ("arms: [frozen]\n", [], False),
        ("arms: [frozen]\n", ["base=base.yaml"], False),
    ],
)
def test_a_training_config_is_told_from_a_study(base, text, overrides, expected):
    Path("config.yaml").write_text(text)
    assert is_training_config(Path("config.yaml"), overrides) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sedes: 3\n", "config.yaml is neither a training config .* `base: {extends: my.yaml}`"),
        (BASE + "arms: [frozen]\n", r"of a study \(arms\) and of a .* \(data and embeddings\)"),
    ],
)
def test_what_is_neither_or_both_is_told_in_a_sentence(base, text, message):
    Path("config.yaml").write_text(text)
    with pytest.raises(InputError, match=message) as error:
        is_training_config(Path("config.yaml"))
    assert "\n" not in str(error.value)


def test_settings_are_of_the_training_config_or_of_the_study(base):
    settings = ["training.epochs=3", "seeds=4", "base.model.hidden=7"]
    study = study_of(base, settings, {"seeds": 9, "sizes": ["all"]})
    assert study.base == load_config(base, ["training.epochs=3", "model.hidden=7"])
    assert (study.seeds, study.sizes) == (4, ["all"])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("training.epohcs=3", r"  training.epohcs: .* 'epochs'"),
        ("data.subset={tokens: 9}", r"config: data.subset: a study draws"),
        ("sedes=3", r"  sedes: .* 'seeds'"),
    ],
)
def test_mistakes_are_told_in_the_words_of_the_training_config(base, setting, message):
    with pytest.raises(InputError, match=message):
        study_of(base, [setting], {})


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        ("{train: t, dev: d}", "dev"),
        ("{train: t, dev: d, test: s}", "dev"),
        ("{train: t, test: s, selection: {from: train}}", "test"),
    ],
)
def test_results_are_reported_on_what_there_is(base, data, reported):
    base.write_text(f"data: {data}\nembeddings: {{path: v}}\n")
    choice = choice_of_files(base)
    assert study_of(base, [], choice).reported == reported


def test_nothing_to_report_on_is_told(base):
    base.write_text("data: {train: t, selection: {from: train}}\nembeddings: {path: v}\n")
    with pytest.raises(InputError, match=r"config: data.dev: results are reported on it"):
        study_of(base, [], choice_of_files(base))


@pytest.mark.parametrize("tokens", [1, 1_999, 2_000, 20_000, 100_000, 10_000_000])
def test_fewer_tokens_have_fewer_sizes_and_at_least_as_many_seeds(base, tokens):
    few, many = (choice_for(load_config(base), count) for count in (tokens, 2 * tokens))
    assert len(few["sizes"]) <= len(many["sizes"])
    assert few["sizes"][-1] == many["sizes"][-1] == "all"
    assert few["seeds"] >= many["seeds"]
    assert few["tuning"]["seeds"] >= many["tuning"]["seeds"]


def test_the_rates_that_are_tried_are_around_the_config_s_own(base):
    config = load_config(base, ["training.learning_rate=0.0031"])
    low, own, high = choice_for(config, 5_000)["tuning"]["learning_rates"]
    assert (low, own, high) == (0.00062, 0.0031, 0.0155)


@pytest.mark.parametrize("name", ["study.yaml", "deep/study.yaml"])
@pytest.mark.parametrize("base_name", ["base.yaml", "a, b}.yaml"])
def test_the_study_that_is_written_is_that_of_the_training_config(base, name, base_name):
    base = base.rename(base_name)
    choice = {**choice_of_files(base), **choice_for(load_config(base), 30_000)}
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(new_study(base, path, choice))
    assert load_study(path) == study_of(base, [], choice)
