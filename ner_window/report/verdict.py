"""What a report says in one sentence."""

from __future__ import annotations

from ner_window.evaluation.breakdown import ScoreTable
from ner_window.evaluation.report import Evaluation
from ner_window.evaluation.sureness import Sureness
from ner_window.pages.figures import interval_figure
from ner_window.wording import listed

SEEN, UNSEEN = "seen with the type", "unseen"


def verdict(evaluation: Evaluation, fitted_here: bool = False) -> str:
    """Return how many entities are found, what is hard, and how far to trust the confidences.

    ``fitted_here`` says that the temperature was fitted on these data.
    """
    total = evaluation.score.total
    wrong = total.predicted - total.correct
    parts = [
        f"The model finds {total.correct:,} of {_entities(total.gold)}",
        f"{wrong:,} of the {total.predicted:,} that it predicts are wrong",
        *_hardest(evaluation.tables["type"]),
        *_seen_and_unseen(evaluation.tables.get("novelty")),
        *_trust(evaluation, fitted_here),
    ]
    return "; ".join(parts) + "."


def _hardest(types: ScoreTable) -> list[str]:
    """Name the types whose F1 lies below that of the best one, by intervals that do not overlap."""
    rows = sorted(types.rows.items(), key=lambda item: -item[1].counts.f1)
    known = [(name, row.counts.f1, row.intervals["f1"]) for name, row in rows]
    told = [(name, f1, interval) for name, f1, interval in known if interval]
    if len(told) < 2:
        return []
    (best, f1, (low, _)), *others = told
    harder = [f"{name} ({other:.1f})" for name, other, (_, high) in others if high < low]
    if not harder:
        return ["no type is shown to be harder than another"]
    return [f"shown to be harder than {best} (F1 {f1:.1f}): {listed(harder)}"]


def _seen_and_unseen(groups: ScoreTable | None) -> list[str]:
    if groups is None or not (groups.rows[SEEN].counts.gold and groups.rows[UNSEEN].counts.gold):
        return []
    seen, unseen = (groups.rows[name].counts.recall for name in (SEEN, UNSEEN))
    return [
        f"of the entities that training showed with their type it finds {seen:.1f}%, of those "
        f"with no word of a known entity {unseen:.1f}%"
    ]


def _trust(evaluation: Evaluation, fitted_here: bool) -> list[str]:
    if evaluation.calibration is None or not evaluation.calibration.total.count:
        return []
    aside = " (they were fitted on these data)" if fitted_here else ""
    return [f"its confidences are {sureness_phrase(evaluation.calibration.total)}{aside}"]


def sureness_phrase(found: Sureness) -> str:
    """Return which way confidences are off, and by how much, as far as the interval tells."""
    if found.difference is None:
        return "of nothing: no entity is predicted"
    says = f"on average they say {found.confidence:.1f}%, and {found.precision:.1f}% are right"
    if found.interval is None:
        return f"not tested, as there is too little text: {says}"
    if found.tendency is None:
        return f"neither too high nor too low as far as the text tells: {says}"
    way = "too high" if found.difference > 0 else "too low"
    ends = sorted(map(abs, found.interval))
    by = f"{abs(found.difference):.1f} points ({interval_figure((ends[0], ends[1]))})"
    return f"{way} by {by}: {says}"


def _entities(number: int) -> str:
    return f"{number:,} {'entity' if number == 1 else 'entities'}"
