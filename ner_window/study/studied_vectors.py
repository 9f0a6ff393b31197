"""What happened to the vectors of each arm of a study, seen in one run of each."""

from __future__ import annotations

from collections.abc import Iterator

from ner_window.config.file import load_config
from ner_window.model_folder.folder import load_model
from ner_window.run_data import RunData
from ner_window.study.arms import ArmName
from ner_window.study.results import RunResult, StudyResults
from ner_window.study.study_config import Study
from ner_window.study.vector_analysis import VectorAnalysis, analyze_vectors
from ner_window.training.run_folder import CONFIG
from ner_window.training.selection import subset_of


def chosen_runs(results: StudyResults) -> dict[ArmName, RunResult]:
    """Return the run that is looked at for each arm: the first seed at the largest size it has."""
    chosen = {}
    for arm in results.arms:
        by_size = (results.of(arm, size) for size in reversed(results.sizes))
        runs = next(filter(None, by_size), {})
        if runs:
            chosen[arm] = runs[min(runs)]
    return chosen


def studied_vectors(
    study: Study, results: StudyResults, data: RunData
) -> Iterator[tuple[ArmName, VectorAnalysis]]:
    """Yield what happened to the vectors of each arm.

    Raises InputError where a run folder is damaged.
    """
    for arm, run in chosen_runs(results).items():
        config = load_config(run.folder / CONFIG)
        model = load_model(run.folder, data.vectors if config.embeddings.path else None)
        train = subset_of(config.data, data.corpora["train"])
        yield arm, analyze_vectors(model, train, data.corpora["test"], study.pairs)
