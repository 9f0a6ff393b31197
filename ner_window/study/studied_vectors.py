"""What happened to the vectors of each arm of a study, seen in one run of each.

Swapped back are the vectors of all seeds: what that costs differs much between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ner_window.config.file import load_config
from ner_window.corpora.corpus import Corpus
from ner_window.model.model import Model
from ner_window.model_folder.folder import load_model
from ner_window.run_data import RunData
from ner_window.study.arms import ArmName
from ner_window.study.results import RunResult, StudyResults
from ner_window.study.study_config import Study
from ner_window.study.swap_back import SwapBack, SwapBacks, swap_back
from ner_window.study.trained_words import TrainedWords
from ner_window.study.vector_analysis import VectorAnalysis, analyze_vectors
from ner_window.training.run_folder import CONFIG
from ner_window.training.selection import subset_of


def chosen_runs(results: StudyResults) -> dict[ArmName, RunResult]:
    """Return the run that is looked at for each arm: the first seed at the largest size it has."""
    return {arm: runs[min(runs)] for arm, runs in _largest(results).items()}


def _largest(results: StudyResults) -> dict[ArmName, dict[int, RunResult]]:
    """Return the runs of each arm at the largest size that it has any of, by seed."""
    largest = {}
    for arm in results.arms:
        by_size = (results.of(arm, size) for size in reversed(results.sizes))
        if runs := next(filter(None, by_size), {}):
            largest[arm] = runs
    return largest


def studied_vectors(
    study: Study, results: StudyResults, data: RunData
) -> Iterator[tuple[ArmName, VectorAnalysis]]:
    """Yield what happened to the vectors of each arm: in one run, swapped back in all seeds.

    Raises InputError where a run folder is damaged.
    """
    reported = data.corpora["test"]
    for arm, runs in _largest(results).items():
        first, *others = sorted(runs)
        model, train = _trained(runs[first], data)
        analysis = analyze_vectors(model, train, reported, study.pairs, first)
        if analysis.swap_back:
            swapped = dict(analysis.swap_back.by_seed)
            for seed in others:
                swapped[seed] = _swapped_back(*_trained(runs[seed], data), reported)
            analysis = replace(analysis, swap_back=SwapBacks(swapped))
        yield arm, analysis


def _trained(run: RunResult, data: RunData) -> tuple[Model, Corpus]:
    """Return the model of a run, and what it learned from."""
    config = load_config(run.folder / CONFIG)
    model = load_model(run.folder, data.vectors if config.embeddings.path else None)
    return model, subset_of(config.data, data.corpora["train"])


def _swapped_back(model: Model, train: Corpus, reported: Corpus) -> SwapBack:
    trained = TrainedWords.of(model, train)
    assert trained is not None  # the vectors of the arm's first run were pretrained
    return swap_back(model, trained, reported)
