"""A section of the config: a mapping with its keys, their types, defaults and descriptions.

What messages, ``config show`` and ``docs/configuration.md`` say of a setting comes from its one
declaration.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from ner_window.files import yaml_text
from ner_window.wording import listed


class Section(BaseModel):
    """A mapping of the config: its keys are these and no others.

    A section is called after what it sets, and ``Settings``: a ``SoftmaxHeadSettings`` describes a
    ``SoftmaxHead``.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        defer_build=True,  # a tagger reads a head, and has no use for the rest
    )

    moved: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Where settings stand that once stood here: in which section of this one, by which key."""

    alternatives: ClassVar[tuple[str, ...]] = ()
    """Keys that say the same thing in different ways: one is set at most, which makes the others
    null and takes the place of those that a file below sets."""

    @classmethod
    def known_keys(cls) -> list[str]:
        """Return the keys that the section takes."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def section_at(cls, key: str) -> type[Section] | None:
        """Return the section that a key holds, None where it holds none, or one among others."""
        field = cls.model_fields.get(key)
        return section_of(field.annotation) if field else None

    @classmethod
    def completed(cls, value: Any, default: Any) -> Any:
        """Return what is set of the section with what follows from its default, if anything."""
        return value

    @model_validator(mode="before")
    @classmethod
    def _as_people_write_it(cls, tree: Any) -> Any:
        """Take a section without content for its defaults; refuse true and false as numbers."""
        if not isinstance(tree, dict):
            return tree
        check_alternatives(tree, cls)
        settings = with_moved(tree, cls)
        if any(key in settings for key in cls.alternatives):
            settings = {**dict.fromkeys(cls.alternatives), **settings}
        for key, field in cls.model_fields.items():
            value, section = settings.get(key), section_of(field.annotation)
            if isinstance(value, bool) and not _takes_bool(field.annotation):
                raise ValueError(f"`{key}` is neither true nor false, but a value; got {value}")
            if section and key in settings:
                del settings[key]
                if value is not None:
                    settings[key] = section.completed(value, field.default)
        return settings

    def to_yaml(self) -> str:
        """Return the section with every default filled in."""
        return yaml_text(self.model_dump(mode="json", by_alias=True))

    def without_folders(self) -> dict[str, Any]:
        """Return the settings as plain values, with the names of files instead of their paths.

        They are for what is shown and given away: a path tells of the person and the machine.
        """
        named: dict[str, Any] = _without_folders(self.model_dump(by_alias=True))
        return named


def _without_folders(value: Any) -> Any:
    if isinstance(value, Path):
        return value.name
    if isinstance(value, dict):
        return {key: _without_folders(part) for key, part in value.items()}
    return [_without_folders(part) for part in value] if isinstance(value, list) else value


def section_of(annotation: Any) -> type[Section] | None:
    """Return the section that a type is, None where it is no section."""
    is_section = isinstance(annotation, type) and issubclass(annotation, Section)
    return annotation if is_section else None


def _takes_bool(annotation: Any) -> bool:
    return bool in (annotation, *get_args(annotation))


def with_moved(tree: Mapping[Any, Any], section: type[Section]) -> dict[Any, Any]:
    """Return the mapping of a section, what has moved where it stands now.

    The leaves may be anything. Raises ValueError where a setting is at both places.
    """
    settings = {key: value for key, value in tree.items() if key not in section.moved}
    for old, (key, new) in section.moved.items():
        if old not in tree:
            continue
        inner = as_mapping(settings.get(key))
        if new in inner:
            raise ValueError(f"`{old}` is an older spelling of `{key}.{new}`, which is set too")
        settings[key] = {**inner, new: tree[old]}
    return settings


def check_alternatives(keys: Collection[Any], section: type[Section]) -> None:
    """Raise ValueError where two keys are set that take each other's place."""
    both = [key for key in section.alternatives if key in keys]
    if len(both) > 1:
        keys_set = listed(f"`{key}`" for key in both)
        raise ValueError(f"{keys_set} take each other's place: set one of them")


def as_mapping(value: Any) -> dict[Any, Any]:
    """Return the mapping that a value is or, as in ``schedule: linear``, stands for."""
    if isinstance(value, dict):
        return value
    return {} if value is None else {"name": value}
