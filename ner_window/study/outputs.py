"""What a study leaves: ``runs.csv``, a row for each run, and ``study.json`` with all."""

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
from ner_window.study.findings import Findings
from ner_window.study.results import StudyResults
from ner_window.study.studied_vectors import chosen_runs
from ner_window.study.study_config import Study
from ner_window.study.vector_analysis import VectorAnalysis
from ner_window.study.verdict import notes
from ner_window.training.run_folder import describe_environment

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
