"""The habits of the tests themselves, found in their syntax."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TREES = {
    str(path.relative_to(TESTS)): ast.parse(path.read_text("utf-8"))
    for path in sorted(TESTS.rglob("*.py"))
}
PRODUCT = ("ner_window.", "autodiff.")
THEIRS = {"os._exit", "downloader._load_info"}  # private names of others, where nothing else helps


def imported(tree):
    """The modules that a module imports, and the names, as dotted paths."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def borrowed(tree):
    """What a module takes from modules of tests; what they share has modules of its own."""
    for name in imported(tree):
        is_test = any(part.startswith("test_") or part == "conftest" for part in name.split("."))
        if name.startswith("tests.") and is_test:
            yield name


def is_private(name):
    return name.startswith("_") and not name.endswith("__")


def privates(tree):
    """What a module uses of the inside of others; laws hold on the public face."""
    for name in imported(tree):
        if any(map(is_private, name.split("."))):
            yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            name = ast.unparse(node)
            if name not in THEIRS and not name.startswith("self._"):
                yield name


def patches(tree):
    """The names of the product that a module patches; sizes and collaborators are arguments.

    These are constants, and whatever is named by the path of its module.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setattr"):
            target, *others = node.args
            if isinstance(target, ast.Constant):
                path = str(target.value)
            else:
                path = f"{ast.unparse(target)}.{others[0].value}"
            if path.startswith(PRODUCT) or (
                path.split(".")[-1].isupper() and is_of_product(tree, path)
            ):
                yield path
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                is_constant = isinstance(target, ast.Attribute) and target.attr.isupper()
                if is_constant and is_of_product(tree, ast.unparse(target)):
                    yield ast.unparse(target)


def is_of_product(tree, path):
    """Whether the first name of a path is imported from the product."""
    first = path.split(".")[0]
    return any(name.startswith(PRODUCT) and name.endswith(f".{first}") for name in imported(tree))


@pytest.mark.parametrize(
    ("habit", "source"),
    [
        (borrowed, "from tests.a.test_b import c"),
        (borrowed, "import tests.conftest"),
        (privates, "from ner_window.a import _b"),
        (privates, "from ner_window._a import b"),
        (privates, "graph.nodes[0]._data"),
        (patches, "import ner_window.a\npatch.setattr('ner_window.a.read', 1)"),
        (patches, "from ner_window import a\nmonkeypatch.setattr(a, 'SIZE', 1)"),
        (patches, "from ner_window import a\na.SIZE = 1"),
    ],
)
def test_bad_habits_are_found(habit, source):
    assert list(habit(ast.parse(source)))


@pytest.mark.parametrize("habit", [borrowed, privates, patches])
def test_no_module_has_bad_habits(habit):
    found = {path: list(habit(tree)) for path, tree in TREES.items()}
    assert {path: names for path, names in found.items() if names} == {}
