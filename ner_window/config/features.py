"""The section ``features``: what the network sees of a token beside its word."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import (
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    SerializeAsAny,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from ner_window.config.paths import ConfigPath
from ner_window.config.section import Section


class AffixSettings(Section):
    """Tables for the first (last) letters of a word, one for each length."""

    lengths: list[PositiveInt] = Field([], description="in letters; none: no tables")
    dimension: PositiveInt = Field(10, description="dimension of each table")


class FileColumnSettings(Section):
    """A table for a column of the data files, such as the part of speech."""

    column: int = Field(description="its number, from 0; negative: counted from the last")
    dimension: PositiveInt = Field(10, description="dimension of its table")


class GazetteerSettings(Section):
    """Tables for the place of a token in the names of lists, one table for each type."""

    files: dict[str, ConfigPath | list[ConfigPath]] = Field(
        {}, description="by type, a file or several with a name a line"
    )
    dimension: PositiveInt = Field(5, description="dimension of each table")
    ignore_case: bool = Field(True, description="match Paris with PARIS and paris")


class FeatureSettings(Section):
    """Lookup tables beside the word's; one of dimension 0 is left out."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, SerializeAsAny[Section]]

    others: ClassVar[dict[str, type[Section]]] = {}
    """The sections of features that are defined outside the package, by their keys."""

    capitalization: NonNegativeInt = Field(
        8, description="dimension for how the word is written: lower, Initial, UPPER, miXed, digits"
    )
    shape: NonNegativeInt = Field(
        0, description="dimension for the shape of the word: McDonald-7 is XxXxx-9"
    )
    prefixes: AffixSettings = AffixSettings()
    suffixes: AffixSettings = AffixSettings()
    columns: dict[str, FileColumnSettings] = Field(
        {}, description="columns of the data files, by a name of your choice"
    )
    gazetteers: GazetteerSettings = GazetteerSettings()

    @classmethod
    def known_keys(cls) -> list[str]:
        """Return the keys of all features."""
        return [*super().known_keys(), *cls.others]

    @classmethod
    def section_at(cls, key: str) -> type[Section] | None:
        """Return the section that a key holds, None where it holds none."""
        return super().section_at(key) or cls.others.get(key)

    @model_validator(mode="before")
    @classmethod
    def _with_others(cls, tree: Any) -> Any:
        """Check the features from elsewhere as their sections say."""
        if not isinstance(tree, dict):
            return tree
        return {
            key: value if key in cls.model_fields else cls._other(key, value)
            for key, value in tree.items()
        }

    @classmethod
    def _other(cls, key: str, value: Any) -> Section:
        if key not in cls.others:
            unknown = InitErrorDetails(type="extra_forbidden", loc=(key,), input=value)
            raise ValidationError.from_exception_data(cls.__name__, [unknown])
        try:
            return cls.others[key].model_validate({} if value is None else value)
        except ValidationError as error:
            details: list[Any] = [
                {**detail, "loc": (key, *detail["loc"])} for detail in error.errors()
            ]
            raise ValidationError.from_exception_data(cls.__name__, details) from None
