"""A feature that is defined outside the package is configured, trained, saved and loaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
import yaml
from pydantic import Field, PositiveInt

from ner_window.config import Config, FeatureSettings, Section
from ner_window.config.file import annotated_yaml, load_config
from ner_window.encoding.features import FEATURES, Feature, register
from ner_window.errors import InputError
from ner_window.model_folder.folder import load_model, save_model
from tests.building import trained_model


class VowelSettings(Section):
    """How many vowels a word has."""

    most: PositiveInt = Field(3, description="more of them count as so many")
    dimension: PositiveInt = Field(2, description="dimension of its table")


@dataclass(frozen=True)
class VowelCount(Feature):
    """How many vowels a word has."""

    kind: ClassVar[str] = "vowels"
    key: ClassVar[str] = "vowels"
    most: int

    @classmethod
    def asked_for(cls, setting: VowelSettings) -> Iterator[tuple[Feature, int]]:
        yield cls(setting.most), setting.dimension

    def value_of(self, token: str) -> str:
        return str(min(sum(letter in "aeiou" for letter in token.lower()), self.most))


@pytest.fixture
def vowels(monkeypatch):
    monkeypatch.setitem(FeatureSettings.others, "vowels", VowelSettings)
    monkeypatch.setitem(FEATURES, "vowels", VowelCount)


def test_the_model_of_a_feature_from_elsewhere_is_loaded_as_it_was(vowels, config_file, tmp_path):
    model = trained_model(config_file, "features.vowels={most: 2}", "training.epochs=2")
    *_, table = model.features
    assert table.feature == VowelCount(2)
    assert {"0", "1", "2"} <= set(table.values)
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    assert loaded.features[-1].feature == VowelCount(2)
    assert (loaded.network.tables[-1].data == model.network.tables[-1].data).all()


def test_a_model_of_a_feature_that_nobody_knows_is_refused(vowels, config_file, tmp_path):
    save_model(trained_model(config_file, "features.vowels={}"), tmp_path / "model")
    del FEATURES["vowels"]
    with pytest.raises(InputError, match="a feature of the kind 'vowels', which nobody has"):
        load_model(tmp_path / "model")


def test_the_section_of_a_feature_from_elsewhere_is_one_like_others(vowels, config_file, tmp_path):
    settings = ["features.vowels.most=2"]
    config = load_config(config_file, settings)
    assert config.features.vowels == VowelSettings(most=2)
    assert Config.model_validate(yaml.safe_load(config.to_yaml())) == config
    shown = tmp_path / "shown.yaml"
    shown.write_text(annotated_yaml(config_file, settings))
    assert "most: 2" in shown.read_text()
    assert load_config(shown) == config


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("features.vowels.most=0", r"features\.vowels\.most: .* greater than 0, got 0"),
        ("features.vowels.mots=1", r"features\.vowels\.mots: unknown key; did you mean 'most'\?"),
        ("features.vowel={}", r"features\.vowel: unknown key; did you mean 'vowels'\?"),
        ("most=1", r"did you mean 'features\.vowels\.most'\?"),
    ],
)
def test_mistakes_in_the_section_of_a_feature_are_named(vowels, config_file, setting, message):
    with pytest.raises(InputError, match=message):
        load_config(config_file, [setting])


def test_a_section_that_nobody_has_entered_is_refused(config_file):
    with pytest.raises(InputError, match=r"features\.vowels: unknown key; the keys here are"):
        load_config(config_file, ["features.vowels.most=1"])


def test_a_registered_kind_is_its_class():
    @dataclass(frozen=True)
    class Nothing(Feature):
        kind: ClassVar[str] = "nothing"
        key: ClassVar[str] = "nothing"

    try:
        assert FEATURES[register(Nothing).kind] is Nothing
    finally:
        del FEATURES["nothing"]
