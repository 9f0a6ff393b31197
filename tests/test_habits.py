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


@pytest.mark.parametrize("source", ["from tests.a.test_b import c", "import tests.conftest"])
def test_what_is_borrowed_is_found(source):
    assert list(borrowed(ast.parse(source)))


@pytest.mark.parametrize("path", TREES)
def test_no_module_imports_from_a_test(path):
    assert list(borrowed(TREES[path])) == []
