"""Changing settings in a config file in place: what is not changed stays as it was written.

A value is replaced, or a key added, at the place in the text that the YAML parser names. What then
reads as anything but the same settings with these changed is refused.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from ner_window.errors import InputError
from ner_window.files import replacement


def change_settings(path: Path, settings: Mapping[str, float]) -> None:
    """Change settings in a config file, named by their path of two keys; comments stay.

    A setting that the file itself lacks is added to it, so that it holds before one that the file
    extends. The file is replaced whole, or not at all. Raises InputError where it cannot be
    changed, which leaves it as it was.
    """
    target = path.resolve()
    if not target.is_file():
        raise InputError(f"{path} is no file that could be changed")
    try:
        text = target.read_bytes().decode()
        for key, value in settings.items():
            text = changed(text, key, value)
        with replacement(target) as temporary:
            temporary.write_bytes(text.encode())
            shutil.copymode(target, temporary)
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"{path.absolute()} is left as it was: {error}") from None


def changed(text: str, key: str, value: float) -> str:
    """Return the text of a config with one setting changed or added, ``SECTION.KEY``.

    Raises ValueError where it is written so that nothing can be changed in place.
    """
    section, _, name = key.partition(".")
    written = yaml.safe_dump(value).split("\n")[0]
    wanted = yaml.safe_load(text)
    wanted[section] = {**(wanted.get(section) or {}), name: value}
    root = cast(yaml.MappingNode, yaml.compose(text, yaml.SafeLoader))
    inner = _value_of(root, section)
    if inner is None:
        new = _with_section(text, root, f"{section}: {{{name}: {written}}}")
    elif not isinstance(inner, yaml.MappingNode):
        new = _replaced(text, inner, f"{{{name}: {written}}}")
    elif (old := _value_of(inner, name)) is not None:
        new = _replaced(text, old, written)
    else:
        new = _with_key(text, inner, f"{name}: {written}")
    if _read(new) != wanted:
        raise ValueError(f"its YAML cannot be changed in place; set {key}: {written} by hand")
    return new


def _read(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _value_of(mapping: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _replaced(text: str, node: yaml.Node, value: str) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    space = " " if start == end else ""  # nothing stands after the colon
    return f"{text[:start]}{space}{value}{text[end:]}"


def _with_key(text: str, mapping: yaml.MappingNode, entry: str) -> str:
    """Return the text with an entry before the others of a mapping."""
    if mapping.flow_style:
        start = mapping.start_mark.index + 1
        return f"{text[:start]}{entry}{', ' if mapping.value else ''}{text[start:]}"
    first = mapping.value[0][0].start_mark
    return f"{text[: first.index]}{entry}{_line_end(text)}{' ' * first.column}{text[first.index :]}"


def _with_section(text: str, root: yaml.MappingNode, entry: str) -> str:
    """Return the text with a section after the others."""
    if root.flow_style:
        return _with_key(text, root, entry)
    end, line_end = root.end_mark.index, _line_end(text)
    before = text[:end]
    return f"{before}{'' if before.endswith(line_end) else line_end}{entry}{line_end}{text[end:]}"


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
