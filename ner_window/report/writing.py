"""The files of a report: a page about one run, or a folder of pages about several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ner_window.files import check_new, new_file, new_folder
from ner_window.report.comparison_page import comparison_page, entries_of
from ner_window.report.reported_run import Split, read_run
from ner_window.report.run_page import run_page


def write_report(folder: Path, out: Path, split: Split | None, may_replace: bool) -> None:
    """Write a page about the run in a folder.

    Parameters
    ----------
    folder
        That of the run.
    out
        The page.
    split
        What the run is judged on: by default dev, where there is one.
    may_replace
        Whether ``out`` may exist.

    Raises
    ------
    InputError
        As :func:`read_run` does, and where ``out`` exists or cannot be written.
    """
    if not may_replace:
        check_new(out)
    page = run_page(read_run(folder, split))
    with new_file(out, may_replace) as file:
        file.write(page.encode())


def write_comparison(folders: Sequence[Path], out: Path, split: Split | None) -> None:
    """Write a new folder: a page about each of several runs, and ``index.html``, which compares.

    Raises InputError as ``write_report`` does.
    """
    check_new(out)
    entries = entries_of([read_run(folder, split) for folder in folders])
    pages = {entry.file: run_page(entry.run) for entry in entries}
    pages["index.html"] = comparison_page(entries)
    with new_folder(out) as folder:
        for name, page in pages.items():
            (folder / name).write_bytes(page.encode())
