"""What a feature is, and the registry of those that a config can ask for.

A feature gives each token a value, a string. To add one, write a class like
:class:`~ner_window.encoding.features.shape.Shape` in a module of its own and enter it with
:func:`register`. The setting that asks for it is one of ``config.FeatureSettings`` or, where it is
defined outside the package, a section entered in ``config.FeatureSettings.others``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from ner_window.config import FeatureSettings
from ner_window.corpora.categorical import Strings
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError

FEATURES: dict[str, type[Feature]] = {}
"""The features, by kind."""


class Feature:
    """A function from tokens to values.

    A feature is a dataclass: its fields are what a model folder stores of it, as JSON, under its
    ``kind``. ``key`` is that of the setting that asks for it.
    """

    kind: ClassVar[str]
    key: ClassVar[str]
    is_of_token: ClassVar[bool] = True  # its value is a function of the token alone

    @classmethod
    @abstractmethod
    def asked_for(cls, setting: Any) -> Iterator[tuple[Feature, int]]:
        """Yield the features that a setting asks for, with the dimension of each one's table.

        Raises InputError where a file that it names cannot be read.
        """

    @property
    def name(self) -> str:
        """The name of the feature's table."""
        return self.kind

    @property
    def needed_column(self) -> str | None:
        """The column of the data files that it looks at, None where it looks at none."""
        return None

    def column_of(self, text: Tokens) -> Strings:
        """Return the value of each token: by default, one that is a function of the token alone.

        The words are in their normalized form.
        """
        return text.words.mapped(self.value_of)

    def value_of(self, token: str) -> str:
        """Return the value of a token."""
        raise NotImplementedError


FeatureT = TypeVar("FeatureT", bound=Feature)


def register(feature: type[FeatureT]) -> type[FeatureT]:
    """Enter a class of features."""
    FEATURES[feature.kind] = feature
    return feature


def features_of(settings: FeatureSettings) -> list[tuple[Feature, int]]:
    """Return the features that a config asks for, with the dimension of each one's table.

    They are in the order of the settings. Raises InputError where a gazetteer cannot be read, or a
    setting has no feature.
    """
    by_key = {feature.key: feature for feature in FEATURES.values()}
    for key, _ in settings:
        if key not in by_key:
            raise InputError(
                f"no feature is registered for the setting features.{key}; import the module that "
                "does"
            )
    asked = (pair for key, setting in settings for pair in by_key[key].asked_for(setting))
    return [(feature, dimension) for feature, dimension in asked if dimension]


def feature_class(kind: str) -> type[Feature]:
    """Return the class of a kind of features. Raises InputError where there is none."""
    if kind not in FEATURES:
        raise InputError(
            f"the model looks at a feature of the kind {kind!r}, which nobody has registered; "
            f"import its module first (there are {', '.join(FEATURES)})"
        )
    return FEATURES[kind]
