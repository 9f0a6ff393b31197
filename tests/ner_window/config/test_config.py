"""The config: every mistake is found before any data is read, and named."""

from pathlib import Path

import pytest
import yaml

from ner_window.config import Config, TrainingSettings
from ner_window.config.file import load_config
from ner_window.errors import InputError
from tests.ner_window.config.written import MINIMAL, load
from tests.places import ROOT, SHIPPED_CONFIGS


def test_defaults(tmp_path):
    config = load(tmp_path, MINIMAL)
    assert config.seed == 1
    assert config.data.scheme == "iobes"
    assert config.model.decode == "viterbi"
    assert config.embeddings.trainable


def test_the_resolved_config_reads_back(tmp_path):
    config = load(tmp_path, MINIMAL, "training.schedule={name: halving, every: 2}")
    assert Config.model_validate(yaml.safe_load(config.to_yaml())) == config


@pytest.mark.parametrize("path", SHIPPED_CONFIGS, ids=str)
def test_every_config_that_ships_is_valid(path):
    assert load_config(path).training.epochs_of(steps=1) > 0


@pytest.mark.parametrize("folder", ["conll2003", "wnut17"])
def test_frozen_and_fine_tuned_differ_in_nothing_else(folder):
    frozen, finetuned = (
        load_config(ROOT / "configs" / folder / f"{name}.yaml").model_dump()
        for name in ("frozen", "finetuned")
    )
    assert frozen["embeddings"].pop("trainable") is False
    assert finetuned["embeddings"].pop("trainable") is True
    assert frozen == finetuned


def test_settings_on_the_command_line(tmp_path):
    config = load(tmp_path, MINIMAL, "training.epochs=3", "model.nonlinearity=relu", "data.test=x")
    assert config.training.epochs == 3
    assert config.model.nonlinearity.name == "relu"
    assert config.data.test == Path("x")


def test_a_path_may_start_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    config = load(
        tmp_path,
        MINIMAL + "features: {gazetteers: {files: {LOC: [~/towns.txt], PER: ~/people.txt}}}\n",
        "data.dev=~/dev.conll",
        "data.held_out.far.path=~/far.conll",
        "embeddings.path=~/vectors.txt",
    )
    files = config.features.gazetteers.files
    paths = [config.data.dev, config.data.held_out["far"].path, config.embeddings.path]
    paths += [*files["LOC"], files["PER"]]
    names = ["dev.conll", "far.conll", "vectors.txt", "towns.txt", "people.txt"]
    assert paths == [tmp_path / name for name in names]
    (tmp_path / "base.yaml").write_text(MINIMAL + "seed: 8\n")
    (tmp_path / "below").mkdir()
    assert load(tmp_path / "below", "extends: ~/base.yaml\n").seed == 8
    for text, override in ((MINIMAL, "data.dev=~nobody-0/x"), ("extends: ~nobody-0/x.yaml\n", "")):
        with pytest.raises(InputError, match="no home folder is known for ~nobody-0"):
            load(tmp_path, text, *filter(None, [override]))


def test_extends(tmp_path):
    (tmp_path / "base.yaml").write_text(MINIMAL + "training: {epochs: 7, batch_size: 9}\n")
    config = load(tmp_path, "extends: base.yaml\ntraining: {epochs: 2}\n")
    assert (config.training.epochs, config.training.batch_size) == (2, 9)


def test_extending_replaces_a_schedule_of_another_name(tmp_path):
    base = MINIMAL + "training: {schedule: {name: halving, every: 5}}\n"
    (tmp_path / "base.yaml").write_text(base)
    child = "extends: base.yaml\ntraining: {schedule: {name: exponential, rate: 0.1}}\n"
    schedule = load(tmp_path, child).training.schedule
    assert (schedule.name, schedule.settings) == ("exponential", {"rate": 0.1, "warm_up": 0})


def test_a_section_without_content_is_its_defaults(tmp_path):
    assert load(tmp_path, MINIMAL + "training:\n  # epochs: 3\n") == load(tmp_path, MINIMAL)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: config.yaml\n", "leads back"),
        ("extends: nowhere.yaml\n", "no such config: .*nowhere.yaml"),
        ("extends: [a, b]\n", "takes the name of one file"),
        ("- a\n", "key: value"),
        ("", "key: value"),
        ("a: [\n", "is not YAML"),
        ("data: {train: t, dev: d}\n", r"embeddings: missing"),
        ("data: {train: t}\nembeddings: {path: v}\n", r"without data.dev, the best epoch"),
        (MINIMAL + "trainin: {}\n", r"trainin: unknown key; did you mean 'training'\?"),
        (MINIMAL + "training: {epoch: 1}\n", r"training.epoch: .* did you mean 'epochs'\?"),
        (MINIMAL + "epochs: 1\n", r"epochs: unknown key; did you mean 'training.epochs'\?"),
        (MINIMAL + "model: {zzz: 1}\n", r"zzz: unknown key; the keys here are head, context"),
        (MINIMAL + "training: {epochs: many}\n", r"training.epochs: .* integer.*, got 'many'"),
        (MINIMAL + "training: {epochs: 0}\n", r"training.epochs: .* greater than 0, got 0"),
        (MINIMAL + "training: 3\n", r"training: .* got 3"),
        (MINIMAL + "model: {window: 4}\n", "its size is odd, not 4"),
        (MINIMAL + "model: {nonlinearity: tan}\n", r"nonlinearity: .*'tanh'.*, got 'tan'"),
        (MINIMAL + "regularization: {dropout: {hidden: 1}}\n", "less than 1"),
        (MINIMAL + "training: {learning_rate: .nan}\n", "learning_rate"),
        (MINIMAL + "training: {schedule: halving}\n", "halving needs `every`"),
        (MINIMAL + "training: {schedule: {name: linear, rate: 1}}\n", "belongs to .* exponential"),
        (MINIMAL + "seed: true\n", "`seed` is neither true nor false"),
        (MINIMAL + "features: {capitalization: true}\n", "`capitalization` is neither"),
        (MINIMAL + "seed: 1\nseed: 2\n", "the key 'seed' stands twice"),
        ("data: {train: t, dev: d, columns: {token: -1}}\n", "cannot both be column -1"),
        (MINIMAL + "model: {head: binary}\n", "the head binary needs `target`"),
        (
            "data: {train: t}\nembeddings: {path: v}\ntraining: {keep: last, restarts: 2}\n",
            "the best of several training.restarts",
        ),
        (MINIMAL + "training: {restarts: 2, ensemble: 2}\n", "choose one"),
        (
            MINIMAL + "model: {target: LOC}\n",
            "`target` belongs to the heads binary and margin, not to softmax",
        ),
        (
            MINIMAL + "model: {head: margin, target: X, context: document}\n",
            "its context is window",
        ),
        (
            MINIMAL + "model: {context_after: 1}\n",
            "`after` belongs to the contexts sentence, .* and both, not to window",
        ),
        (
            MINIMAL + "model: {context: document, context_after: 2}\n",
            "`context.after` is 2, but there are 1 hidden layers",
        ),
        (
            MINIMAL + "regularization: {dropout: {hidden: [0.5, 0]}}\n",
            "hidden lists 2 rates, but model.hidden has 1 layers",
        ),
        (MINIMAL + "regularization: {dropout: {hidden: [1]}}\n", "less than 1"),
        (MINIMAL + "model: {head: sentence, decode: argmax}\n", "decoded by viterbi"),
        (MINIMAL + "model: {hidden: []}\n", "one hidden layer at least"),
        (MINIMAL + "training: {optimizer: {name: sgd, momentum: 0.5}}\n", "not to sgd"),
        (MINIMAL + "training: {keep: last, patience: 2}\n", "contradicts"),
        (MINIMAL + "training: {schedule: triangular}\n", "needs `half_cycle`"),
        (MINIMAL + "regularization: {vectors: anchor}\n", "regularization.vectors"),
        (
            MINIMAL + "regularization: {vectors: {name: zero}}\n",
            "the vector decay zero needs `strength`",
        ),
        (
            "data: {train: t, dev: d}\nembeddings: {path: v, trainable: false}\n"
            "regularization: {vectors: {name: zero, strength: 1}}\n",
            "no effect on frozen vectors",
        ),
        (
            "data: {train: t, dev: d}\nembeddings: {path: v, trainable: {after: 1}}\n",
            "did you mean 'after_epoch'",
        ),
        (MINIMAL + "features: {columns: {pos: {colum: 1}}}\n", "did you mean 'column'"),
        (
            MINIMAL + "text: {language: NL}\n",
            "text.language: .* by its code, such as en .*'NL'; did you mean 'nl'?",
        ),
        (
            MINIMAL + "text: {tokenizer: {name: spacy, language: pt_BR}}\n",
            "text.tokenizer.*language: .*'pt_BR'; did you mean 'pt-br'?",
        ),
        (
            MINIMAL + "text: {language: Dutch}\n",
            "text.language: .* by its code, such as en .*'Dutch'$",
        ),
        (
            MINIMAL + "text: {tokenizer: nltk}\n",
            "text.tokenizer: the tokenizers are 'learned', .*'nltk'",
        ),
        (MINIMAL + "text: {tokenizer: spacy, language: null}\n", "text: spaCy cuts by a language"),
        ("data: {train: t, dev: d, encoding: rot13}\nembeddings: {path: v}\n", "no text encoding"),
        ("data: {train: t, dev: d}\nembeddings: {}\n", "give `path`"),
        (MINIMAL + "features: 3\n", "features: a section of keys with values is expected, got 3"),
        (
            "data: {train: t, dev: d}\n"
            "embeddings: {path: v, trainable: false, learning_rate: 0.1}\n",
            "no effect on frozen vectors",
        ),
    ],
)
def test_mistakes_are_named(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        load(tmp_path, text)


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(InputError) as error:
        load(tmp_path, MINIMAL + "seed: -1\nmodel: {window: 2, hiden: 3}\n")
    assert str(error.value).count("\n") == 3


@pytest.mark.parametrize("override", ["training.epochs", "=3", "a..b=1", "seed=[", "seed.x=1"])
def test_bad_settings_on_the_command_line(tmp_path, override):
    with pytest.raises(InputError):
        load(tmp_path, MINIMAL, override)


def test_a_missing_config_is_named_in_full(tmp_path):
    with pytest.raises(InputError, match=str(tmp_path / "nowhere.yaml")):
        load_config(tmp_path / "nowhere.yaml")
    with pytest.raises(InputError, match="is a folder"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("epochs", "steps", "expected"), [(None, 9000, 15), (None, 100, 50), (None, 7, 715), (3, 7, 3)]
)
def test_without_a_number_of_epochs_there_are_as_many_as_make_enough_steps(epochs, steps, expected):
    assert TrainingSettings(epochs=epochs).epochs_of(steps) == expected
