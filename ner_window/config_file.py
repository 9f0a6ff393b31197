"""A config file: from YAML, ``extends`` and ``--set`` to a checked config, and each value's origin.

The files and the command line are merged as trees whose leaves remember who set them. The merged
tree is checked against the schema of :mod:`ner_window.config`; what is wrong is told with the key,
the reason and, where one is near, the key that was probably meant.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args

import yaml
from pydantic import ValidationError

from ner_window.config import Config, Section, section_of
from ner_window.errors import InputError
from ner_window.starter_configs import starter_path

Schema = TypeVar("Schema", bound=Section)

COMMAND_LINE, DEFAULT = "--set", "default"  # the origins that are no files
WIDEST = 48  # characters of a setting before its origin; longer ones push theirs aside


@dataclass(frozen=True)
class Setting:
    """A value, which is no mapping or an empty one, and the file that set it, or ``--set``."""

    value: Any
    origin: str


Tree: TypeAlias = "dict[Any, Setting | Tree]"
"""Settings in their mappings."""


def load_config(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read and check a config file.

    ``extends: FILE`` takes over the settings of another file (named relative to this one, or by the
    name of a config that ships) where this one does not set them. ``overrides`` are of the form
    KEY.PATH=VALUE, VALUE in YAML. Raises InputError that lists everything that is wrong.
    """
    return load_as(Config, path, overrides)


def load_as(schema: type[Schema], path: Path, overrides: Sequence[str] = ()) -> Schema:
    """Read and check a file of another schema in the same way.

    Where it has a key ``base``, this is a config of its own: it may extend a file, or be the name
    of one.
    """
    return _checked(schema, _settings(path, overrides), path)


def annotated_yaml(
    path: Path, overrides: Sequence[str] = (), schema: type[Section] = Config
) -> str:
    """Return the config of a file with every default filled in, each value's origin behind it.

    The origin is a comment: the file, ``--set`` or ``default``. The text is a config again. Raises
    InputError as :func:`load_config` does.
    """
    tree = _settings(path, overrides)
    values = _checked(schema, tree, path).model_dump(mode="json", by_alias=True)
    lines = list(_lines(values, tree))
    width = min(max(len(text) for text, _ in lines), WIDEST)
    return "".join(
        f"{text:<{width}}  # {origin}\n" if origin else f"{text}\n" for text, origin in lines
    )


def _lines(
    values: dict[str, Any], node: Setting | Tree | None, indent: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield lines of YAML with the origins of their values; the key of a mapping has none."""
    settings = _mapping(node)
    for key, value in values.items():
        setting, start = settings.get(key), f"{indent}{_inline(key)}:"
        if isinstance(value, dict) and value:
            yield start, ""
            yield from _lines(value, setting, indent + "  ")
        else:
            origin = setting.origin if isinstance(setting, Setting) else DEFAULT
            yield f"{start} {_inline(value)}", origin


class _InlineDumper(yaml.SafeDumper):
    """Writes a value in one line, whatever is in it."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'  # the one style in which line feeds are escaped
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_InlineDumper.add_representer(str, _represent_text)


def _inline(value: Any) -> str:
    text: str = yaml.dump(
        [value], Dumper=_InlineDumper, default_flow_style=True, allow_unicode=True, width=math.inf
    )
    return text.strip()[1:-1]  # in a list, because a scalar alone would be followed by `...`


def _settings(path: Path, overrides: Sequence[str]) -> Tree:
    tree = _read_tree(path, seen=())
    for override in overrides:
        _override(tree, override)
    return tree


def _checked(schema: type[Schema], tree: Tree, path: Path) -> Schema:
    try:
        return schema.model_validate(_plain(tree))
    except ValidationError as error:
        problems = "\n".join(f"  {problem}" for problem in problems_of(error, schema))
        raise InputError(f"{path}: this config cannot be used:\n{problems}") from None


def keys_of(path: Path) -> set[str]:
    """Return what a config file sets at its top, and what the files do that it extends.

    Raises InputError where it cannot be read.
    """
    return {str(key) for key in _settings(path, ())}


def _read_tree(path: Path, seen: tuple[Path, ...]) -> Tree:
    """Return the settings of a file, on top of those of the file that it extends."""
    if path.resolve() in seen:
        raise InputError(f"{path}: `extends` leads back to this file")
    tree = _parse(_read(path), str(path), origin=str(path))
    if isinstance(tree, Setting):
        raise InputError(f"{path}: expected `key: value` pairs such as `seed: 1`")
    return _extended(tree, path, seen)


def _extended(tree: Tree, path: Path, seen: tuple[Path, ...]) -> Tree:
    """Put settings of a file on top of those that they extend, and so those of a ``base``."""
    if "base" in tree:
        base = tree["base"]
        named: Tree = {"extends": base} if isinstance(base, Setting) else base
        tree["base"] = _extended(named, path, seen)
    parent = _plain(tree.pop("extends", {}))
    if parent in ({}, None):
        return tree
    if not isinstance(parent, str):
        raise InputError(f"{path}: `extends` takes the name of one file, got {parent!r}")
    return _merge(_read_tree(_extended_path(path, parent), (*seen, path.resolve())), tree)


def _extended_path(path: Path, name: str) -> Path:
    """Return the file that a file extends: beside it or, without an ending, one that ships."""
    beside = path.parent / name
    return beside if beside.suffix or beside.exists() else starter_path(name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"no such config: {path.absolute()}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path.absolute()}: {error}") from None


class _UniqueKeyLoader(yaml.SafeLoader):
    """Loads plain YAML, and refuses a key that stands twice: one of the two would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                continue  # the base class refuses it
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _parse(text: bytes | str, name: str, origin: str) -> Setting | Tree:
    """Return what a text sets; ``name`` is what messages call it."""
    try:
        return _marked(yaml.load(text, _UniqueKeyLoader), origin)
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"{name} is not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise InputError(f"{name} is nested too deeply for a config") from None


def _marked(value: Any, origin: str) -> Setting | Tree:
    if not isinstance(value, dict) or not value:  # a mapping of nothing is a value: none of them
        return Setting(value, origin)
    return {key: _marked(inner, origin) for key, inner in value.items()}


def _plain(node: Setting | Tree) -> Any:
    if isinstance(node, Setting):
        return node.value
    return {key: _plain(inner) for key, inner in node.items()}


def _mapping(node: Setting | Tree | None) -> Tree:
    """Return the mapping that a node is or, as in `schedule: linear`, stands for."""
    if isinstance(node, dict):
        return node
    return {"name": node} if node is not None and isinstance(node.value, str) else {}


def _merge(base: Tree, changes: Tree) -> Tree:
    """Put ``changes`` on top of ``base``; a mapping with another ``name`` is another thing."""
    old, new = _name(base), _name(changes)
    if None not in (old, new) and old != new:
        return changes
    merged = dict(base)
    for key, node in changes.items():
        merged[key] = _merge(_mapping(base.get(key)), node) if isinstance(node, dict) else node
    return merged


def _name(tree: Tree) -> Any:
    node = tree.get("name")
    return node.value if isinstance(node, Setting) else None


def _override(tree: Tree, override: str) -> None:
    dotted, equals, text = override.partition("=")
    keys = dotted.strip().split(".")
    if not equals or not all(keys):
        raise InputError(f"--set {override}: expected KEY.PATH=VALUE, as in training.epochs=3")
    node = _parse(text, f"--set {override}: {text!r}", COMMAND_LINE)
    for key in keys[:-1]:
        inner = dict(_mapping(tree.get(key)))
        tree[key] = inner
        tree = inner
    tree[keys[-1]] = node


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
    return f"{key}: {message[0].lower()}{message[1:]}, got {detail['input']!r}"


def _did_you_mean(location: list[str], schema: type[Section]) -> str:
    """Return a suggestion: a near key of the same section, or of any section by its full name."""
    here = _keys_at(location[:-1], schema)
    near = difflib.get_close_matches(location[-1], here, n=1)
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


def _keys_at(location: list[str], section: type[Section]) -> list[str]:
    for key in location:
        # What is no key of the section is the name of an entry, or of a choice between sections.
        field = section.model_fields.get(key)
        section = (_section_in(field.annotation) if field else None) or section
    return list(section.model_fields)


def _all_keys(section: type[Section], prefix: str = "") -> list[str]:
    keys = []
    for name, field in section.model_fields.items():
        keys.append(prefix + name)
        inner = section_of(field.annotation)
        keys += _all_keys(inner, f"{prefix}{name}.") if inner else []
    return keys
