"""What a report says in one sentence."""

from __future__ import annotations

from ner_window.evaluation.breakdown import ScoreTable
from ner_window.evaluation.intervals import LEVEL
from ner_window.evaluation.report import Evaluation
from ner_window.wording import interval_text

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
    if len(types.rows) < 2:
        return []
    name, row = min(types.rows.items(), key=lambda item: item[1].counts.f1)
    interval = interval_text(row.intervals["f1"])
    return [f"F1 is lowest for {name}: {row.counts.f1:.1f} ({LEVEL}% interval {interval})"]


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
    return [f"on average it {evaluation.calibration.total}"]


def _entities(number: int) -> str:
    return f"{number:,} {'entity' if number == 1 else 'entities'}"
