"""What commands print and write, as text by the name of an item."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors import safe_open

from .masking import masked, visible_text
from .stages import Done, Stage

TEXTS = frozenset(
    {".conll", ".csv", ".json", ".jsonl", ".md", ".tsv", ".txt", ".vec", ".yaml", ".yml"}
)
PAGES = frozenset({".html", ".svg"})
TIMED_COLUMN = "seconds"


@dataclass
class Recorder:
    """Calls commands in a stage and keeps what they make.

    ``run`` is what calls them: ``stage.call``, or what does the same in less time.
    ``unexpected`` are the commands that ended with another code than they should: of those, that
    two commits fail alike proves little. ``progress`` is called after each command.
    """

    stage: Stage
    run: Callable[..., Done]
    progress: Callable[[], object]
    items: dict[str, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)

    def call(self, item: str, *arguments: object, text: str = "", code: int = 0) -> None:
        """Call a command that should end with ``code``, and keep what it prints."""
        done = self.run(*arguments, text=text)
        out = visible_text(done.out) if is_page(done.out) else done.out
        self.items[item] = self.clean(f"exit code {done.code}\n{out}\nstderr:\n{done.err}")
        self.expect(item, done, code)

    def expect(self, item: str, done: Done, code: int) -> None:
        """Note it where a command ended otherwise."""
        if done.code != code:
            reason = (done.err.strip().splitlines() or ["it says nothing"])[-1]
            self.unexpected.append(f"{item} ended with code {done.code}, not {code}: {reason}")
        self.progress()

    def clean(self, text: str) -> str:
        """Return a text without what differs between any two runs."""
        return masked(text, self.stage.places)

    def file(self, item: str, name: str | Path) -> None:
        """Keep what a file of the stage says."""
        path = self.stage.folder / name
        self.items[item] = self.clean(content(path)) if path.exists() else "(no such file)"

    def folder(self, item: str, name: str | Path) -> None:
        """Keep all files of a folder, each an item."""
        root = self.stage.folder / name
        names = sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
        self.items[f"{item}: files"] = "".join(f"{each}\n" for each in names)
        for each in names:
            self.file(f"{item}: {each}", Path(name) / each)


def is_page(text: str) -> bool:
    """Tell whether a command has printed a page: of one, markup and style may change."""
    return text.lstrip()[:14].lower() == "<!doctype html"


def content(path: Path) -> str:
    """Return what a file says to whoever reads it."""
    if path.suffix == ".safetensors":
        return arrays(path)
    if path.suffix in PAGES:
        return visible_text(path.read_text("utf-8"))
    if path.suffix == ".csv":
        return _without_times(path.read_text("utf-8"))
    if path.suffix in TEXTS:
        return path.read_bytes().decode("utf-8", "backslashreplace")
    return f"{path.stat().st_size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def arrays(path: Path) -> str:
    """Return a line for every array of a file, by name, and its metadata."""
    with safe_open(path, "numpy") as file:
        lines = [described(name, file.get_tensor(name)) for name in sorted(file.keys())]
        metadata: Mapping[str, str] = file.metadata() or {}
    lines += [f"{key}: {value}" for key, value in sorted(metadata.items())]
    return "".join(f"{line}\n" for line in lines)


def described(name: str, array: np.ndarray) -> str:
    """Return name, type, shape and hash of an array."""
    digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return f"{name} {array.dtype} {array.shape} {digest}"


def _without_times(text: str) -> str:
    """Return a table whose column of seconds says nothing."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return "".join(f"{ {**row, TIMED_COLUMN: '<time>'} }\n" for row in rows)
