"""What a study says in a sentence, and what has to be known beside it."""

from __future__ import annotations

from ner_window.evaluation.bootstrap import LEVEL
from ner_window.study.arms import ArmName, phrase_of
from ner_window.study.crossing import Crossing
from ner_window.study.results import StudyResults
from ner_window.study.statistics import Difference, Statistics
from ner_window.study.study_config import Study
from ner_window.wording import counted

METRICS = {"f1": "F1", "precision": "precision", "recall": "recall"}
FEW_SEEDS = 5


def verdict(statistics: Statistics) -> str:
    """Return whether fine-tuned or frozen vectors are better, and how that changes with the size.

    Where an arm is missing it is about the first two arms. The answer may be that the difference
    is smaller than the study can see: than what would be detected with 80% power.
    """
    pair = _pair(statistics)
    if not pair:
        return "There is nothing to compare: no two arms have runs of a common seed."
    largest = pair[-1]
    parts = [_at_largest(largest, statistics), *_elsewhere(pair, statistics)]
    return "; ".join(parts) + "."


def _pair(statistics: Statistics) -> list[Difference]:
    """Return the differences that the verdict is about, smallest size first."""
    return statistics.of_pair("frozen", "finetuned") or [
        difference
        for difference in statistics.differences
        if (difference.one, difference.other)
        == (statistics.differences[0].one, statistics.differences[0].other)
    ]


def _at_largest(difference: Difference, statistics: Statistics) -> str:
    metric, tokens = METRICS[statistics.metric], f"{difference.tokens:,.0f} training tokens"
    if difference.is_detected:
        worse, better = _ordered(difference)
        return (
            f"With {tokens}, {phrase_of(better)} are {abs(difference.value):.2f} {metric} better "
            f"than {phrase_of(worse)}{_interval(difference)}"
        )
    return (
        f"Undecided: with {tokens}, the difference between {phrase_of(difference.one)} and "
        f"{phrase_of(difference.other)} is under {difference.detectable:.2f} {metric}, smaller "
        f"than this study can see ({difference.value:+.2f}{_interval(difference, ', ', '')})"
    )


def _ordered(difference: Difference) -> tuple[ArmName, ArmName]:
    """Return the worse and the better arm."""
    pair = difference.one, difference.other
    return pair if difference.value > 0 else pair[::-1]


def _interval(difference: Difference, start: str = " (", end: str = ")") -> str:
    """Return the interval of the difference, better minus worse where it is detected."""
    if difference.interval is None:
        return ""
    low, high = difference.interval
    if difference.is_detected and difference.value < 0:
        low, high = -high, -low
    return f"{start}{LEVEL}% interval {low:.2f} to {high:.2f}{end}"


def _elsewhere(pair: list[Difference], statistics: Statistics) -> list[str]:
    """Tell of the smallest size, and of the crossing of the curves if there is one."""
    if len(pair) == 1:
        return []
    smallest, metric = pair[0], METRICS[statistics.metric]
    tokens = f"with {smallest.tokens:,.0f}"
    if smallest.is_detected:
        better = phrase_of(_ordered(smallest)[1])
        parts = [f"{tokens}, {better} are {abs(smallest.value):.2f} better"]
    else:
        parts = [f"{tokens}, the difference of {smallest.value:+.2f} {metric} is not detected"]
    return [*parts, *_crossing(statistics.crossing(smallest.one, smallest.other))]


def _crossing(crossing: Crossing | None) -> list[str]:
    """Tell where the curves cross, or how unsure it is that they do."""
    if crossing is None or crossing.tokens is None or crossing.interval is None:
        return []
    share = f"{100 * crossing.share:.0f}% of resamples"
    if 100 * crossing.share < LEVEL:
        return [f"whether the curves cross is not sure (they do in {share})"]
    low, high = crossing.interval
    return [
        f"the curves cross at about {crossing.tokens:,.0f} tokens ({LEVEL}% interval {low:,.0f} to "
        f"{high:,.0f}; they cross in {share})"
    ]


def notes(study: Study, results: StudyResults, statistics: Statistics) -> list[str]:
    """Return what a reader of the figures has to know."""
    seeds = study.seeds
    drawn = f"{statistics.units} ({statistics.unit_count:,})"
    lines = [
        f"intervals: {statistics.resamples:,} resamples of seeds ({seeds}) and, independently, of "
        f"the {drawn} of the reported data; arms are compared on the same draws",
        f"p is that of one comparison; with Holm's correction for all {len(statistics.differences)}"
        " it is given beside",
        "the verdict is about one comparison, chosen before the data was seen: it is not corrected",
    ]
    if seeds == 1:
        lines.append("with a single seed, the intervals say nothing of what another would give")
    elif seeds < FEW_SEEDS:
        lines.append(f"{counted(seeds, 'seed')} are few, so that intervals are wide; take ten")
    if study.tuning is not None:
        lines += _at_the_edge(study.tuning.learning_rates, results)
    if results.failures:
        lines.append(
            f"{counted(len(results.failures), 'training')} failed and left no result; the same "
            "command does what has failed again"
        )
    return lines


def _at_the_edge(rates: list[float], results: StudyResults) -> list[str]:
    """Tell where the best learning rate is the smallest or the largest of the grid."""
    edges = {min(rates), max(rates)}
    cells = [f"{arm} {size}" for (arm, size), rate in results.rates.items() if rate in edges]
    if len(edges) == 1 or not cells:
        return []
    return [
        "the best learning rate is at the edge of the grid (tuning.learning_rates), a better one "
        f"may lie beyond: {', '.join(cells)}"
    ]
