"""Entity precision, recall and F1, exactly as the CoNLL shared task's scorer counts and prints.

A predicted entity is correct if its start, its end and its type are those of a gold entity.
Source: Tjong Kim Sang and De Meulder 2003, section 2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora import conll
from ner_window.corpora.categorical import Strings, StringsBuilder
from ner_window.corpora.files import Lines
from ner_window.corpora.scratch import GrowingArray
from ner_window.corpora.spans import Spans, aligned
from ner_window.corpora.tags import OUTSIDE, is_tag
from ner_window.errors import InputError

SENTENCE_BORDER = "-X-"  # the only token that the shared task's scorer does not count


@dataclass
class Counts:
    """How many entities are in the gold data, were predicted, and are correct."""

    gold: int = 0
    predicted: int = 0
    correct: int = 0

    @property
    def precision(self) -> float:
        """Correct in percent of predicted, 0 where nothing was predicted."""
        return 100 * self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Correct in percent of gold, 0 where there is no gold entity."""
        return 100 * self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """2 P R / (P + R), in percent."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def as_dict(self) -> dict[str, object]:
        """Return counts and figures as plain numbers, for JSON."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**asdict(self), **figures}


@dataclass
class Score:
    """The counts of one corpus, in all and by type, and the tag accuracy."""

    tokens: int = 0
    correct_tags: int = 0
    by_type: dict[str, Counts] = field(default_factory=dict)

    @property
    def accuracy(self) -> float:
        """Tags that are equal in percent of all tokens."""
        return 100 * self.correct_tags / self.tokens if self.tokens else 0.0

    @property
    def total(self) -> Counts:
        """The counts over all types."""
        counts = self.by_type.values()
        return Counts(
            gold=sum(c.gold for c in counts),
            predicted=sum(c.predicted for c in counts),
            correct=sum(c.correct for c in counts),
        )

    @property
    def f1(self) -> float:
        """F1 over all types, in percent."""
        return self.total.f1

    def report(self) -> str:
        """Return the shared task's table, to the byte, with a newline at the end."""
        total = self.total
        lines = [
            f"processed {self.tokens} tokens with {total.gold} phrases; "
            f"found: {total.predicted} phrases; correct: {total.correct}."
        ]
        if self.tokens:
            lines.append(f"accuracy: {self.accuracy:6.2f}%; {_figures(total)}")
        lines += [
            f"{entity_type:>17}: {_figures(counts)}  {counts.predicted}"
            for entity_type, counts in sorted(self.by_type.items())
        ]
        return "\n".join(lines) + "\n"

    def as_dict(self) -> dict[str, object]:
        """Return all figures as plain numbers, for JSON."""
        return {
            "tokens": self.tokens,
            "accuracy": self.accuracy,
            **self.total.as_dict(),
            "types": {name: counts.as_dict() for name, counts in sorted(self.by_type.items())},
        }


def _figures(counts: Counts) -> str:
    return (
        f"precision: {counts.precision:6.2f}%; recall: {counts.recall:6.2f}%; FB1: {counts.f1:6.2f}"
    )


def score(gold: Strings, predicted: Strings, sentence_ends: IntArray) -> Score:
    """Score the predicted against the gold tags of a text.

    ``sentence_ends`` (sentences,) is the position after the last token of each sentence. Raises
    ValueError where the two have not the same number of tokens.
    """
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold and {len(predicted)} predicted tags")
    gold_spans, predicted_spans = (Spans.of(tags, sentence_ends) for tags in (gold, predicted))
    return score_spans(gold_spans, predicted_spans, equal(gold, predicted))


def score_spans(gold: Spans, predicted: Spans, is_equal: BoolArray) -> Score:
    """Score predicted against gold spans; ``is_equal`` (tokens,) tells where the tags agree."""
    gold, predicted = aligned(gold, predicted)
    is_correct = predicted.found_in(gold)
    names = gold.names
    counts = [
        np.bincount(types, minlength=len(names)).tolist()
        for types in (gold.types, predicted.types, predicted.types[is_correct])
    ]
    figures = zip(names, *counts, strict=True)
    by_type = {name: Counts(*numbers) for name, *numbers in figures if any(numbers)}
    return Score(len(is_equal), int(is_equal.sum()), by_type)


def equal(one: Strings, other: Strings) -> BoolArray:
    """Tell of each token whether it has the same value in two columns, (tokens,)."""
    number_of = {value: number for number, value in enumerate(other.categories)}
    same = np.array([number_of.get(value, -1) for value in one.categories], np.int64)
    is_equal: BoolArray = same[one.codes] == other.codes
    return is_equal


@dataclass(frozen=True)
class Scored:
    """The gold and predicted tags of a file; ``sentence_ends`` as in :func:`score`."""

    gold: Strings
    predicted: Strings
    sentence_ends: IntArray

    def score(self) -> Score:
        """Count as the shared task's scorer does."""
        return score(self.gold, self.predicted, self.sentence_ends)


def read_scored(path: Path, delimiter: str | None = None, outside: str = OUTSIDE) -> Scored:
    """Read a file whose last two columns are gold and predicted tag.

    Columns stand between tabs or spaces, or between delimiters; ``outside`` is the tag that stands
    for O in this file. Raises InputError, naming file and line, where a line has fewer than two
    columns or holds something else than tags.
    """
    gold, predicted = StringsBuilder(), StringsBuilder()
    lengths = GrowingArray(np.int64)
    known: set[str] = {outside}
    layout = conll.Layout(border=SENTENCE_BORDER, delimiter=delimiter)
    for rows in conll.sentences(path, Lines(path), layout, {}):
        if len(rows.columns[0]) < 2:
            raise InputError(
                f"{path}:{rows.numbers[0]}: 1 column; the last two are gold and predicted tag"
            )
        for column, builder in ((-2, gold), (-1, predicted)):
            tags = rows.column(column)
            if not known.issuperset(tags):
                _check(path, rows.numbers, tags, outside)
                known.update(tags)
            builder.extend(tags)
        lengths.extend((len(rows.numbers),))
    ends = np.cumsum(lengths.finished())
    return Scored(
        _with_outside(gold.finished(), outside), _with_outside(predicted.finished(), outside), ends
    )


def _check(path: Path, numbers: Sequence[int], tags: Sequence[str], outside: str) -> None:
    """Raise InputError where one of these is neither the outside tag nor PREFIX-TYPE."""
    for number, tag in zip(numbers, tags, strict=True):
        if tag != outside and (tag == OUTSIDE or not is_tag(tag)):
            raise InputError(
                f"{path}:{number}: {tag!r} is no tag; expected {outside} or PREFIX-TYPE"
            )


def _with_outside(tags: Strings, outside: str) -> Strings:
    """Return the tags with O for the outside tag."""
    return Strings([OUTSIDE if tag == outside else tag for tag in tags.categories], tags.codes)


def score_file(path: Path) -> Score:
    """Score a file whose last two columns are gold and predicted tag.

    Raises InputError as :func:`read_scored` does.
    """
    return read_scored(path).score()
