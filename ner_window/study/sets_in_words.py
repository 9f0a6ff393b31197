"""What a study says on several sets, in sentences: where they agree, and where they do not."""

from __future__ import annotations

from collections.abc import Sequence

from ner_window.evaluation.intervals import LEVEL
from ner_window.study.arms import ArmName, labels_of, phrase_of
from ner_window.study.break_even import BreakEven
from ner_window.study.sets import SetDifference, SetStatistics
from ner_window.wording import interval_text, listed


def by_sets(sets: Sequence[SetStatistics], one: ArmName, other: ArmName) -> list[str]:
    """Return what is said of two arms on held-out sets, nothing where there are none.

    The reported data is the first of ``sets``, of which a verdict has spoken.
    """
    found = {each.name: pair for each in sets if (pair := each.pair(one, other))}
    held_out = {each.name: found[each.name] for each in sets[1:] if each.name in found}
    if not held_out:
        return []
    said = "; ".join(f"on {name}, {_said(pair)}" for name, pair in held_out.items())
    return [f"{said[0].upper()}{said[1:]}.", *_agreement(found, one, other)]


def on_break_even(found: BreakEven) -> str:
    """Return where two arms tie by the share of new names, and of which sets that is not true."""
    if found.share is None:
        text = "no share of new names at which the two tie is shown"
    else:
        low, high = found.interval or (0, 100)
        more, less = (found.one, found.other)
        if found.line[0].value < 0:
            more, less = less, more
        text = (
            f"by seen and new names of {found.sets[0].name} the two tie where {found.share:.0f}% "
            f"of names are new ({LEVEL}% interval {low:.0f} to {high:.0f}): {phrase_of(less)} are "
            f"better below, {phrase_of(more)} above"
        )
    failed = [
        f"{each.name} (predicted {each.predicted.value:+.2f}, measured {each.measured:+.2f})"
        for each in found.sets
        if each.fails
    ]
    return f"{text}; the line fails on {listed(failed)}" if failed else text


def _said(pair: SetDifference) -> str:
    difference = pair.difference
    if difference.interval is None:
        minus = f"{labels_of(difference)}: {difference.value:+.2f}"
        return f"undecided ({minus}; the text is too short to tell)"
    interval = f"{LEVEL}% interval {interval_text(difference.interval)}"
    if pair.better is None:
        names = labels_of(difference)
        counted = f"; p = {difference.p:.3f}, {pair.sets_p:.3f} with all sets counted"
        p = counted if difference.is_detected and not difference.is_of_two_models else ""
        return f"undecided ({names}: {difference.value:+.2f}, {interval}{p})"
    low, high = difference.interval
    if difference.value < 0:
        low, high = -high, -low
    better = f"{LEVEL}% interval {interval_text((low, high))}"
    return f"{phrase_of(pair.better)} are {abs(difference.value):.2f} better ({better})"


def _agreement(found: dict[str, SetDifference], one: ArmName, other: ArmName) -> list[str]:
    """Tell on which sets which arm is better, all sets counted."""
    if any(pair.difference.is_of_two_models for pair in found.values()):
        return ["With one seed it cannot be told whether the sets agree on the arms."]
    where = {
        arm: [name for name, pair in found.items() if pair.better == arm] for arm in (other, one)
    }
    undecided = [name for name, pair in found.items() if pair.better is None]
    parts = [f"{phrase_of(arm)} on {listed(names)}" for arm, names in where.items() if names]
    left = f"; undecided on {listed(undecided)}" if undecided else ""
    if len(parts) == 2:
        where_better = ", ".join(parts)
        return [f"What is better depends on the text, all sets counted: {where_better}{left}."]
    if parts and not undecided:
        return ["The sets agree."]
    if parts:
        return [f"With all sets counted it is {parts[0]}, no set says the opposite{left}."]
    return ["No set decides between the two, all sets counted."]
