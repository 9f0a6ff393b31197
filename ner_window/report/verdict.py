"""What a report says in one sentence."""

from __future__ import annotations

from ner_window.evaluation.breakdown import ScoreTable
from ner_window.evaluation.report import Evaluation
from ner_window.evaluation.sureness import Sureness
from ner_window.pages.figures import interval_figure

SEEN, UNSEEN = "seen with the type", "unseen"


def verdict(evaluation: Evaluation) -> str:
    """Return how many entities are found, what is hard, and how far to trust the confidences."""
    total = evaluation.score.total
    wrong = total.predicted - total.correct
    parts = [
        f"The model finds {total.correct:,} of {_entities(total.gold)}",
        f"{wrong:,} of the {total.predicted:,} that it predicts are wrong",
        *_hardest(evaluation.tables["type"]),
        *_seen_and_unseen(evaluation.tables.get("novelty")),
        *_trust(evaluation),
    ]
    return "; ".join(parts) + "."


def _hardest(types: ScoreTable) -> list[str]:
    """Name the type whose F1 is lowest, where its interval lies below those of all others."""
    intervals = {name: row.intervals["f1"] for name, row in types.rows.items()}
    known = {name: interval for name, interval in intervals.items() if interval}
    if len(known) < 2 or len(known) < len(intervals):
        return []
    name = min(known, key=lambda name: known[name][1])
    if any(low <= known[name][1] for other, (low, _) in known.items() if other != name):
        return ["no type is shown to be harder than all others"]
    f1 = types.rows[name].counts.f1
    return [f"the hardest type is {name}, with F1 {f1:.1f} ({interval_figure(known[name])})"]


def _seen_and_unseen(groups: ScoreTable | None) -> list[str]:
    if groups is None or not (groups.rows[SEEN].counts.gold and groups.rows[UNSEEN].counts.gold):
        return []
    seen, unseen = (groups.rows[name].counts.recall for name in (SEEN, UNSEEN))
    return [
        f"of the entities that training showed with their type it finds {seen:.1f}%, of those "
        f"with no word of a known entity {unseen:.1f}%"
    ]


def _trust(evaluation: Evaluation) -> list[str]:
    if evaluation.calibration is None or not evaluation.calibration.total.count:
        return []
    return [f"its confidences are {sureness_phrase(evaluation.calibration.total)}"]


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
