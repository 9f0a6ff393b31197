"""``selection.tsv``: which sentences of the training file a run learns from, and which not.

It is written when a run that holds out training documents starts, which goes on with what it says.
A row is a stretch of sentences that follow each other: what they are for, the first and the last,
from 1, and the lines of the file that they are in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ner_window.arrays import IntArray
from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.files import replacement
from ner_window.training.selection import SelectionParts, parts_of_train
from ner_window.wording import counted

SELECTION = "selection.tsv"
COLUMNS = ("part", "first_sentence", "last_sentence", "first_line", "last_line")
PARTS = ("learned-from", "held-out", "dropped", "not-in-subset")


def parts_of_run(config: Config, folder: Path, train: Corpus) -> SelectionParts | None:
    """Return which training documents a run holds out, those of its start if it was started.

    None where the config has none held out. Raises InputError where that cannot be done.
    """
    if config.data.selection is None:
        return None
    return recorded_selection(folder, train) or parts_of_train(config, train)


def save_selection(folder: Path, train: Corpus, parts: SelectionParts | None) -> None:
    """Write down what each sentence of the training file is for, where some are held out.

    Raises InputError where the folder cannot be written.
    """
    if parts is None:
        return
    rows = ["\t".join(COLUMNS), *("\t".join(map(str, row)) for row in _rows(train, parts))]
    try:
        with replacement(folder / SELECTION) as temporary:
            temporary.write_text("\n".join([*rows, ""]), "utf-8")
    except OSError as error:
        raise InputError(f"cannot write {folder.absolute()}: {error.strerror}") from None


def recorded_selection(folder: Path, train: Corpus) -> SelectionParts | None:
    """Return what the run in a folder holds out of the file that it learns from.

    None where that is not written down. Raises InputError where the record is damaged, or is that
    of another file.
    """
    path = folder / SELECTION
    if not path.exists():
        return None
    try:
        part_of = _read(path.read_text("utf-8").splitlines())
    except (OSError, ValueError) as error:
        raise InputError(f"{path.absolute()} is damaged: {error}; start a new run") from None
    if len(part_of) != len(train):
        raise InputError(
            f"{path.absolute()} is about {counted(len(part_of), 'sentence')}, and "
            f"{train.path.absolute()} has {len(train):,}; start a new run"
        )
    return SelectionParts(*(part_of == number for number in range(3)))


def _rows(train: Corpus, parts: SelectionParts) -> Iterator[tuple[str, int, int, int, int]]:
    part_of = np.full(len(train), len(PARTS) - 1)
    for number, is_so in enumerate((parts.learned_from, parts.held_out, parts.dropped)):
        part_of[is_so] = number
    lasts = np.flatnonzero(np.append(part_of[1:] != part_of[:-1], True)).tolist()
    first = 0
    for last in lasts:
        start, end = train.tokens.bounds(first).start, train.tokens.bounds(last).stop
        lines = int(train.lines[start]), int(train.lines[end - 1])
        yield PARTS[part_of[first]], first + 1, last + 1, *lines
        first = last + 1


def _read(lines: list[str]) -> IntArray:
    """Return the number of the part of each sentence, (sentences,).

    Raises ValueError where the rows are no stretches that follow each other.
    """
    part_of: list[int] = []
    for line in lines[1:]:
        name, first, last, *_ = line.split("\t")
        if int(first) != len(part_of) + 1 or int(last) < int(first):
            raise ValueError(f"{line!r} does not follow the row before it")
        part_of += [PARTS.index(name)] * (int(last) - int(first) + 1)
    return np.array(part_of, np.int64)
