"""A labelled file, taken apart into files of the same format, line by line as they were."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.corpora.files import Lines
from ner_window.corpora.formats import CorpusFormat, format_of
from ner_window.corpora.partition import (
    DROPPED,
    Kind,
    Partition,
    UnitName,
    Units,
    partition,
    unit_name,
)
from ner_window.corpora.raw_lines import RawLines
from ner_window.corpora.text_cut import AT_ENTITIES, TextCut
from ner_window.errors import InputError
from ner_window.files import check_new, new_file

BLOCK = 20  # sentences that stand in for a document where it matters what is beside what


@dataclass(frozen=True)
class FileSplit:
    """A corpus, the part of each of its sentences, and the part of each of its ``lines``."""

    corpus: Corpus
    partition: Partition
    lines: RawLines
    part_of_line: IntArray

    @classmethod
    def of(
        cls,
        path: Path,
        layout: Layout,
        shares: Sequence[float],
        seed: int,
        units: UnitName | None = None,
        kind: Kind = "random",
        text_cut: TextCut = AT_ENTITIES,
    ) -> FileSplit:
        """Read a file and decide what goes where.

        Parameters
        ----------
        path
            The file.
        layout
            How it is read.
        shares
            That of each part; their sum is 1.
        seed
            Decides what is left to chance.
        units
            What is kept whole; None for documents where the file marks enough of them, else
            sentences or, where the parts are to differ, blocks of sentences.
        kind
            How the parts differ.
        text_cut
            What cuts texts that come without tokens; the lines stay what they are.

        Raises
        ------
        InputError
            Where the file cannot be read or taken apart, or a part would be empty or, but at
            random, have no entity.
        """
        if str(path) == "-":
            raise InputError("a pipe can be read once only, and a file that is split is read twice")
        corpus = read_corpus(path, layout, text_cut=text_cut)
        corpus_format = format_of(path)
        asked, units = units, units or unit_name(corpus, shares)
        if units == "documents" and corpus.tokens.documents is None:
            raise InputError(f"{path.absolute()} marks no documents; split it by sentences")
        lines = RawLines.read(path, layout.encoding, corpus.sha256)
        piece_of_line = _pieces(path, corpus_format, layout, units)[: len(lines)]
        first_lines = corpus.lines[corpus.tokens.ends - corpus.tokens.lengths]
        pieces = piece_of_line[first_lines - 1]
        whole = _units(corpus, pieces, units, asked is None and kind != "random", shares)
        parted = _whole_pieces_dropped(partition(corpus, whole, shares, seed, kind), pieces)
        part_of_line = _part_of_line(piece_of_line, pieces, parted)
        if parted.is_dropped.any():
            is_dropped = _dropped_lines(path, layout, corpus, parted)
            part_of_line[is_dropped[: len(lines)]] = DROPPED
        return cls(corpus, parted, lines, part_of_line)

    def corpus_of(self, parts: Collection[int]) -> Corpus:
        """Return the sentences of some parts, in the order of the file."""
        return self.corpus.subset(np.isin(self.partition.of_sentence, list(parts)))

    def write(self, files: Mapping[Path, Collection[int]]) -> None:
        """Write files with the lines of some parts each; all of them appear, or none.

        Their folder is made where there is none. Raises InputError where one of them exists, or
        cannot be written.
        """
        folders = {path.absolute().parent for path in files}
        made = [folder for folder in folders if not folder.exists()]
        try:
            for folder in folders:
                folder.mkdir(parents=True, exist_ok=True)
            for path in files:
                check_new(path)
            with ExitStack() as stack:
                for path, parts in files.items():
                    sink = stack.enter_context(new_file(path))
                    sink.writelines(self.lines.blocks(np.isin(self.part_of_line, list(parts))))
        except OSError as error:
            raise InputError(f"cannot write {error.filename}: {error.strerror}") from None
        finally:
            for folder in made:
                with suppress(OSError):  # it is filled, as it should be
                    folder.rmdir()


def _pieces(path: Path, corpus_format: CorpusFormat, layout: Layout, units: UnitName) -> IntArray:
    """Return the number of the piece of each line, (lines,)."""
    lines = Lines(path, layout.encoding)
    pieces = corpus_format.pieces(lines, layout, whole_documents=units == "documents")
    if pieces is None:
        raise InputError(f"{path.absolute()}: {corpus_format.title} cannot be taken apart")
    return np.fromiter(pieces, np.int64)


def _units(
    corpus: Corpus, pieces: IntArray, name: UnitName, may_be_blocks: bool, shares: Sequence[float]
) -> Units:
    """Return what is put somewhere as a whole; a block is of pieces, so that none is cut."""
    of_unit = corpus.tokens.document_of if name == "documents" else pieces
    _, unit = np.unique(of_unit, return_inverse=True)
    blocks = unit // BLOCK
    if name == "sentences" and may_be_blocks and (int(blocks[-1]) + 1) * min(shares) >= 1:
        return Units("blocks", blocks)
    return Units(name, unit)


def _whole_pieces_dropped(parted: Partition, pieces: IntArray) -> Partition:
    """Drop all sentences of pieces of which one is dropped."""
    is_dropped = np.isin(pieces, pieces[parted.is_dropped])
    return replace(parted, of_sentence=np.where(is_dropped, DROPPED, parted.of_sentence))


def _dropped_lines(path: Path, layout: Layout, corpus: Corpus, parted: Partition) -> BoolArray:
    """Tell which lines are those of sentences that are dropped, (lines,).

    They are the lines of its tokens, comments right before them and the blank line after them:
    what else is around them may tell where documents end.
    """
    lines = list(Lines(path, layout.encoding))
    is_dropped = np.zeros(len(lines), bool)
    is_dropped[corpus.lines[np.repeat(parted.is_dropped, corpus.tokens.lengths)] - 1] = True
    for line in np.flatnonzero(is_dropped).tolist():
        if line + 1 < len(lines) and not lines[line + 1].strip():
            is_dropped[line + 1] = True
        while line > 0 and layout.is_comment(lines[line - 1]):
            line -= 1
            is_dropped[line] = True
    return is_dropped


def _part_of_line(piece_of_line: IntArray, pieces: IntArray, parted: Partition) -> IntArray:
    """Return the part of each line, which is that of its unit, dropped if all of it is.

    A piece without a sentence goes with the one before it.
    """
    part_of_unit = np.full(parted.units.count, DROPPED)
    np.maximum.at(part_of_unit, parted.units.of_sentence, parted.of_sentence)
    held, first = np.unique(pieces, return_index=True)
    owner = np.maximum(np.searchsorted(held, piece_of_line, side="right") - 1, 0)
    part_of_line: IntArray = part_of_unit[parted.units.of_sentence[first[owner]]]
    return part_of_line
