"""What is wrong with a config, in words: the key, the reason, the key that was probably meant."""

from __future__ import annotations

import difflib
from typing import Any, get_args

from pydantic import ValidationError

from ner_window.config.section import Section, section_of

EXPECTED = {
    "dict_type": "a mapping {NAME: VALUE}",
    "model_type": "a section of keys with values",
    "path_type": "a path",
}
"""What should stand where something of another type does, by the type of pydantic's complaint."""

NEAR = 0.61  # of difflib's ratio: "after" is near "after_epoch", "target" not near "text"


def problems_of(error: ValidationError, schema: type[Section]) -> list[str]:
    """Return a line for each of pydantic's complaints about what should be of a schema."""
    return [_problem(detail, schema) for detail in error.errors()]


def _problem(detail: Any, schema: type[Section]) -> str:
    location = [str(part) for part in detail["loc"]]
    key = ".".join(location) or "config"
    if detail["type"] == "extra_forbidden":
        return f"{key}: unknown key{_did_you_mean(location, schema)}"
    if detail["type"] == "missing":
        return f"{key}: missing; it has no default"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "value_error":
        return f"{key}: {message}"
    if expected := EXPECTED.get(detail["type"]):
        return f"{key}: {expected} is expected, got {detail['input']!r}"
    return f"{key}: {message[0].lower()}{message[1:]}, got {detail['input']!r}"


def _did_you_mean(location: list[str], schema: type[Section]) -> str:
    """Return a suggestion: a near key of the same section, or of any section by its full name."""
    here = _section_at(location[:-1], schema).known_keys()
    near = difflib.get_close_matches(location[-1], here, n=1, cutoff=NEAR)
    if near:
        return f"; did you mean {near[0]!r}?"
    elsewhere = [path for path in _all_keys(schema) if path.split(".")[-1] == location[-1]]
    if elsewhere:
        return f"; did you mean {elsewhere[0]!r}?"
    return f"; the keys here are {', '.join(here)}"


def _section_in(annotation: Any) -> type[Section] | None:
    """Return the section that a setting takes, alone, in a mapping or beside other values."""
    inner = [_section_in(part) for part in get_args(annotation)]
    return section_of(annotation) or next(filter(None, inner), None)


def _section_at(location: list[str], section: type[Section]) -> type[Section]:
    for key in location:
        # What is no key of the section is the name of an entry, or of a choice between sections.
        field = section.model_fields.get(key)
        inner = _section_in(field.annotation) if field else section.section_at(key)
        section = inner or section
    return section


def _all_keys(section: type[Section], prefix: str = "") -> list[str]:
    keys = []
    for key in section.known_keys():
        keys.append(prefix + key)
        inner = section.section_at(key)
        keys += _all_keys(inner, f"{prefix}{key}.") if inner else []
    return keys
