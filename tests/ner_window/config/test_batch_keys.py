"""The size of a batch: in tokens or in units, one of them in force, the uppermost that is set."""

import pytest
import yaml

from ner_window.config import Config, TrainingSettings
from ner_window.config.file import annotated_yaml, load_as, load_config
from ner_window.errors import InputError
from ner_window.study.study_config import Study
from ner_window.training.parts import part_of
from tests.ner_window.config.written import MINIMAL, load, origins

KEYS = ("batch_tokens", "batch_size")
SETTINGS = {
    "batch_tokens: 100": (100, None),
    "batch_size: 8": (None, 8),
    "batch_size: null": (None, None),
}


def sizes(config):
    return config.training.batch_tokens, config.training.batch_size


def written(text):
    return {key: value for key, value in yaml.safe_load(text)["training"].items() if key in KEYS}


def set_by(setting):
    key, _, value = setting.partition(": ")
    return f"training.{key}={value}"


def test_nothing_written_means_tokens(tmp_path):
    config = load(tmp_path, MINIMAL)
    assert sizes(config) == (TrainingSettings().batch_tokens, None)
    assert config.training.batch_tokens > 0


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_config_holds_the_one_in_force_and_reads_back(setting, tmp_path):
    config = load(tmp_path, MINIMAL + f"training: {{{setting}}}\n")
    assert sizes(config) == SETTINGS[setting]
    assert written(config.to_yaml()) == yaml.safe_load(f"{{{setting}}}")
    assert Config.model_validate(yaml.safe_load(config.to_yaml())) == config
    assert Config.model_validate(config.model_dump(by_alias=True)) == config
    part = part_of(config, 2)
    assert sizes(part) == sizes(config)
    assert Config.model_validate(part.model_dump()) == part
    shown = tmp_path / "shown.yaml"
    shown.write_text(annotated_yaml(tmp_path / "config.yaml"))
    assert load_config(shown) == config


@pytest.mark.parametrize("below", SETTINGS)
@pytest.mark.parametrize("above", SETTINGS)
def test_what_is_above_takes_the_place_of_what_is_below(below, above, tmp_path):
    (tmp_path / "below.yaml").write_text(MINIMAL + f"training: {{{below}, epochs: 3}}\n")
    config = load(tmp_path, f"extends: below.yaml\ntraining: {{{above}}}\n")
    assert sizes(config) == SETTINGS[above]
    assert config.training.epochs == 3
    shown = annotated_yaml(tmp_path / "below.yaml", [set_by(above)])
    assert written(shown) == yaml.safe_load(f"{{{above}}}")
    assert origins(shown)[set_by(above).partition("=")[0]] == "--set"


def test_a_study_sets_the_size_of_its_base(tmp_path):
    (tmp_path / "run.yaml").write_text(MINIMAL + "training: {batch_size: 3}\n")
    path = tmp_path / "study.yaml"
    path.write_text("base: {extends: run.yaml, training: {batch_tokens: 50}}\n")
    assert sizes(load_as(Study, path).base) == (50, None)
    assert sizes(load_as(Study, path, ["base.training.batch_size=7"]).base) == (None, 7)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("training: {batch_tokens: 5, batch_size: null}\n", []),
        ("training: {batch_size: 4, batch_tokens: 5}\n", ["training.batch_size=3"]),
        ("", ["training.batch_tokens=5", "training.batch_size=4"]),
        ("", ["training={batch_tokens: 5, batch_size: 4}"]),
    ],
)
def test_both_at_once_are_refused(text, settings, tmp_path):
    with pytest.raises(InputError, match="`batch_tokens` and `batch_size` take each other's place"):
        load(tmp_path, MINIMAL + text, *settings)
    (tmp_path / "above.yaml").write_text("extends: config.yaml\ntraining: {batch_size: 3}\n")
    with pytest.raises(InputError, match="`batch_tokens` and `batch_size` take each other's place"):
        load_config(tmp_path / "above.yaml", settings)


def test_a_number_of_tokens_is_not_left_open(tmp_path):
    with pytest.raises(InputError, match="`batch_tokens` is a number, not null"):
        load(tmp_path, MINIMAL, "training.batch_tokens=null")
