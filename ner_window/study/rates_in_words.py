"""What is said of learning rates that tuning does not tell apart."""

from __future__ import annotations

from ner_window.study.arms import label_of, labels_of, phrase_of
from ner_window.study.at_rates import DifferenceAtRates
from ner_window.study.differences import Difference
from ner_window.study.results import StudyResults
from ner_window.study.statistics import Statistics
from ner_window.study.study_config import TuningSettings
from ner_window.wording import interval_text, listed

MOST_NAMED = 3


def by_rates(difference: Difference) -> str | None:
    """Return what is found with the rates, None where the same is detected with all.

    Of many, only the lowest and the highest difference are named.
    """
    if not difference.depends_on_rates:
        return None
    pairs = sorted(difference.at_rates, key=lambda each: each.value)
    if len(pairs) > MOST_NAMED:
        ends = " to ".join(_found(each, difference) for each in (pairs[0], pairs[-1]))
        found = f"from {ends}, of {len(pairs)} pairs of rates, which the table has"
    else:
        found = "; ".join(_found(each, difference) for each in pairs)
    return (
        f"With {difference.tokens:,.0f} tokens this depends on the learning rate, which tuning "
        f"does not tell: {labels_of(difference)} is {found}."
    )


def _found(each: DifferenceAtRates, difference: Difference) -> str:
    """Return the difference with a pair of rates, naming those of which there are several."""
    pairs = difference.at_rates
    named = []
    if len({pair.one_rate for pair in pairs}) > 1:
        named.append(f"{each.one_rate:g} for {phrase_of(difference.one)}")
    if len({pair.other_rate for pair in pairs}) > 1:
        named.append(f"{each.other_rate:g} for {phrase_of(difference.other)}")
    return f"{each.value:+.2f} ({interval_text(each.interval)}) with {listed(named)}"


def on_learning_rates(
    tuning: TuningSettings, results: StudyResults, statistics: Statistics
) -> list[str]:
    """Return a note on the learning rates that may each be the best, none without such."""
    cells = []
    for (arm, size), choice in results.choices.items():
        rates = " or ".join(f"{rate:g} ({share:.0%})" for rate, share in choice.shares.items())
        if len(choice.shares) > 1 and (tokens := statistics.tokens_of(size)):
            cells.append(f"{label_of(arm)} with {tokens:,.0f} tokens {rates}")
    if not cells:
        return []
    line = (
        f"learning rates that tuning does not tell apart: {', '.join(cells)}; there are runs with "
        "each, figures are means over them by their share (of the resamples of tuning in which "
        "one is the best), and intervals and p hold how unsure the shares are"
    )
    if tuning.seeds > 1:
        return [line]
    return [
        f"{line}; what another tuning seed would say is not known with one: it is taken to vary as "
        "much as the held-out data"
    ]
