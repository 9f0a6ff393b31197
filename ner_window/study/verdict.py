"""What a study says in a sentence, and how its figures came about."""

from __future__ import annotations

from collections.abc import Sequence

from ner_window.evaluation.intervals import LEVEL, Interval
from ner_window.study.arms import ArmName, labels_of, phrase_of
from ner_window.study.crossing import Crossing
from ner_window.study.differences import Difference
from ner_window.study.rates_in_words import by_rates, on_learning_rates
from ner_window.study.results import StudyResults
from ner_window.study.slices import SliceDifferences
from ner_window.study.statistics import Statistics
from ner_window.study.study_config import Study
from ner_window.wording import counted, interval_text, listed

METRICS = {"f1": "F1", "precision": "precision", "recall": "recall"}
WHOLE = "all"  # the size that is all training data


def verdict(statistics: Statistics) -> str:
    """Return ``sentences_of`` as one text."""
    return " ".join(sentences_of(statistics))


def sentences_of(statistics: Statistics) -> list[str]:
    """Return whether fine-tuned or frozen vectors are better, and how that changes with the size.

    Where an arm is missing it is about the first two arms. Better is what is detected with the
    largest and the smallest size counted; of what is not, the sentence gives the interval, and
    whether it lies within the margin.
    """
    pair = _pair(statistics)
    if not pair:
        return ["There is nothing to compare: no two arms have runs of a common seed."]
    named = pair if len(pair) == 1 else [pair[-1], pair[0]]
    parts = [_said_of(each, statistics, is_first=each is pair[-1]) for each in named]
    parts += _of_the_curves(pair, statistics)
    sentences = ["; ".join(parts) + ".", *_of_one_seed(named)]
    sentences += [said for each in named if (said := by_rates(each))]
    return sentences + _by_slice(pair[-1], statistics)


def _pair(statistics: Statistics) -> list[Difference]:
    """Return the differences that the verdict is about, smallest size first."""
    return statistics.of_pair(*verdict_arms(statistics))


def verdict_arms(statistics: Statistics) -> tuple[ArmName, ArmName]:
    """Return the arms that the verdict is about: frozen and fine-tuned ones, or the first two."""
    pair = "frozen", "finetuned"
    if statistics.of_pair(*pair) or not statistics.differences:
        return pair
    first = statistics.differences[0]
    return first.one, first.other


def _said_of(difference: Difference, statistics: Statistics, is_first: bool) -> str:
    """Return what is said of a size; ``is_first`` is the one that names everything."""
    tokens = f"{'all ' * (difference.size == WHOLE)}{difference.tokens:,.0f}"
    on = f"On {statistics.reported}, with {tokens} training tokens, "
    start = on if is_first else f"with {tokens}, "
    if difference.is_told_apart:
        return start + _better(difference, statistics, is_first)
    return start + _not_told_apart(difference, statistics, is_first)


def _better(difference: Difference, statistics: Statistics, is_first: bool) -> str:
    pair = difference.one, difference.other
    worse, better = pair if difference.value > 0 else pair[::-1]
    verb = "is" if difference.is_of_two_models else "are"
    metric = f" {METRICS[statistics.metric]}" if is_first else ""
    than = f" than {_named(difference, worse)}" if is_first else ""
    amount = f"{abs(difference.value):.2f}{metric} better{than}"
    interval = _better_minus_worse(difference)
    return f"{_named(difference, better)} {verb} {amount} ({_interval(interval)})"


def _better_minus_worse(difference: Difference) -> Interval:
    if difference.interval is None or difference.value > 0:
        return difference.interval
    low, high = difference.interval
    return -high, -low


def _not_told_apart(difference: Difference, statistics: Statistics, is_first: bool) -> str:
    """Give the interval, and what the test of equivalence says."""
    metric = METRICS[statistics.metric]
    pair = difference.one, difference.other
    subject = listed(_named(difference, arm) for arm in pair) if is_first else "they"
    minus = f"{labels_of(difference)}: " if is_first else ""
    amount = f"{minus}{difference.value:+.2f}{f' {metric}' if is_first else ''}"
    if difference.interval is None:
        return f"{subject} are not told apart ({amount}; the reported data is too small to tell)"
    found = f"{subject} are not told apart ({amount}, {_interval(difference.interval)}"
    if difference.is_detected:
        what = "all sizes and sets" if statistics.sets > 1 else "both sizes"
        found += f"; p = {difference.p:.3f}, {difference.pair_p:.3f} with {what} counted"
    if difference.is_equivalent:
        return f"{found}) and lie within {statistics.margin:g} {metric} of each other"
    return f"{found}); a difference of {statistics.margin:g} {metric} is not ruled out"


def _named(difference: Difference, arm: ArmName) -> str:
    """Return the vectors of an arm or, with one seed, the model that has them."""
    return f"{'the model with ' * difference.is_of_two_models}{phrase_of(arm)}"


def _interval(interval: Interval) -> str:
    return f"{LEVEL}% interval {interval_text(interval)}"


def _of_the_curves(pair: Sequence[Difference], statistics: Statistics) -> list[str]:
    """Tell where the curves cross, or at which sizes they are not told apart."""
    crossing = statistics.crossing(pair[0].one, pair[0].other)
    if crossing is None or any(each.is_of_two_models for each in pair):
        return []
    if crossing.between is not None:
        return [crossing_phrase(crossing)]
    if len(pair) == 2 or (pair[0].is_told_apart and pair[-1].is_told_apart):
        return []  # the sizes that are named say it
    return [not_told_apart_phrase(pair)]


def crossing_phrase(crossing: Crossing) -> str:
    """Return where curves cross that do."""
    return (
        f"the curves cross at about {crossing.tokens:,.0f} tokens ({LEVEL}% interval "
        f"{_tokens(crossing.interval)})"
    )


def _tokens(interval: Interval) -> str:
    return "-" if interval is None else f"{interval[0]:,.0f} to {interval[1]:,.0f}"


def not_told_apart_phrase(pair: Sequence[Difference]) -> str:
    """Return at which sizes two curves of which no crossing is shown are not told apart."""
    detected = [each.is_told_apart for each in pair]
    if not any(detected):
        return "the curves are not told apart at any size"
    first = detected.index(True)
    last = len(detected) - 1 - detected[::-1].index(True)
    if first > 0 and last < len(pair) - 1:
        sizes = [f"{each.tokens:,.0f}" for each in pair if each.is_told_apart]
        return f"the curves are told apart only with {listed(sizes)} tokens"
    if first > 0:
        return f"the curves are not told apart below {pair[first].tokens:,.0f} tokens"
    if last < len(pair) - 1:
        return f"the curves are not told apart above {pair[last].tokens:,.0f} tokens"
    return "no crossing of the curves is shown"


def _of_one_seed(named: Sequence[Difference]) -> list[str]:
    """Warn that with one seed nothing is known of the arms."""
    single = [each for each in named if each.is_of_two_models]
    if not single:
        return []
    arms = listed(phrase_of(arm) for arm in (named[0].one, named[0].other))
    where = "" if len(single) == len(named) else f" with {single[0].tokens:,.0f} tokens"
    return [f"One seed{where}: this is about these models only, not about {arms}."]


def _by_slice(largest: Difference, statistics: Statistics) -> list[str]:
    """Tell whether arms differ by more on unseen mentions than on seen ones, where that is so."""
    slices = [
        each
        for each in statistics.slices_of_pair(largest.one, largest.other)
        if each.size == largest.size
    ]
    return [_contrast(each) for each in slices if each.contrast and each.contrast.is_detected]


def _contrast(slices: SliceDifferences) -> str:
    assert slices.seen and slices.unseen and slices.contrast
    seen, unseen, contrast = (
        f"{each.value:+.2f} ({interval_text(each.interval)})"
        for each in (slices.seen, slices.unseen, slices.contrast)
    )
    return (
        f"The difference is not the same on all mentions ({labels_of(slices)}): "
        f"{seen} on those that training showed, {unseen} on others, which is {contrast} apart."
    )


def notes(study: Study, results: StudyResults, statistics: Statistics) -> list[str]:
    """Return how the figures came about; what a verdict depends on is in ``conditions``."""
    seeds = study.seeds
    lines = [
        f"intervals: {statistics.resamples:,} resamples of seeds ({seeds}) and, independently, of "
        "the reported data; arms are compared on the same draws",
        f"units of the reported data: {results.units.description}",
        *(_on_training_data(results) if seeds > 1 else ()),
        *_on_p(statistics),
    ]
    if study.tuning is not None:
        lines += on_learning_rates(study.tuning, results, statistics)
    return lines


def _on_training_data(results: StudyResults) -> list[str]:
    """Tell of which training data the figures are."""
    lines = []
    if any(size != WHOLE for size in results.sizes):
        lines.append(
            "at the smaller sizes each seed draws its own training documents: deviations and "
            "intervals hold that draw, as far as the parts do not overlap"
        )
    if WHOLE in results.sizes:
        lines.append(
            "with all training data every seed has the same: deviations and intervals do not hold "
            "what other training data would give"
        )
    return lines


def _on_p(statistics: Statistics) -> list[str]:
    """Tell what each p is corrected for."""
    if not statistics.differences:
        return []
    return [
        "p: of one comparison, looked at alone",
        "p of the sizes: Holm's for what is said of two arms, by which the verdict goes; the "
        "largest and the smallest size count for each other, a size between them counts all"
        + "; at the largest size held-out sets are counted, too"
        * (statistics.sets > 1),
        f"p of all: Holm's for {counted(len(statistics.differences), 'difference')}, all that "
        "there are; that other arms were compared, the verdict does not count",
        f"equivalence (+-{statistics.margin:g}): p of two one-sided tests of whether a difference "
        "lies within so many points (margin), for one comparison; the verdict counts both sizes "
        "that it names",
        "a crossing is named where a difference is detected with one sign at a smaller size and "
        "with the other at a larger",
        "seen mentions: the training data of a run showed them with their type; new: all others. "
        "Each p is that of one comparison; what the verdict says of them is the one test of the "
        "difference of differences at the largest size",
    ]
