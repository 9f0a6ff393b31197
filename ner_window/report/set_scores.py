"""The figures of runs on their held-out sets, beside those on their own held-out data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ner_window.corpora.type_mapping import LeftOut
from ner_window.model_folder.provenance import Figures, Interval, SplitScores
from ner_window.report.reported_run import ReportedRun
from ner_window.report.verdict import SEEN, UNSEEN


@dataclass(frozen=True)
class SetScore:
    """A row of the table: figures in percent, None where there is no such mention.

    ``seen_f1`` is of mentions that training showed with their type, ``unseen_f1`` of those of which
    it showed no word, ``unseen`` the share that these are of all.
    """

    name: str
    gold: int
    f1: float
    interval: Interval
    seen_f1: float | None
    unseen_f1: float | None
    unseen: float | None
    is_chosen_on: bool
    left_out: LeftOut | None


def set_scores(recorded: Sequence[SplitScores]) -> list[SetScore]:
    """Return a row for each set and for what stands beside it; none where there is no set."""
    has_sets = any(scores.is_held_out_set for scores in recorded)
    return [_row(scores) for scores in recorded if has_sets]


def sets_side_by_side(runs: Sequence[ReportedRun]) -> dict[str, list[SetScore]]:
    """Return the row of each run by set, and by what stands beside it, where all have the same.

    There is none where they have no set in common. What has one name in all of them is the same if
    it is one file, whose types are called the same.
    """
    rows = [{row.name: row for row in set_scores(run.recorded)} for run in runs]
    shared = [
        name for name in rows[0] if all(name in own for own in rows) and _is_one_text(name, runs)
    ]
    if not any(name in runs[0].config.data.held_out for name in shared):
        return {}
    return {name: [own[name] for own in rows] for name in shared}


def _is_one_text(name: str, runs: Sequence[ReportedRun]) -> bool:
    first, *others = (_text_of(name, run) for run in runs)
    return first is not None and all(text == first for text in others)


def _text_of(name: str, run: ReportedRun) -> tuple[str, dict[str, str | None]] | None:
    """Return the hash of a file and its mapping of types, None of what is a part of training."""
    held_out = run.config.data.held_out.get(name)
    types = held_out.types if held_out else {}
    return (run.corpora[name].sha256, types) if name in run.corpora else None


def _row(scores: SplitScores) -> SetScore:
    seen, unseen = (scores.by_novelty.get(group) for group in (SEEN, UNSEEN))
    total = scores.total
    return SetScore(
        name=scores.split,
        gold=total.gold,
        f1=total.f1,
        interval=total.f1_interval,
        seen_f1=_f1(seen),
        unseen_f1=_f1(unseen),
        unseen=100 * unseen.gold / total.gold if unseen and total.gold else None,
        is_chosen_on=scores.is_chosen_on,
        left_out=scores.left_out_types,
    )


def _f1(figures: Figures | None) -> float | None:
    return figures.f1 if figures and figures.gold else None
