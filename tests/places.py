"""Where things are that tests read."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"  # real data, which cannot ship; absent on most machines
SHIPPED_CONFIGS = [
    path for path in sorted((ROOT / "configs").rglob("*.yaml")) if path.parent.name != "compare"
]


def shared(name: str) -> Path:
    """Return a file of the real data; the test is skipped where there is none."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"real data is not on this machine: {path}")
    return path


def load_script(name: str) -> ModuleType:
    """Import a module of the folder ``scripts``, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
