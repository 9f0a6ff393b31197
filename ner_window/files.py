"""Files and folders that appear whole, or not at all; those that people ask for, over no other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from ner_window.errors import InputError

# PyYAML may have been built without libyaml.
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read_yaml(path: Path) -> Any:
    """Return what a file of ours says in YAML, by libyaml, which reads it ten times as fast.

    What people write is read by ``config.file``, whose messages show the place. Raises OSError,
    ValueError or YAMLError where it cannot be read.
    """
    return yaml.load(path.read_bytes(), LOADER)


def yaml_text(content: Any) -> str:
    """Return plain values in YAML, keys in order, by libyaml, which takes a tenth of the time.

    It escapes emoji and all else beyond 16 bits: such a text is written without it.
    """
    text: str = yaml.dump(content, Dumper=DUMPER, sort_keys=False, allow_unicode=True)
    if "\\U" in text:
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    return text


@contextmanager
def replacement(path: Path, mark: str = "") -> Iterator[Path]:
    """Give a name beside ``path`` for a file that takes its place when it is whole, or not at all.

    ``mark`` tells the names apart where several processes may write the same file. Raises OSError
    where the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}{mark}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def new_file(path: Path, may_replace: bool = False) -> Iterator[BinaryIO]:
    """Open a file that appears under its name when it is whole, or not at all.

    Raises InputError where the file exists, unless ``may_replace``, or cannot be written.
    """
    if not may_replace:
        check_new(path)
    try:
        with replacement(path, f".{os.getpid()}") as temporary, temporary.open("wb") as file:
            yield file
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None


@contextmanager
def new_folder(path: Path, may_replace: bool = False) -> Iterator[Path]:
    """Give an empty folder that appears under the name ``path`` when it is filled, or not at all.

    Raises InputError where there is something at ``path`` already, unless ``may_replace``, or it
    cannot be written.
    """
    if not may_replace:
        check_new(path)
    work = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        shutil.rmtree(work, ignore_errors=True)  # of one that was killed and had this number
        work.mkdir()
        yield work
        if may_replace:
            shutil.rmtree(path, ignore_errors=True)
        work.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def check_new(path: Path) -> None:
    """Raise InputError where a file exists or has no folder to be in: for before long work."""
    try:
        if path.exists():
            raise InputError(f"{path.absolute()} exists; name another file, or remove it")
        if not path.absolute().parent.is_dir():
            raise InputError(f"cannot write {path.absolute()}: its folder does not exist")
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None


def write_lines(lines: Iterable[str], sink: BinaryIO) -> None:
    """Write lines in UTF-8, with line feeds between them, not after the last one."""
    for number, line in enumerate(lines):
        sink.write((f"\n{line}" if number else line).encode())
