"""The public face of the package: its names, their types, and the page that shows them at work."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import ner_window
from tests.places import ROOT

PAGE = ROOT / "docs" / "python.md"
SOURCE = Path(ner_window.__file__).read_text("utf-8")


def names_for_types():
    """The names that a type checker sees, with the modules that it takes them from."""
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("ner_window."):
            yield from ((alias.name, node.module) for alias in node.names)


def test_a_type_checker_sees_the_names_that_are_there():
    seen = dict(names_for_types())
    assert sorted(seen) == sorted(dir(ner_window)) == sorted(ner_window.__all__)
    for name, module in seen.items():
        assert getattr(ner_window, name) is getattr(sys.modules[module], name)


@pytest.mark.parametrize("name", ner_window.__all__)
def test_each_name_is_explained_and_shown_at_work(name):
    page = PAGE.read_text("utf-8")
    assert inspect.getdoc(getattr(ner_window, name))
    assert f"ner_window.{name}" in page or f"`{name}`" in page
    _, _, example = inspect.getdoc(getattr(ner_window, name)).partition("Example::")
    assert example.strip() in page


def test_what_is_no_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'tarin'"):
        ner_window.tarin  # noqa: B018 (asking for it is the test)


def test_the_names_are_listed_without_numpy():
    script = "import ner_window, sys; dir(ner_window); print('numpy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert result.stdout.strip() == b"False"


@pytest.fixture
def config(config_file):
    return ner_window.load_config(str(config_file), ["training.epochs=2"])


def test_a_folder_in_use_is_refused_and_a_finished_run_returned(config, tmp_path):
    lines = []
    run = ner_window.train(config, str(tmp_path / "run"), lines.append)
    assert sum(line.startswith("epoch ") for line in lines) == 2
    with pytest.raises(ner_window.InputError, match="is not empty"):
        ner_window.train(config, run.folder)
    assert ner_window.train(config, run.folder, lines.append, resume=True) == run
    assert lines[-1] == f"{run.folder} is finished"


@pytest.mark.parametrize("setting", ["seed=7", "training.learning_rate=0.5"])
def test_the_run_of_another_config_is_neither_gone_on_with_nor_returned(config, tmp_path, setting):
    run = ner_window.train(config, tmp_path / "run", lambda line: None)
    other = ner_window.load_config(run.folder / "config.yaml", [setting])
    with pytest.raises(ner_window.InputError, match=f"{setting.split('=')[0]}: "):
        ner_window.train(other, run.folder, resume=True)


def test_changes_are_accepted_where_that_is_said(config, tmp_path):
    run = ner_window.train(config, tmp_path / "run", lambda line: None)
    other = ner_window.load_config(run.folder / "config.yaml", ["training.epochs=3"])
    said = []
    longer = ner_window.train(other, run.folder, said.append, resume=True, accept_changes=True)
    assert f"{run.folder}: from epoch 3 on training.epochs: 2 -> 3" in said
    assert longer.scores.kept_epoch
    assert ner_window.train(other, run.folder, said.append, resume=True) == longer


def test_a_path_is_read_in_the_columns_of_the_training_file(config, tmp_path, corpus_file):
    (tmp_path / "other").write_text("B-LOC Oslo\nO is\n", "utf-8")
    columns = ["data.columns={token: 1, tag: 0}", f"data.train={tmp_path / 'other'}"]
    settings = [*columns, "data.dev=null", "training={epochs: 1, keep: last}"]
    swapped = ner_window.load_config(tmp_path / "config.yaml", settings)
    model = ner_window.train(swapped, tmp_path / "run", lambda line: None).model
    corpus = ner_window.read_corpus(tmp_path / "other", token_column=1, tag_column=0)
    scores = [ner_window.score(model, data).as_dict() for data in (tmp_path / "other", corpus)]
    assert scores[0] == scores[1]
    assert scores[0]["tokens"] == 2


def test_a_model_does_not_differ_from_itself(config, tmp_path, corpus_file):
    model = ner_window.train(config, tmp_path / "run", lambda line: None).model
    comparison = ner_window.compare(model, model, corpus_file)
    assert (comparison.tests.difference, comparison.is_detected) == (0, False)
    assert ner_window.evaluate(model, corpus_file).score == ner_window.score(model, corpus_file)


def test_a_file_is_read_in_other_types(tmp_path):
    path = tmp_path / "new.conll"
    path.write_text("Clara B-person\nreads O\nUlysses B-work\n", "utf-8")
    corpus = ner_window.read_corpus(path, types={"person": "PER", "work": None})
    assert corpus.entity_counts() == {"PER": 1}
    with pytest.raises(ner_window.InputError, match="did you mean 'person'"):
        ner_window.read_corpus(path, types={"persons": "PER"})
