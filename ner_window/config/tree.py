"""Settings as trees whose leaves remember who set them, and how one is put on top of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ner_window.config.section import Section, as_mapping, check_alternatives, with_moved
from ner_window.config.variant import Variant

Schema: TypeAlias = "type[Section] | None"
"""The section that a mapping is of, None where its keys are anyone's choice."""


@dataclass(frozen=True)
class Setting:
    """A value, which is no mapping or an empty one, and the file that set it, or ``--set``."""

    value: Any
    origin: str


Tree: TypeAlias = "dict[Any, Setting | Tree]"
"""Settings in their mappings."""


def marked(value: Any, origin: str) -> Setting | Tree:
    """Return the tree of plain values that all have one origin."""
    if not isinstance(value, dict) or not value:  # a mapping of nothing is a value: none of them
        return Setting(value, origin)
    return {key: marked(inner, origin) for key, inner in value.items()}


def plain(node: Setting | Tree) -> Any:
    """Return the values without their origins."""
    if isinstance(node, Setting):
        return node.value
    return {key: plain(inner) for key, inner in node.items()}


def mapping_of(node: Setting | Tree | None) -> Tree:
    """Return the mapping that a node is or, as in ``schedule: linear``, stands for."""
    is_name = isinstance(node, Setting) and isinstance(node.value, str)
    return as_mapping(node) if is_name or isinstance(node, dict) else {}


def modern(tree: Tree, schema: Schema) -> Tree:
    """Return a tree with all that has moved where it stands now.

    Raises ValueError where a setting is at both places, or two say the same in different ways.
    """
    if schema is None:
        return tree
    check_alternatives(tree, schema)
    return {
        key: modern(node, schema.section_at(key)) if isinstance(node, dict) else node
        for key, node in with_moved(tree, schema).items()
    }


def merged(base: Tree, changes: Tree, schema: Schema) -> Tree:
    """Put ``changes`` on top of ``base``; a mapping with another ``name`` is another thing."""
    old, new = _name(base), _name(changes)
    if None not in (old, new) and old != new:
        return {**_kept(base, old, new, schema), **changes}
    result = _beside(base, changes, schema)
    for key, node in changes.items():
        inner = schema and schema.section_at(key)
        on_top = _named(node, inner)
        below = mapping_of(base.get(key))
        result[key] = merged(below, on_top, inner) if isinstance(on_top, dict) else on_top
    return result


def override(tree: Tree, keys: list[str], node: Setting | Tree, schema: Schema) -> None:
    """Set what a path of keys leads to; a mapping replaces the one before.

    Parameters
    ----------
    tree
        What is set so far; it is changed.
    keys
        The path, from the top of the config down.
    node
        What it leads to: a value with its origin, or a mapping of such.
    schema
        The section that the tree is of.

    Raises ValueError where it takes the place of another setting of the same origin.
    """
    keys = _modern_path(keys, schema)
    for key in keys[:-1]:
        inner = dict(mapping_of(tree.get(key)))
        tree[key] = inner
        tree, schema = inner, schema and schema.section_at(key)
    last = keys[-1]
    _displace(tree, last, node, schema)
    section = schema and schema.section_at(last)
    if isinstance(named := _named(node, section), dict) and isinstance(node, Setting):
        node = merged(mapping_of(tree.get(last)), named, section)
    tree[last] = modern(node, section) if isinstance(node, dict) else node


def _beside(base: Tree, changes: Tree, schema: Schema) -> Tree:
    """Return what stays of settings below others: all but what those take the place of."""
    displaced = schema.alternatives if schema else ()
    if not any(key in changes for key in displaced):
        return dict(base)
    return {key: node for key, node in base.items() if key not in displaced}


def _displace(tree: Tree, key: str, node: Setting | Tree, schema: Schema) -> None:
    """Remove the settings that one takes the place of, unless they are of the same origin."""
    if schema is None or key not in schema.alternatives:
        return
    for other in set(schema.alternatives) - {key}:
        below = tree.pop(other, None)
        if isinstance(below, Setting) and isinstance(node, Setting) and below.origin == node.origin:
            check_alternatives((other, key), schema)


def _modern_path(keys: list[str], schema: Schema) -> list[str]:
    path: list[str] = []
    for number, key in enumerate(keys, 1):
        path += schema.moved.get(key, (key,)) if schema and number == len(keys) else (key,)
        schema = schema and schema.section_at(key)
    return path


def _named(node: Setting | Tree, schema: Schema) -> Setting | Tree:
    """Return the mapping that a name stands for, where what is beside the name is to stay."""
    return mapping_of(node) or node if _plain_family(schema) else node


def _plain_family(schema: Schema) -> type[Variant] | None:
    if schema is not None and issubclass(schema, Variant) and schema.is_plain:
        return schema
    return None


def _kept(base: Tree, old: Any, new: Any, schema: Schema) -> Tree:
    """Return what stays of a mapping whose name changes.

    That is nothing, or what the new variant has too, and what the old one should not have had.
    """
    family = _plain_family(schema)
    if family is None:
        return {}
    was, now = (_keys_of(family, name) for name in (old, new))
    return {key: node for key, node in base.items() if key in now or key not in was}


def _keys_of(family: type[Variant], name: Any) -> list[str]:
    variant = family.variants.get(name) if isinstance(name, str) else None
    return variant.known_keys() if variant else []


def _name(tree: Mapping[Any, Any]) -> Any:
    node = tree.get("name")
    return node.value if isinstance(node, Setting) else None
