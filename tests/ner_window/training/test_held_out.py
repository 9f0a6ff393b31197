"""Held-out sets in a run: scored at the end, by whatever way it is trained, and never chosen on."""

import json

import pytest

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model_folder.folder import load_model
from ner_window.model_folder.provenance import read_provenance
from ner_window.run_data import RunData
from ner_window.training.resumption import Resumption
from ner_window.training.run import run
from ner_window.training.run_folder import RunFolder

NEW = """\
Clara B-person
Kovac I-person
visited O
Bergen B-place
. O

Nordbank B-firm
hired O
Anna B-person
"""


@pytest.fixture
def sets(tmp_path):
    path = tmp_path / "new.conll"
    path.write_text(NEW, "utf-8")
    types = "{person: PER, place: LOC, firm: null}"
    return [f"data.held_out.new.path={path}", f"data.held_out.new.types={types}"]


@pytest.fixture
def trained(config_file, tmp_path):
    def train(name, *overrides, is_resumed=False):
        config = load_config(config_file, ["embeddings.saved=reference", *overrides])
        folder = tmp_path / name
        run(config, folder, RunData.read(config), lambda _: None, is_resumed)
        return folder

    return train


def scores_of(folder):
    return json.loads((folder / "scores.json").read_text("utf-8"))


@pytest.mark.parametrize("way", ["epochs=2", "restarts=2"])
def test_a_set_is_scored_as_dev_is_and_changes_nothing_else(trained, sets, way):
    way = f"training.{way}"
    without, with_sets = trained("without", way), trained("with", way, *sets)
    scores = scores_of(with_sets)
    new = scores.pop("held_out")["new"]
    own = scores_of(without)
    del scores["peak_memory_mb"], own["peak_memory_mb"]
    assert scores == own
    assert new.keys() - scores["dev"].keys() == {"left_out_types"}
    assert (new["gold"], new["left_out_types"]["gold"]) == (3, {"firm": 1})
    for kind in ("safetensors", "yaml", "txt"):
        for file in (without / "model").glob(f"*.{kind}"):
            assert file.read_bytes() == (with_sets / "model" / file.name).read_bytes()
    assert [s.split for s in read_provenance(with_sets / "model").scores] == ["dev", "new"]


def test_what_the_set_has_no_type_for_is_left_out_of_the_predictions(trained, sets):
    folder = trained("run", "training.epochs=6", *sets)
    data = RunData.read(RunFolder(folder).config)
    model, corpus = load_model(folder), data.held_out["new"]
    predicted = PredictedCorpus.of(model, corpus)
    everything = model.predict(model.encode(corpus.tokens)).spans
    others = {name: n for name, n in everything.counts().items() if name not in {"PER", "LOC"}}
    assert predicted.left_out.predicted == others
    assert len(predicted.confidences) == len(predicted.prediction.spans)
    assert len(predicted.prediction.spans) == len(everything) - sum(others.values())
    recorded = RunFolder(folder).scores.held_out["new"]
    assert recorded.report == predicted.score().report()
    assert recorded.left_out_types == predicted.left_out


def test_a_run_goes_on_with_the_sets_that_it_has(trained, sets, config_file, tmp_path):
    sets = [*sets, "training.schedule=constant"]
    folder = trained("run", "training.epochs=2", *sets)
    record = (folder / "environment.yaml").read_text("utf-8")
    assert "  new: " in record[record.index("sha256:") : record.index("config:")]
    longer = load_config(folder / "config.yaml", ["training.epochs=3"])
    resumption = Resumption(folder, longer)
    resumption.check(accepts_all=False, accepted={"training.epochs"})
    resumption.take(RunData.read(longer).hashes, lambda _: None)
    run(longer, folder, RunData.read(longer), lambda _: None, is_resumed=True)
    assert (
        scores_of(folder)["held_out"]
        == scores_of(trained("straight", "training.epochs=3", *sets))["held_out"]
    )


def test_other_sets_are_for_another_run(trained, sets):
    folder = trained("run", "training.epochs=2")
    config = load_config(folder / "config.yaml", sets)
    with pytest.raises(InputError, match=r"data\.held_out\.new: null in the run, .*evaluate"):
        Resumption(folder, config).check(accepts_all=True)


def test_a_set_that_was_moved_is_found_where_the_config_says(trained, sets, tmp_path):
    folder = trained("run", "training.epochs=2", *sets)
    (tmp_path / "new.conll").rename(tmp_path / "moved.conll")
    moved = load_config(folder / "config.yaml", [f"data.held_out.new.path={tmp_path}/moved.conll"])
    (folder / "config.yaml").write_text(moved.to_yaml(), "utf-8")
    config = RunFolder(folder).config
    assert config.data.held_out["new"].path == tmp_path / "moved.conll"
    assert not Resumption(folder, moved).differences
