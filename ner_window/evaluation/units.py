"""What intervals and tests take for independent: documents, or blocks of neighboring sentences.

Sentences of a document are alike, so that documents are the units from five on. Fewer do not tell
how much documents differ: then neighbors, which are most alike, stand together in a block, and
what is left out is said. Source of blocks: Carlstein 1986; that they should grow with the cube root
of the length, Künsch 1989 and Lahiri 2003, chapter 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.partition import UnitName
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.wording import counted

LEAST_UNITS = 5
LEAST_BLOCKS = 10  # that a text is cut into, if it has as many sentences
BLOCK_LENGTH = 2  # cube roots of the number of sentences: docs/statistics.md shows how that does

Kind = Literal["documents", "blocks", "sentences"]


@dataclass(frozen=True)
class Units:
    """What is independent: ``of_sentence`` (sentences,) is the number of each sentence's unit.

    ``documents`` is how many the text marks, None where it marks none.
    """

    name: Kind
    of_sentence: IntArray
    count: int
    documents: int | None = None

    @classmethod
    def of(cls, text: Tokens, name: UnitName | None = None) -> Units:
        """Return the units of a text, by default documents, of fewer than five of them blocks.

        Raises InputError where documents are asked for and there are too few.
        """
        distinct, numbers = np.unique(text.document_of, return_inverse=True)
        documents = None if text.documents is None else len(distinct)
        if name == "sentences":
            return cls("sentences", np.arange(len(text)), len(text), documents)
        if documents is not None and documents >= LEAST_UNITS:
            return cls("documents", numbers, documents, documents)
        if name == "documents":
            raise InputError(_too_few(documents))
        blocks = _blocks(numbers)
        return cls("blocks", blocks, int(blocks[-1]) + 1 if len(blocks) else 0, documents)

    @property
    def are_enough(self) -> bool:
        """Whether they are so many that a figure can have an interval."""
        return self.count >= LEAST_UNITS

    @property
    def description(self) -> str:
        """What they are, how many, and what they leave out: ``17 documents``."""
        if not self.are_enough:
            return f"{counted(len(self.of_sentence), 'sentence')}, too few to tell an interval"
        if self.name != "blocks":
            return f"{self.count:,} {self.name}"
        left_out = "no documents are marked: how they differ is left out"
        if self.documents is not None:
            there = counted(self.documents, "document")
            left_out = f"of {there}, too few to tell how documents differ: that is left out"
        size = round(len(self.of_sentence) / self.count)
        blocks = f"blocks of {size} neighboring sentences" if size > 1 else "sentences"
        return f"{self.count:,} {blocks}; {left_out}"

    def as_dict(self) -> dict[str, object]:
        """Return them as plain values, for JSON."""
        return {"units": self.name, "unit_count": self.count, "description": self.description}

    def counts(self, sentences: IntArray, columns: IntArray, width: int) -> IntArray:
        """Count by unit and column, (units, width), things that have a sentence and a column."""
        cells = self.of_sentence[sentences] * width + columns
        counted: IntArray = np.bincount(cells, minlength=self.count * width)
        return counted.reshape(self.count, width)

    def summed(self, by_sentence: IntArray) -> IntArray:
        """Return the sums (units, ...) of counts of sentences (sentences, ...)."""
        sums = np.zeros((self.count, *by_sentence.shape[1:]), np.int64)
        np.add.at(sums, self.of_sentence, by_sentence)
        return sums


def _too_few(documents: int | None) -> str:
    if documents is None:
        there = "the file marks none by -DOCSTART- lines or two blank lines"
    else:
        there = (
            f"the file marks {documents}, and fewer than {LEAST_UNITS} do not tell how they vary"
        )
    return (
        f"there are no documents to resample: {there}; leave --resample out, and blocks of "
        "neighboring sentences stand in for them, or resample sentences"
    )


def _blocks(document: IntArray) -> IntArray:
    """Return the block of each sentence, given the document of each, from 0 on, (sentences,).

    Blocks are as long as two cube roots of the number of sentences, and are of one document.
    """
    sentences = len(document)
    length = max(1, min(round(BLOCK_LENGTH * np.cbrt(sentences)), sentences // LEAST_BLOCKS))
    lengths = np.bincount(document) if sentences else np.zeros(0, np.int64)
    blocks_of = np.maximum(lengths // length, 1)
    first = np.cumsum(blocks_of) - blocks_of
    place = np.arange(sentences) - (np.cumsum(lengths) - lengths)[document]
    blocks: IntArray = first[document] + place * blocks_of[document] // lengths[document]
    return blocks
