"""Going on with a run: what may change, what becomes of it, and that nothing changes unseen."""

import json
import shutil

import pytest
import yaml

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.run_data import RunData
from ner_window.training.resumption import EPOCHS, Resumption
from ner_window.training.run import run
from ner_window.training.run_folder import RunFolder
from ner_window.training.single import InterruptedRun

CONSTANT = "training.schedule=constant"


@pytest.fixture
def train(config_file, tmp_path):
    """Train in a folder from the start, until before an epoch where ``stop`` is one."""

    def trained(name, *settings, stop=None):
        def tell(line):
            if stop and line.split()[:1] == ["epoch"] and int(line.split()[1].split("/")[0]) > stop:
                raise KeyboardInterrupt

        config, folder = load_config(config_file, settings), tmp_path / name
        try:
            run(config, folder, RunData.read(config), tell)
        except InterruptedRun:
            assert stop
        return folder

    return trained


def go_on(folder, *settings, accepts_all=False, accepted=(EPOCHS,)):
    """Go on as the command does; return what is told."""
    config, said = load_config(folder / "config.yaml", settings), []
    resumption = Resumption(folder, config)
    resumption.check(accepts_all, accepted)
    data = RunData.read(config)
    resumption.take(data.hashes, said.append)
    run(config, folder, data, said.append, is_resumed=True)
    return "\n".join(said)


def weights(folder):
    return (folder / "model" / "weights.safetensors").read_bytes()


def rates(folder):
    lines = (folder / "metrics.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["learning_rate"] for line in lines]


def without_record(folder):
    """Make a run folder one of an older version."""
    path = folder / "environment.yaml"
    environment = yaml.safe_load(path.read_text("utf-8"))
    del environment["config"]
    path.write_text(yaml.safe_dump(environment), "utf-8")


def edit(folder, old, new):
    path = folder / "config.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("stop", "settings"),
    [
        (None, [CONSTANT]),
        (2, [CONSTANT, "training.patience=4", "embeddings.trainable={after_epoch: 4}"]),
        (2, ["training.schedule={name: halving, every: 2}"]),
        (None, ["training.schedule={name: exponential, rate: 0.2}"]),
        (2, ["training.schedule={name: triangular, half_cycle: 1.5}"]),
        (None, ["training.schedule={name: triangular2, half_cycle: 1.5, warm_up: 1}"]),
        (None, ["training.schedule={name: plateau, patience: 0}", "training.patience=5"]),
        (None, ["training.schedule={name: linear, warm_up: 3.5}"]),
    ],
)
def test_more_epochs_are_those_of_a_longer_run_where_the_schedule_allows_it(train, stop, settings):
    longer = train("longer", "training.epochs=5", *settings)
    folder = train("run", "training.epochs=3", *settings, stop=stop)
    said = go_on(folder, "training.epochs=5")
    assert "goes on as if the run had been started with 5 epochs" in said
    assert weights(folder) == weights(longer)
    assert rates(folder) == rates(longer)
    assert RunFolder(folder).changes == []
    assert load_config(folder / "config.yaml").training.epochs == 5


def test_a_run_whose_epochs_follow_from_its_steps_goes_on_as_it_is_and_with_others(train):
    folder = train("run", "training.epochs=null", CONSTANT, stop=2)
    Resumption(folder, load_config(folder / "config.yaml")).check(accepts_all=False)
    said = go_on(folder, "training.epochs=3")
    assert "goes on as if the run had been started with 3 epochs" in said
    assert weights(folder) == weights(train("three", "training.epochs=3", CONSTANT))


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_a_schedule_that_looks_to_the_end_follows_the_new_one_from_there_on(train, schedule):
    setting = f"training.schedule={schedule}"
    longer = train("longer", "training.epochs=6", setting)
    folder = train("run", "training.epochs=3", setting)
    before = rates(folder)
    said = go_on(folder, "training.epochs=6")
    assert "is not that of a run that is started with 6 epochs" in said
    assert rates(folder) == before + rates(longer)[3:]
    (change,) = RunFolder(folder).changes
    assert str(change) == "from epoch 4 on training.epochs: 3 -> 6"
    assert "| 4 | `training.epochs` | `3` | `6` |" in (folder / "model/MODEL.md").read_text("utf-8")


def test_a_run_ends_earlier_but_not_before_what_it_has_done(train):
    folder = train("run", "training.epochs=9", CONSTANT, stop=3)
    with pytest.raises(InputError, match="has trained 3 epochs already, more than 2"):
        go_on(folder, "training.epochs=2")
    go_on(folder, "training.epochs=3")
    assert RunFolder(folder).scores
    assert weights(folder) == weights(train("shorter", "training.epochs=3", CONSTANT))


def test_an_edited_setting_is_refused_and_nothing_is_touched(train):
    folder = train("run", stop=2)
    edit(folder, "learning_rate: 0.05", "learning_rate: 0.5")
    edit(folder, "epochs: 3", "epochs: 7")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(InputError) as error:
        go_on(folder, accepted=())
    assert "training.learning_rate: 0.05 -> 0.5\n" in str(error.value)
    assert "training.epochs: 3 -> 7\n" in str(error.value)
    with pytest.raises(InputError, match=r"training.learning_rate: 0.05 -> 0.5"):
        go_on(folder, "training.epochs=7")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    edit(folder, "learning_rate: 0.5", "learning_rate: 0.05")
    edit(folder, "epochs: 7", "epochs: 3")
    go_on(folder)
    assert weights(folder) == weights(train("whole"))


def test_an_accepted_change_is_kept_with_its_epoch_and_told_in_the_card(train):
    folder = train("run", CONSTANT, stop=2)
    settings = ["training.learning_rate=0.5", "regularization.dropout.hidden=0.3"]
    said = go_on(folder, *settings, accepts_all=True)
    assert "from epoch 3 on training.learning_rate: 0.05 -> 0.5" in said
    assert rates(folder) == [0.05, 0.05, 0.5]
    assert {(each.epoch, each.key) for each in RunFolder(folder).changes} == {
        (3, "training.learning_rate"),
        (3, "regularization.dropout.hidden"),
    }
    card = (folder / "model" / "MODEL.md").read_text("utf-8")
    assert "| 3 | `training.learning_rate` | `0.05` | `0.5` |" in card
    provenance = json.loads((folder / "model" / "provenance.json").read_text("utf-8"))
    assert len(provenance["changes"]) == 2
    assert go_on(folder) == f"{folder} is finished"


def test_what_is_changed_back_before_an_epoch_is_no_change(train):
    folder = train("run", stop=2)
    for value in (0.5, 0.7, 0.05):
        config = load_config(folder / "config.yaml", [f"training.learning_rate={value}"])
        Resumption(folder, config).take(RunData.read(config).hashes, print)
    assert RunFolder(folder).changes == []
    go_on(folder)
    assert weights(folder) == weights(train("whole"))


FIXED = [
    ("model.hidden=9", "model.hidden: 7 in the run, 9 asked for"),
    ("model.window=5", "model.window: 3 in the run, 5 asked for"),
    ("model.head=sentence", "model.head: softmax in the run, sentence asked for"),
    ("features.capitalization=5", "features.capitalization: 3 in the run, 5 asked for"),
    ("embeddings.trainable=false", "embeddings.trainable: true in the run, false asked for"),
    ("training.batch_size=8", "training.batch_size: 4 in the run, 8 asked for"),
    ("training.optimizer=momentum", "training.optimizer: .* in the run, .*momentum"),
    (
        "regularization.vectors={name: zero, strength: 0.1}",
        "regularization.vectors: {name: none}",
    ),
    ("training.augment.lower=0.1", "training.augment.lower: 0.0 in the run, 0.1 asked for"),
    ("training.ensemble=2", "training.ensemble: 1 in the run, 2 asked for"),
    ("data.scheme=iob2", "data.scheme: iobes in the run, iob2 asked for"),
    ("data.test=corpus.conll", "data.test: null in the run, corpus.conll asked for"),
    ("seed=2", "seed: 1 in the run, 2 asked for"),
]


def test_what_cannot_change_in_the_middle_is_refused_in_any_case(train):
    folder = train("run", stop=1)
    for setting, told in FIXED:
        with pytest.raises(InputError, match=told):
            go_on(folder, setting, accepts_all=True)


CHANGEABLE = [
    "training.schedule={name: plateau, patience: 1}",
    "training.optimizer.momentum=0.5",
    "embeddings.trainable={after_epoch: 2}",
    "embeddings.saved=reference",
    "training.patience=1",
    "training.clip_norm=1",
    "regularization={l2: 0.1, adversarial: 0.1, word_dropout: 0.1}",
    "debug.anomaly=true",
]


def test_what_can_change_does(train):
    stopped = train("run", "training.optimizer=momentum", stop=2)
    for number, setting in enumerate(CHANGEABLE):
        folder = shutil.copytree(stopped, stopped.with_name(f"run-{number}"))
        go_on(folder, setting, accepts_all=True)
        assert RunFolder(folder).scores
        assert {change.epoch for change in RunFolder(folder).changes} == {3}


def test_files_that_have_moved_are_the_same_files(train, tmp_path):
    folder = train("run", stop=1)
    moved = (tmp_path / "corpus.conll").rename(tmp_path / "elsewhere.conll")
    edit(folder, f"{tmp_path}/corpus.conll", str(moved))
    go_on(folder)
    assert RunFolder(folder).changes == []
    moved.write_text("Oslo B-LOC\n", "utf-8")
    with pytest.raises(InputError, match="the file of train has changed"):
        go_on(folder, "training.epochs=9")
    assert RunFolder(folder).scores


def test_a_run_of_an_older_version_goes_on_to_the_same_bits_and_says_what_is_not_known(train):
    folder = train("run", stop=2)
    without_record(folder)
    said = go_on(folder)
    assert "warning: " in said
    assert "kept no record of the config" in said
    assert weights(folder) == weights(train("whole"))
    assert RunFolder(folder).has_record


def test_a_shape_that_does_not_fit_an_older_run_is_told_in_our_words(train):
    folder = train("run", stop=1)
    without_record(folder)
    edit(folder, "hidden: 7", "hidden: 9")
    with pytest.raises(InputError, match=r"W has the shape \(7, 18\) there, and \(9, 18\) here"):
        go_on(folder)
    edit(folder, "hidden: 9", "hidden: 7")
    go_on(folder)
    assert weights(folder) == weights(train("whole"))


def test_a_finished_run_takes_changes_only_with_more_epochs(train):
    folder = train("run", CONSTANT)
    with pytest.raises(InputError, match=r"is finished: .* give it more epochs than 3"):
        go_on(folder, "training.learning_rate=0.5", accepts_all=True)
    assert RunFolder(folder).scores
    go_on(folder, "training.learning_rate=0.5", "training.epochs=4", accepts_all=True)
    assert rates(folder) == [0.05, 0.05, 0.05, 0.5]


def test_a_finished_run_without_its_checkpoint_cannot_go_on(train):
    folder = train("run")
    (folder / "checkpoint.safetensors").unlink()
    with pytest.raises(InputError, match="it cannot be trained further"):
        go_on(folder, "training.epochs=9")
    assert go_on(folder) == f"{folder} is finished"


def test_more_epochs_do_not_help_a_run_that_patience_has_stopped(train):
    settings = ["training.patience=1", "training.learning_rate=1e-9", CONSTANT]
    folder = train("run", "training.epochs=9", *settings)
    done = len(rates(folder))
    assert done < 9
    with pytest.raises(InputError, match=r"training.patience 1 stopped it after epoch"):
        go_on(folder, "training.epochs=20")
    go_on(folder, "training.patience=3", accepts_all=True)
    assert len(rates(folder)) == done + 2


def test_an_extension_that_is_stopped_goes_on(train, config_file):
    longer = train("longer", "training.epochs=5", CONSTANT)
    folder = train("run", "training.epochs=2", CONSTANT)
    config = load_config(folder / "config.yaml", ["training.epochs=5"])
    resumption = Resumption(folder, config)
    resumption.check(False, {EPOCHS})
    resumption.take(RunData.read(config).hashes, print)
    assert RunFolder(folder).scores is None  # as where it is killed here
    go_on(folder)
    assert weights(folder) == weights(longer)


def test_all_parts_of_a_run_get_more_epochs(train):
    longer = train("longer", "training.epochs=4", CONSTANT, "training.restarts=2")
    folder = train("run", "training.epochs=2", CONSTANT, "training.restarts=2")
    with pytest.raises(InputError, match="is finished"):
        go_on(folder, "training.learning_rate=0.5", accepts_all=True)
    go_on(folder, "training.epochs=4")
    for path in sorted(longer.rglob("weights*.safetensors")):
        assert (folder / path.relative_to(longer)).read_bytes() == path.read_bytes()


def test_a_change_of_an_ensemble_is_told_of_its_networks(train):
    folder = train("run", "training.epochs=2", "training.ensemble=2")
    go_on(folder, "training.learning_rate=0.01", "training.epochs=3", accepts_all=True)
    card = (folder / "model" / "MODEL.md").read_text("utf-8")
    assert "| 3 | `training.learning_rate` | `0.05` | `0.01` |" in card
    assert [len(rates(folder / name)) for name in ("member-1", "member-2")] == [3, 3]


def test_a_part_that_has_gone_on_by_itself_is_noticed(train):
    folder = train("run", "training.epochs=2", "training.restarts=2")
    part = folder / "restart-2"
    go_on(part, "training.learning_rate=0.01", "training.epochs=3", accepts_all=True)
    with pytest.raises(InputError, match=r"training.learning_rate: 0.01 -> 0.05"):
        go_on(folder)
