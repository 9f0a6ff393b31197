"""The errors that one learns most from: those that the model is most sure of, each form once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ner_window.evaluation.mentions import Grouping
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.model import Model
from ner_window.report.error_parts import MISSED, Part, PartNames, counted_parts
from ner_window.report.marked_sentence import Layer, Segment, marked_segments
from ner_window.report.wrong_mentions import WrongMention, WrongMentions

MOST, FIRST_OF_KIND = 50, 10
Form = tuple[object, ...]


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
    chosen = _chosen(alike, first)
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
            wrong.mention_counts(),
        ),
        names=wrong.parts,
    )


def _first_of_kinds(errors: Sequence[WrongMention]) -> set[Form]:
    """Return the forms of the first errors of each kind."""
    kinds: dict[str, list[Form]] = {}
    for error in errors:
        kinds.setdefault(error.kind, []).append(error.form)
    return {form for forms in kinds.values() for form in forms[:FIRST_OF_KIND]}


def _chosen(errors: Sequence[WrongMention], first: set[Form]) -> set[Form]:
    """Return the forms of the errors to show: ``first``, one of each part, and then the surest.

    So no figure leads to a part without any error, though there may be some more than ``MOST``.
    """
    chosen = set(first)
    covered = {part for error in errors if error.form in first for part in error.parts}
    for error in errors:
        if not covered.issuperset(error.parts):
            chosen.add(error.form)
            covered.update(error.parts)
    others = [error.form for error in errors if error.form not in chosen]
    return chosen | set(others[: max(MOST - len(chosen), 0)])


def error_rows(errors: Sequence[WrongMention]) -> Iterator[dict[str, object]]:
    """Yield errors as rows of a file, by column; gold entities of one error are set apart by ;."""
    for error in errors:
        is_missed, sure = error.kind == MISSED, _decimals(error.confidence)
        yield {
            "kind": error.kind,
            "gold_type": "; ".join(gold.type for gold in error.gold),
            "gold": "; ".join(gold.text for gold in error.gold),
            "p_gold": "; ".join(_decimals(gold.confidence) for gold in error.gold),
            "predicted_type": "" if is_missed else error.type,
            "predicted": "" if is_missed else " ".join(error.tokens),
            "p_predicted": "" if is_missed else sure,
            "p_none": sure if is_missed else "",
            **{name: group for name, group in error.groups.items() if name != "type"},
            "document": error.document or "",
            "line": error.line,
            "sentence": " ".join(error.sentence),
        }


def _decimals(probability: float | None) -> str:
    return "" if probability is None else f"{probability:.4f}"
