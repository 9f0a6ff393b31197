"""Entity precision, recall and F1, exactly as the CoNLL shared task's scorer counts and prints.

A predicted entity is correct if its start, its end and its type are those of a gold entity.
Source: Tjong Kim Sang and De Meulder 2003, section 2.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ner_window import conll
from ner_window.errors import InputError
from ner_window.files import Lines
from ner_window.tags import is_tag, spans_of

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
            **_numbers(self.total),
            "types": {name: _numbers(counts) for name, counts in sorted(self.by_type.items())},
        }


def _figures(counts: Counts) -> str:
    return (
        f"precision: {counts.precision:6.2f}%; recall: {counts.recall:6.2f}%; FB1: {counts.f1:6.2f}"
    )


def _numbers(counts: Counts) -> dict[str, object]:
    return {
        "gold": counts.gold,
        "predicted": counts.predicted,
        "correct": counts.correct,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
    }


def score(gold: Iterable[Sequence[str]], predicted: Iterable[Sequence[str]]) -> Score:
    """Score predicted against gold tags, sentence by sentence.

    Raises ValueError where the two have not the same sentences and lengths.
    """
    result = Score()
    golds: Counter[str] = Counter()
    founds: Counter[str] = Counter()
    corrects: Counter[str] = Counter()
    for gold_tags, predicted_tags in zip(gold, predicted, strict=True):
        result.tokens += len(gold_tags)
        result.correct_tags += sum(g == p for g, p in zip(gold_tags, predicted_tags, strict=True))
        gold_spans = set(spans_of(gold_tags))
        found_spans = set(spans_of(predicted_tags))
        golds.update(span.type for span in gold_spans)
        founds.update(span.type for span in found_spans)
        corrects.update(span.type for span in gold_spans & found_spans)
    result.by_type = {
        name: Counts(golds[name], founds[name], corrects[name]) for name in golds | founds
    }
    return result


def score_file(path: Path) -> Score:
    """Score a file whose last two columns are gold and predicted tag.

    Raises InputError, naming file and line, where a line has fewer than two columns or holds
    something else than tags.
    """
    gold: list[list[str]] = []
    predicted: list[list[str]] = []
    layout = conll.Layout(border=SENTENCE_BORDER)
    for rows in conll.sentences(path, Lines(path), layout, {}):
        pairs = [
            _tag_pair(path, number, columns)
            for number, columns in zip(rows.numbers, rows.columns, strict=True)
        ]
        gold.append([pair[0] for pair in pairs])
        predicted.append([pair[1] for pair in pairs])
    return score(gold, predicted)


def _tag_pair(path: Path, number: int, columns: list[str]) -> tuple[str, str]:
    if len(columns) < 2:
        raise InputError(f"{path}:{number}: 1 column; the last two are gold and predicted tag")
    gold, predicted = columns[-2:]
    for tag in (gold, predicted):
        if not is_tag(tag):
            raise InputError(f"{path}:{number}: {tag!r} is no tag; expected O or PREFIX-TYPE")
    return gold, predicted
