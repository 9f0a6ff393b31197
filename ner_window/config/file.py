"""From YAML, ``extends`` and ``--set`` to a checked config, and the origin of each value.

What the files and the command line set is merged into one tree, and that checked as a whole.
"""

from __future__ import annotations

import shlex
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from ner_window.config.inline import inline
from ner_window.config.messages import problems_of
from ner_window.config.paths import at_home
from ner_window.config.run import Config
from ner_window.config.section import Section
from ner_window.config.starters import starter_path
from ner_window.config.tree import (
    Setting,
    Tree,
    mapping_of,
    marked,
    merged,
    modern,
    override,
    plain,
)
from ner_window.errors import InputError
from ner_window.files import LOADER

Schema = TypeVar("Schema", bound=Section)

CONFIG_ENDINGS = (".yaml", ".yml")
COMMAND_LINE, DEFAULT = "--set", "default"  # the origins that are no files
WIDEST = 48  # characters of a setting before its origin; longer ones push theirs aside


def load_config(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read and check a config file.

    ``extends: FILE`` takes over the settings of another file (named relative to this one, or by the
    name of a config that ships) where this one does not set them. ``overrides`` are of the form
    KEY.PATH=VALUE, VALUE in YAML. Raises InputError that lists everything that is wrong.
    """
    return load_as(Config, path, overrides)


def load_as(
    schema: type[Schema],
    path: Path,
    overrides: Sequence[str] = (),
    beside: Mapping[str, Any] | None = None,
) -> Schema:
    """Read and check a file of another schema in the same way.

    Parameters
    ----------
    schema
        What the file is a config of. Its key ``base``, if it has one, is a config of its own: it
        may extend a file, or be the name of one.
    path
        The file.
    overrides
        Settings as ``--set`` takes them.
    beside
        Settings of the schema, where the file itself is the ``base`` beside them; None where it is
        not.

    Raises
    ------
    InputError
        Where it cannot be used, listing everything that is wrong.
    """
    return _checked(schema, _settings(path, overrides, schema, beside), path)


def annotated_yaml(
    path: Path, overrides: Sequence[str] = (), schema: type[Section] = Config
) -> str:
    """Return the config of a file with every default filled in, each value's origin behind it.

    The origin is a comment: the file, ``--set`` or ``default``. The text is a config again. Raises
    InputError as :func:`load_config` does.
    """
    tree = _settings(path, overrides, schema)
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
    settings = mapping_of(node)
    for key, value in values.items():
        setting, start = settings.get(key), f"{indent}{inline(key)}:"
        if isinstance(value, dict) and value:
            yield start, ""
            yield from _lines(value, setting, indent + "  ")
        else:
            yield f"{start} {inline(value)}", _origin(setting)


def _origin(node: Setting | Tree | None) -> str:
    """Return who set a value; a name alone may have been set in a mapping."""
    named = node.get("name") if isinstance(node, dict) else node
    return named.origin if isinstance(named, Setting) else DEFAULT


def _settings(
    path: Path,
    overrides: Sequence[str],
    schema: type[Section],
    beside: Mapping[str, Any] | None = None,
) -> Tree:
    if beside is None:
        tree = _read_tree(path, schema, seen=())
    else:
        tree = {key: marked(value, DEFAULT) for key, value in beside.items()}
        tree["base"] = _read_tree(path, schema.section_at("base"), seen=())
    for text in overrides:
        _override(tree, text, schema)
    return tree


def _checked(schema: type[Schema], tree: Tree, path: Path) -> Schema:
    try:
        return schema.model_validate(plain(tree))
    except ValidationError as error:
        problems = "\n".join(f"  {problem}" for problem in problems_of(error, schema))
        raise InputError(f"{path}: this config cannot be used:\n{problems}") from None


def keys_of(path: Path) -> set[str]:
    """Return what a config file sets at its top, and what the files do that it extends.

    Raises InputError where it cannot be read.
    """
    return {str(key) for key in _settings(path, (), Config)}


def _read_tree(path: Path, schema: type[Section] | None, seen: tuple[Path, ...]) -> Tree:
    """Return the settings of a file, on top of those of the file that it extends."""
    if path.resolve() in seen:
        raise InputError(f"{path}: `extends` leads back to this file")
    content = _read(path)
    try:
        tree = _parse(content, str(path), origin=str(path))
        if isinstance(tree, Setting):
            raise InputError(f"{path}: expected `key: value` pairs such as `seed: 1`")
    except InputError:
        if path.suffix.lower() in CONFIG_ENDINGS:
            raise
        command = shlex.join(["ner-window", "config", "new", "--train", str(path)])
        raise InputError(
            f"{path} is no config, which is `key: value` lines in YAML; if it is a corpus, a "
            f"config for it is written by: {command} --out my.yaml"
        ) from None
    return _extended(tree, path, schema, seen)


def _extended(tree: Tree, path: Path, schema: type[Section] | None, seen: tuple[Path, ...]) -> Tree:
    """Put settings of a file on top of those that they extend, and so those of a ``base``."""
    if "base" in tree:
        tree["base"] = _base(tree["base"], path, schema, seen)
    parent = plain(tree.pop("extends", {}))
    try:
        tree = modern(tree, schema)
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    if parent in ({}, None):
        return tree
    if not isinstance(parent, str):
        raise InputError(f"{path}: `extends` takes the name of one file, got {parent!r}")
    below = _read_tree(_extended_path(path, parent), schema, (*seen, path.resolve()))
    return merged(below, tree, schema)


def _base(
    base: Setting | Tree, path: Path, schema: type[Section] | None, seen: tuple[Path, ...]
) -> Tree:
    """Return the settings of a ``base``, which may extend a file, or be the name of one."""
    named: Tree = {"extends": base} if isinstance(base, Setting) else base
    return _extended(named, path, schema and schema.section_at("base"), seen)


def _extended_path(path: Path, name: str) -> Path:
    """Return the file that a file extends: beside it or, without an ending, one that ships."""
    try:
        beside = path.parent / at_home(Path(name))
    except ValueError as error:
        raise InputError(f"{path}: `extends` {name}: {error}") from None
    return beside if beside.suffix or beside.exists() else starter_path(name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"no such config: {path.absolute()}") from None
    except IsADirectoryError:
        raise InputError(f"{path.absolute()} is a folder; a config is a file in YAML") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path.absolute()}: {error}") from None


class _UniqueKeys(yaml.constructor.SafeConstructor):
    """Refuses a key that stands twice: one of the two would be lost."""

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


class _TellingLoader(_UniqueKeys, yaml.SafeLoader):
    """Loads plain YAML; its errors show the line."""


_FastLoader: Any = type("_FastLoader", (_UniqueKeys, LOADER), {})


def _parse(text: bytes | str, name: str, origin: str) -> Setting | Tree:
    """Return what a text sets; ``name`` is what messages call it."""
    try:
        with suppress(yaml.YAMLError):
            return marked(yaml.load(text, _FastLoader), origin)
        return marked(yaml.load(text, _TellingLoader), origin)
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"{name} is not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise InputError(f"{name} is nested too deeply for a config") from None


def _override(tree: Tree, text: str, schema: type[Section]) -> None:
    dotted, equals, value = text.partition("=")
    keys = dotted.strip().split(".")
    if not equals or not all(keys):
        raise InputError(f"--set {text}: expected KEY.PATH=VALUE, as in training.epochs=3")
    node = _parse(value, f"--set {text}: {value!r}", COMMAND_LINE)
    try:
        override(tree, keys, node, schema)
    except ValueError as error:
        raise InputError(f"--set {text}: {error}") from None
    if keys == ["base"]:
        tree["base"] = _base(tree["base"], Path(COMMAND_LINE), schema, seen=())
