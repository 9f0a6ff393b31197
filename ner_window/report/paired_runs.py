"""Runs compared with the first one, on the text that both are held to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ner_window.errors import InputError
from ner_window.evaluation.comparison import Comparison, compare
from ner_window.evaluation.multiplicity import holm
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.pages.figures import interval_figure, signed_figure
from ner_window.report.differing_sentences import (
    DifferingSentences,
    OneSided,
    differing_sentences,
    sentence_rows,
)
from ner_window.report.reported_run import ReportedRun


@dataclass(frozen=True)
class Paired:
    """A run compared with the first; ``reason`` says why it could not be, where it could not.

    ``adjusted_p`` is Holm's, for all runs that are tested against the first together.
    """

    label: str
    comparison: Comparison | None = None
    sentences: DifferingSentences | None = None
    reason: str = ""
    adjusted_p: float | None = None

    @property
    def is_detected(self) -> bool:
        """Whether the difference is detected at the 5% level with the others taken into account."""
        return self.adjusted_p is not None and self.adjusted_p < SIGNIFICANT

    @property
    def p(self) -> float | None:
        """That of the test looked at alone."""
        return self.comparison.tests.p if self.comparison else None

    def differing(self, first: str) -> list[tuple[str, str, str, OneSided]]:
        """Return by side whose run is right, whose is not, and the sentences, if any."""
        if self.sentences is None:
            return []
        sides = [
            ("first", first, self.label, self.sentences.only_first),
            ("other", self.label, first, self.sentences.only_other),
        ]
        return [side for side in sides if len(side[-1])]

    def phrase(self, first: str) -> str:
        """Return in words what is found of this run, against the first one of this label."""
        if self.comparison is None:
            return f"{self.label} is {self.reason}"
        tests = self.comparison.tests
        if tests.interval is None:
            return f"{self.label} is not tested: there is too little text"
        difference = signed_figure(tests.difference, tests.interval)
        figures = f"(difference {difference}, {interval_figure(tests.interval)})"
        if not self.is_detected:
            return f"{self.label} is not told apart from {first} {figures}"
        way = "better" if tests.difference > 0 else "worse"
        return f"{self.label} is {way} than {first} {figures}"


def paired_with_first(runs: Sequence[ReportedRun], labels: Sequence[str]) -> list[Paired]:
    """Return each run but the first, compared with it; tests are corrected for their number."""
    first, *others = runs
    pairs = [_paired(first, other, label) for other, label in zip(others, labels[1:], strict=True)]
    adjusted = iter(holm([pair.p for pair in pairs if pair.p is not None]))
    return [replace(pair, adjusted_p=None if pair.p is None else next(adjusted)) for pair in pairs]


def _paired(one: ReportedRun, two: ReportedRun, label: str) -> Paired:
    if one.corpora[one.split].sha256 != two.corpora[two.split].sha256:
        return Paired(label, reason="not compared: it is held to another file")
    try:
        comparison = compare(one.predictions, two.predictions)
    except InputError as error:
        return Paired(label, reason=f"not compared: {error}")
    if comparison.is_of_texts:  # which sentences differ, no two tokenizers agree on
        return Paired(label, comparison)
    return Paired(label, comparison, differing_sentences(one.predictions, two.predictions))


def differing_rows(
    runs: Sequence[ReportedRun], labels: Sequence[str], pairs: Sequence[Paired]
) -> Iterator[dict[str, object]]:
    """Yield all sentences on which a run differs from the first, as rows of a file.

    What each run predicts is told of those that are held to the text of the first.

    Parameters
    ----------
    runs, labels
        All runs, and what they are called.
    pairs
        What ``paired_with_first`` found of them.
    """
    compared = {labels[0], *(pair.label for pair in pairs if pair.sentences)}
    alike = {
        label: run.predictions for run, label in zip(runs, labels, strict=True) if label in compared
    }
    for _, right, wrong, found in (side for pair in pairs for side in pair.differing(labels[0])):
        for row in sentence_rows(alike, found.sentences):
            yield {"right": right, "wrong": wrong, **row}


def correction(pairs: Sequence[Paired]) -> str:
    """Say whether the tests are corrected for their number."""
    tests = sum(pair.p is not None for pair in pairs)
    if tests < 2:
        return "There is one test, which needs no correction." if tests else "There is no test."
    return (
        f"There are {tests} tests against the first run: what is detected is so with Holm's "
        "correction for their number, while p and interval are those of each test alone, so that "
        "an interval may leave out 0 where nothing is detected."
    )
