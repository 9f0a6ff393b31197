"""Runs the examples of the pages in a copy of the checkout's root, where they may write."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def checkout_to_write_in(tmp_path, monkeypatch):
    """Be where a reader of the pages is, with ``configs``, ``data`` and a cache of its own."""
    for name in ("configs", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NER_WINDOW_CACHE", str(tmp_path / "cache"))
