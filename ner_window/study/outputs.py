"""What a study leaves: ``runs.csv``, a row for each run, ``study.json`` with all, and tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ner_window.files import new_file
from ner_window.study.arms import ArmName
from ner_window.study.conditions import conditions, setting
from ner_window.study.differences import Difference
from ner_window.study.findings import Findings
from ner_window.study.results import StudyResults
from ner_window.study.sets import SetDifference, SetStatistics
from ner_window.study.sets_in_words import on_break_even
from ner_window.study.slices import SliceDifference, SliceDifferences
from ner_window.study.statistics import Cell, Estimate, Statistics
from ner_window.study.studied_vectors import chosen_runs
from ner_window.study.study_config import Study
from ner_window.study.vector_analysis import VectorAnalysis
from ner_window.study.verdict import METRICS, notes, verdict_arms
from ner_window.training.run_folder import describe_environment
from ner_window.wording import interval_text, p_text

CSV, JSON = "runs.csv", "study.json"


def write_outputs(
    study: Study,
    results: StudyResults,
    findings: Findings,
    vectors: Mapping[ArmName, VectorAnalysis],
    folder: Path,
) -> list[Path]:
    """Write the files into the folder of a study, each whole or not at all; return their paths.

    Parameters
    ----------
    study, results, findings
        What was asked, what came out, and what follows from it.
    vectors
        What happened to the vectors of a run of each arm.
    folder
        That of the study.

    Raises
    ------
    InputError
        Where they cannot be written.
    """
    contents = {
        CSV: _csv(results),
        JSON: json.dumps(as_dict(study, results, findings, vectors), indent=2, ensure_ascii=False),
    }
    for name, text in contents.items():
        with new_file(folder / name, may_replace=True) as file:
            file.write(text.encode())
    return [folder / name for name in contents]


def _csv(results: StudyResults) -> str:
    text = io.StringIO()
    rows = [run.row() for run in results.runs]
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_dict(
    study: Study,
    results: StudyResults,
    findings: Findings,
    vectors: Mapping[ArmName, VectorAnalysis],
) -> dict[str, Any]:
    """Return everything as plain values, for JSON; parameters as :func:`write_outputs` has them."""
    return {
        **findings.as_dict(),
        "setting": setting(study, results, findings),
        "conditions": conditions(study, results, findings),
        "notes": notes(study, results, findings.statistics),
        "vectors": {
            arm: {"run": run.folder.name, **vectors[arm].as_dict()}
            for arm, run in chosen_runs(results).items()
        },
        "runs": [{**run.row(), "folder": run.folder.name} for run in results.runs],
        "tuning": [trial.row() for trial in results.tuning],
        "learning_rates": [
            {"arm": arm, "size": size, **choice.as_dict()}
            for (arm, size), choice in results.choices.items()
        ],
        "failures": [asdict(failure) for failure in results.failures],
        "config": study.model_dump(mode="json", by_alias=True),
        "environment": describe_environment(study.base),
        "sha256": results.hashes,
    }


def summary(study: Study, results: StudyResults, findings: Findings) -> str:
    """Return tables, notes, the verdict, and what that depends on."""
    statistics = findings.statistics
    metric = METRICS[study.metric]
    heading = (
        f"{metric + ' on ' + study.reported:<14}{'size':>8}{'tokens':>10}{'lr':>8}{'seeds':>6}"
        f"{'mean':>8}{'dev':>6}  {'95% interval':<16}{'seen':>7}{'new':>8}"
    )
    margin = f"+-{statistics.margin:g}"
    differences = (
        f"{'difference':<26}{'size':>8}{'value':>8}  {'95% interval':<18}{'p':>7}{'sizes':>8}"
        f"{'all':>8}{margin:>8}"
    )
    return "\n".join(
        [
            heading,
            *map(_cell_row, statistics.cells),
            "",
            differences,
            *(row for each in statistics.differences for row in _difference_rows(each)),
            "",
            *_rate_table(results, statistics),
            *_slice_table(statistics),
            *_set_table(findings),
            *(f"- {note}" for note in notes(study, results, statistics)),
            *([f"- {on_break_even(findings.break_even)}"] if findings.break_even else []),
            "",
            findings.verdict,
            setting(study, results, findings),
            *(f"- {condition}" for condition in conditions(study, results, findings)),
        ]
    )


def _cell_row(cell: Cell) -> str:
    deviation = "-" if cell.deviation is None else f"{cell.deviation:.2f}"
    return (
        f"{cell.arm:<14}{cell.size:>8}{cell.tokens:>10,.0f}"
        f"{f'{cell.learning_rate:g}' + '*' * bool(cell.at_rates):>8}"
        f"{len(cell.seeds):>6}{cell.mean:>8.2f}{deviation:>6}  {interval_text(cell.interval):<16}"
        f"{_mean(cell.seen):>7}{_mean(cell.unseen):>8}"
    )


def _mean(estimate: Estimate) -> str:
    return "-" if estimate.mean is None else f"{estimate.mean:.2f}"


def _difference_rows(difference: Difference) -> list[str]:
    """Return the row of a difference, and one for each pair of learning rates that may be best."""
    pair = f"{difference.other} - {difference.one}"
    row = (
        f"{pair:<26}{difference.size:>8}{difference.value:>+8.2f}  "
        f"{interval_text(difference.interval):<18}{p_text(difference.p):>7}"
        f"{p_text(difference.pair_p):>8}{p_text(difference.adjusted_p):>8}"
        f"{p_text(difference.equivalence_p):>8}"
    )
    at_rates = [
        f"{f'  lr {each.other_rate:g} - lr {each.one_rate:g}':<26}{each.share:>8.0%}"
        f"{each.value:>+8.2f}  {interval_text(each.interval):<18}{p_text(each.p):>7}"
        for each in difference.at_rates
    ]
    return [row, *at_rates]


def _rate_table(results: StudyResults, statistics: Statistics) -> list[str]:
    """Return a table of the learning rates that tuning does not tell apart, if there are any."""
    rows = []
    for cell in statistics.cells:
        tried = {each.rate: each for each in results.choices[cell.arm, cell.size].tried}
        for each in cell.at_rates:
            held_out = tried[each.learning_rate]
            mean = "-" if each.mean is None else f"{each.mean:.2f}"
            rows.append(
                f"{cell.arm:<14}{cell.size:>8}{each.learning_rate:>8g}{each.share:>7.0%}"
                f"{held_out.f1:>10.2f}  {interval_text(held_out.interval):<16}{mean:>8}  "
                f"{interval_text(each.interval)}"
            )
    if not rows:
        return []
    heading = (
        f"{'* not told apart':<16}{'size':>6}{'lr':>8}{'share':>7}{'held out':>10}  "
        f"{'95% interval':<16}{'mean':>8}  95% interval"
    )
    return [heading, *rows, ""]


def _slice_table(statistics: Statistics) -> list[str]:
    """Return the differences by what training showed, of the arms that the verdict is about."""
    one, other = verdict_arms(statistics)
    rows = [row for each in statistics.slices_of_pair(one, other) for row in _slice_rows(each)]
    if not rows:
        return []
    heading = f"{f'{other} - {one}, mentions':<26}{'size':>8}{'value':>8}  {'95% interval':<18}"
    return [f"{heading}{'p':>7}", *rows, ""]


def _slice_rows(slices: SliceDifferences) -> list[str]:
    named = {"seen": slices.seen, "new": slices.unseen, "new - seen": slices.contrast}
    return [_slice_row(name, slices.size, each) for name, each in named.items() if each]


def _slice_row(name: str, size: str, tested: SliceDifference) -> str:
    return (
        f"{name:<26}{size:>8}{tested.value:>+8.2f}  {interval_text(tested.interval):<18}"
        f"{p_text(tested.p):>7}"
    )


def _set_table(findings: Findings) -> list[str]:
    """Return what is found on each set, of the arms that the verdict is about, if there are any."""
    one, other = findings.verdict_arms
    line = findings.break_even.sets if findings.break_even else ()
    predicted = {each.name: f"{each.predicted.value:+.2f}" for each in line}
    rows = [
        _set_row(each, pair, predicted.get(each.name, "-"))
        for each in findings.sets
        if findings.held_out and (pair := each.pair(one, other))
    ]
    if not rows:
        return []
    rows += [
        f"{each.name}: intervals from {each.units.description}"
        for each in findings.held_out
        if each.units.name != "documents"
    ]
    title = f"{other} - {one}, by set"
    heading = (
        f"{title:<26}{'new names':>10}{one:>{_width(one)}}{other:>{_width(other)}}{'value':>8}"
    )
    heading += f"  {'95% interval':<18}{'p':>7}{'sets':>8}{'seen':>8}{'new':>8}{'predicted':>11}"
    return [heading, *rows, ""]


def _width(arm: ArmName) -> int:
    return max(11, len(arm) + 2)


def _set_row(of: SetStatistics, pair: SetDifference, predicted: str) -> str:
    difference = pair.difference
    one, other = (of.cell(arm) for arm in (difference.one, difference.other))
    assert one and other
    seen, new = (
        f"{pair.by_novelty[name].value:+.2f}" if name in pair.by_novelty else "-"
        for name in ("seen", "new")
    )
    new_names = "-" if of.new_names is None else f"{of.new_names:.0f}%"
    return (
        f"{of.name:<26}{new_names:>10}{one.mean:>{_width(one.arm)}.2f}"
        f"{other.mean:>{_width(other.arm)}.2f}"
        f"{difference.value:>+8.2f}  {interval_text(difference.interval):<18}"
        f"{p_text(difference.p):>7}{p_text(pair.sets_p):>8}{seen:>8}{new:>8}{predicted:>11}"
    )
