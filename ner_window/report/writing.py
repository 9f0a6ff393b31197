"""The files of a report: a page about one run, or a folder of pages about several."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.files import check_new, new_file, new_folder
from ner_window.report.comparison_page import comparison_page, entries_of
from ner_window.report.instructive_errors import error_rows, instructive_errors
from ner_window.report.paired_runs import differing_rows, paired_with_first
from ner_window.report.reported_run import ReportedRun, read_run
from ner_window.report.run_page import run_page
from ner_window.training.run_folder import CONFIG
from ner_window.training.single import Tell

PAGE_ENDINGS = (".html", ".htm")
SENTENCES = "sentences.csv"


def write_report(folder: Path, out: Path, split: str | None, may_replace: bool, tell: Tell) -> None:
    """Write a page about the run in a folder, and a file of its errors beside it.

    Parameters
    ----------
    folder
        That of the run.
    out
        The page.
    split
        What the run is judged on: by default test, where there is one.
    may_replace
        Whether ``out`` may exist.
    tell
        Hears of what the page lacks.

    Raises
    ------
    InputError
        As :func:`read_run` does, and where ``out`` exists or cannot be written.
    """
    places = {name: out.with_name(name) for name in (out.name, errors_name(out.stem))}
    if not may_replace:
        for path in places.values():
            check_new(path)
    for name, content in _files_of(_read(folder, split, tell), out.name).items():
        with new_file(places[name], may_replace) as file:
            file.write(content)


def errors_name(stem: str) -> str:
    """Return the name of the file of errors beside a page of this name, without its ending."""
    return f"{stem}-errors.csv"


def _files_of(run: ReportedRun, name: str, comparison: str | None = None) -> dict[str, bytes]:
    """Return the page about a run, of this name, and the file of its errors, by their names.

    ``comparison`` is where the page of several runs lies that it is one of.
    """
    errors = instructive_errors(run.model, run.predictions, run.evaluation.groupings)
    table = _table(error_rows(errors.every))
    beside = errors_name(Path(name).stem)
    page = run_page(run, errors, beside, comparison)
    return {beside: table, name: page.encode()}


def _table(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return rows of the same columns as CSV; nothing at all where there are none."""
    text = io.StringIO()
    for number, row in enumerate(rows):
        writer = csv.DictWriter(text, list(row), lineterminator="\n")
        if number == 0:
            writer.writeheader()
        writer.writerow(row)
    return text.getvalue().encode()


def write_comparison(
    folders: Sequence[Path], out: Path, split: str | None, names: Sequence[str], tell: Tell
) -> Path:
    """Write a page that compares runs, and a page about each of them; return the first.

    Where runs differ in any sentence, there is a file of all of these sentences beside their pages.

    Parameters
    ----------
    folders
        Those of the runs.
    out
        A folder to make, with ``index.html`` and all others in it, or, where its name is that of a
        page, the page itself; the others are then in a folder of its name, without its ending.
    split
        What the runs are judged on.
    names
        What the first runs are called.
    tell
        Hears of what a page lacks.

    Raises
    ------
    InputError
        As ``write_report`` does, and where there are more names than runs.
    """
    if len(names) > len(folders):
        raise InputError(f"--name is given {len(names)} times, but there are {len(folders)} runs")
    is_page = out.suffix.lower() in PAGE_ENDINGS
    pages_folder = out.with_suffix("") if is_page else out
    check_new(out)
    check_new(pages_folder)
    runs = [_read(folder, split or _common_split(folders), tell) for folder in folders]
    place = f"{pages_folder.name}/" if is_page else ""
    entries = entries_of(runs, place, names)
    labels = [entry.label for entry in entries]
    paired = paired_with_first(runs, labels)
    index_name = f"../{out.name}" if is_page else "index.html"
    files = [_files_of(entry.run, Path(entry.file).name, index_name) for entry in entries]
    index = comparison_page(entries, paired, f"{place}{SENTENCES}").encode()
    if sentences := _table(differing_rows(runs, labels, paired)):
        files.append({SENTENCES: sentences})
    with new_folder(pages_folder) as folder:
        for name, content in chain.from_iterable(each.items() for each in files):
            (folder / name).write_bytes(content)
        if is_page:
            with new_file(out) as file:
                file.write(index)
        else:
            (folder / "index.html").write_bytes(index)
    return out if is_page else out / "index.html"


def _read(folder: Path, split: str | None, tell: Tell) -> ReportedRun:
    run = read_run(folder, split)
    for warning in run.warnings:
        tell(f"warning: {warning}")
    return run


def _common_split(folders: Sequence[Path]) -> str | None:
    """Return test where all runs have it, else dev where all have it; None where neither is."""
    data = [load_config(folder / CONFIG).data for folder in folders if (folder / CONFIG).exists()]
    splits = ("test", "dev")
    return next((split for split in splits if all(getattr(each, split) for each in data)), None)
