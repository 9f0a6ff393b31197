"""Every component keeps the contract, and so do some from outside the package."""

import re
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pytest
from pydantic import Field, PositiveInt

import autodiff as ad
from ner_window import config
from ner_window.contract import ContractError, check_component
from ner_window.encoding.features.feature import Feature
from ner_window.encoding.features.feature import register as register_feature
from ner_window.encoding.units import Unit
from ner_window.model.contexts import Context, ContextPart
from ner_window.model.contexts import register as register_context
from ner_window.model.heads import Head
from ner_window.model.heads import register as register_head
from ner_window.model.hidden import HiddenLayer
from ner_window.model.hidden import register as register_layer
from tests.places import ROOT


class TemperedHeadSettings(config.HeadSettings):
    """A tag for each token, by cross-entropy of cooled scores."""

    name: Literal["tempered"] = "tempered"
    temperature: float = Field(2.0, description="what the scores are divided by")


@register_head(TemperedHeadSettings)
class TemperedHead(Head):
    def loss(self, graph):
        cooled = graph.judged(graph.scores) / self.section.temperature
        return ad.softmax_cross_entropy(cooled, graph.source("tag"))

    @property
    def meaning(self):
        return "p = softmax(s / temperature)."

    def probabilities(self, scores, position, transitions):
        return super().probabilities(scores / self.section.temperature, position, transitions)


class HalvesContextSettings(config.JoinedContextSettings):
    """The mean h of the tokens of the sentence with an even, or an odd, number."""

    name: Literal["halves"] = "halves"


class HalfMean(ContextPart):
    symbol = "k"
    unit = Unit.SENTENCES

    def on_graph(self, h, source):
        return ad.group_mean(h, source("halves"))

    def values(self, encoded, tokens):
        numbers = np.arange(len(encoded.stream))[tokens]
        return {"halves": 2 * encoded.stream.sentences(tokens) + numbers % 2}

    def described(self, h, others):
        return f"the mean {h} of every second token"


@register_context(HalvesContextSettings)
class HalvesContext(Context):
    parts = (HalfMean(),)
    words = " and every second token of its sentence"


class SoftsignSettings(config.NonlinearitySettings):
    """z / (1 + |z|)."""

    name: Literal["softsign"] = "softsign"


@register_layer(SoftsignSettings)
class SoftsignLayer(HiddenLayer):
    blocked_means = "small (|h| < 0.01)"

    def fused(self, x):
        return self.h(self.z(x))

    def h(self, z):
        return z / (1 + ad.abs(z))

    def activated(self, z):
        z /= 1 + np.abs(z)
        return z

    def is_blocked(self, z, h):
        return np.abs(h) < 0.01


class VowelSettings(config.Section):
    """A table for how many vowels a word has."""

    dimension: PositiveInt = 2
    most: PositiveInt = Field(9, description="more count as so many")


@register_feature
@dataclass(frozen=True)
class Vowels(Feature):
    kind: ClassVar[str] = "vowels"
    key: ClassVar[str] = "vowels"
    most: int

    @classmethod
    def asked_for(cls, setting):
        yield cls(setting.most), setting.dimension

    def value_of(self, token):
        return str(min(sum(letter in "aeiou" for letter in token.lower()), self.most))


GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
guided = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)[1]
exec(guided.replace('"smoothed"', '"guided"'), {"__name__": "guided"})

EXAMPLES = {"target": "LOC"}
FAMILIES = {
    "model.head": config.HeadSettings,
    "model.context": config.ContextSettings,
    "model.nonlinearity": config.NonlinearitySettings,
}
CHOICES = {key: dict(family.variants) for key, family in FAMILIES.items()}
for family, name in zip(FAMILIES.values(), ("tempered", "halves", "softsign"), strict=True):
    del family.variants[name]
del config.HeadSettings.variants["guided"]


@pytest.fixture(autouse=True)
def with_those_from_outside(monkeypatch):
    """Let them be choices of a config here, and in no other test."""
    for key, family in FAMILIES.items():
        monkeypatch.setattr(family, "variants", dict(CHOICES[key]))
    monkeypatch.setattr(config.FeatureSettings, "others", {Vowels.key: VowelSettings})


def sections():
    """Each choice of each family, with what it has to be told."""
    for key, choices in CHOICES.items():
        for name, section in choices.items():
            needed = [key for key, field in section.model_fields.items() if field.is_required()]
            yield pytest.param(key, section(**{k: EXAMPLES[k] for k in needed}), id=name)


@pytest.mark.parametrize(
    ("key", "section"),
    [
        *sections(),
        pytest.param("model.context", config.BothContextsSettings(after=1), id="both, after 1"),
        pytest.param(
            "model.head", config.MarginHeadSettings(target="PER", corruption="window"), id="pairs"
        ),
    ],
)
def test_the_contract(key, section):
    check_component(key, section)


@pytest.mark.parametrize(
    ("key", "setting"),
    [
        ("capitalization", 4),
        ("shape", 3),
        ("prefixes", config.AffixSettings(lengths=[1, 3])),
        ("suffixes", config.AffixSettings(lengths=[2], dimension=3)),
        ("vowels", VowelSettings(most=3)),
    ],
)
def test_the_contract_of_features(key, setting):
    check_component(f"features.{key}", setting)


def test_the_contract_of_gazetteers(tmp_path):
    (tmp_path / "names").write_text("Anna Kovac\nOslo\n", "utf-8")
    lists = config.GazetteerSettings(files={"NAME": tmp_path / "names"})
    check_component("features.gazetteers", lists)


def test_what_is_not_registered_is_named():
    class Lonely(config.HeadSettings):
        name: Literal["lonely"] = "lonely"

    with pytest.raises(ContractError, match=r"nothing is registered for the head lonely.*import"):
        check_component("model.head", Lonely())


def test_a_feature_that_is_not_registered_is_named(monkeypatch):
    monkeypatch.setitem(config.FeatureSettings.others, "lonely", VowelSettings)
    with pytest.raises(ContractError, match=r"registered for the setting features.lonely; import"):
        check_component("features.lonely", VowelSettings())


def test_the_contract_finds_what_is_wrong():
    class Wrong(SoftsignSettings):
        name: Literal["wrong"] = "wrong"

    @register_layer(Wrong)
    class WrongLayer(SoftsignLayer):
        def activated(self, z):
            return z

    with pytest.raises(ContractError, match="Tagging gives the scores of the graph"):
        check_component("model.nonlinearity", Wrong())
