"""The errors that one learns most from: those that the model is most sure of, each form once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ner_window.evaluation.mentions import Grouping
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.model import Model
from ner_window.report.error_parts import Part, PartNames, counted_parts
from ner_window.report.marked_sentence import Layer, Segment, marked_segments
from ner_window.report.wrong_mentions import WrongMention, WrongMentions

MOST, FIRST_OF_KIND = 60, 10
ROW_HEADING = ("kind", "type", "entity", "gold", "confidence", "document", "line", "sentence")


@dataclass(frozen=True)
class InstructiveError:
    """An error in its sentence.

    ``times`` says how many errors are the same, this one among them; ``is_first`` that few of its
    kind are surer.
    """

    wrong: WrongMention
    times: int
    is_first: bool
    segments: list[Segment]


@dataclass(frozen=True)
class ErrorList:
    """The errors that a page shows, the parts of all errors, and all of them, the surest first."""

    shown: list[InstructiveError]
    every: list[WrongMention]
    parts: dict[str, Part]
    names: PartNames


def instructive_errors(
    model: Model, predictions: PredictedCorpus, groupings: Mapping[str, Grouping]
) -> ErrorList:
    """Return the errors that the model is most sure of, no two of one form.

    Without confidences they are in the order of the file. ``groupings`` are those that the page
    breaks its figures into.
    """
    wrong = WrongMentions(model, predictions, groupings)
    errors = sorted(wrong, key=lambda error: error.rank)
    times = Counter(error.form for error in errors)
    alike = list({error.form: error for error in reversed(errors)}.values())
    alike.sort(key=lambda error: error.rank)
    first = _first_of_kinds(alike)
    others = [error.form for error in alike if error.form not in first]
    chosen = first | set(others[: max(MOST - len(first), 0)])
    layers = [
        Layer(predictions.mentions.gold, wrong.in_gold),
        Layer(predictions.mentions.predicted, predictions.confidences),
    ]

    words = predictions.gold.tokens.words
    return ErrorList(
        shown=[
            InstructiveError(
                wrong=error,
                times=times[error.form],
                is_first=error.form in first,
                segments=list(
                    marked_segments(words, error.bounds, layers, (error.start, error.end))
                ),
            )
            for error in alike
            if error.form in chosen
        ],
        every=errors,
        parts=counted_parts(
            wrong.parts.words(),
            [error.parts for error in errors],
            [error.parts for error in errors if error.form in chosen],
        ),
        names=wrong.parts,
    )


def _first_of_kinds(errors: Sequence[WrongMention]) -> set[tuple[object, ...]]:
    """Return the forms of the first errors of each kind."""
    kinds: dict[str, list[tuple[object, ...]]] = {}
    for error in errors:
        kinds.setdefault(error.kind, []).append(error.form)
    return {form for forms in kinds.values() for form in forms[:FIRST_OF_KIND]}


def error_rows(errors: Sequence[WrongMention]) -> Iterator[list[object]]:
    """Yield errors as rows of a file, under ``ROW_HEADING``."""
    for error in errors:
        sure = "" if error.confidence is None else f"{error.confidence:.4f}"
        what = [error.kind, error.type, " ".join(error.tokens), "; ".join(error.gold), sure]
        yield [*what, error.document or "", error.line, " ".join(error.sentence)]
