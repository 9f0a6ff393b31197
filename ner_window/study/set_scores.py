"""The runs of a study on held-out sets: each is scored by its stored model, once.

A set is no part of a training. So one that is added to a study that is finished costs no training,
and the counts lie beside the run: ``held_out/NAME.safetensors``, with a mark of the set's content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from ner_window.arrays import IntArray
from ner_window.config import Config
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.files import replacement
from ner_window.model_folder.folder import load_model
from ner_window.run_data import Hashes, RunData
from ner_window.study.results import DAMAGE, counts_by_sentence, damaged

FOLDER, COUNTS, MARK = "held_out", "counts", "set"


def marks_of(config: Config, hashes: Hashes) -> dict[str, str]:
    """Return what tells each set from others: its file, how that is read, its types.

    ``config`` names the sets, ``hashes`` has those of their files.
    """
    marks = {}
    for name, section in config.data.held_out.items():
        settings = section.model_dump(mode="json", exclude={"path"})
        content = json.dumps([hashes[name], settings], sort_keys=True)
        marks[name] = hashlib.sha256(content.encode()).hexdigest()
    return marks


def path_of(run: Path, name: str) -> Path:
    """Return where the counts of a run on a set are."""
    return run / FOLDER / f"{name}.safetensors"


def missing_sets(run: Path, marks: Mapping[str, str]) -> list[str]:
    """Return the sets that a run was not scored on, or not as they are now, by their marks."""
    return [name for name, mark in marks.items() if _mark(path_of(run, name)) != mark]


def _mark(path: Path) -> str | None:
    try:
        with safe_open(path, "numpy") as file:
            return (file.metadata() or {}).get(MARK)
    except DAMAGE:
        return None


def score_on_sets(run: Path, data: RunData, marks: Mapping[str, str]) -> None:
    """Score a run on the sets of its data that it was not scored on.

    Raises InputError where the run has no model that can be read, or the counts cannot be written.
    """
    missing = missing_sets(run, marks)
    if not missing:
        return
    model = load_model(run, data.vectors)
    for name in missing:
        predictions = PredictedCorpus.of(model, data.held_out[name], with_confidences=False)
        counts = counts_by_sentence(predictions, model.mentions or [])
        path = path_of(run, name)
        path.parent.mkdir(exist_ok=True)
        with replacement(path) as temporary:
            save_file({COUNTS: counts}, temporary, {MARK: marks[name]})


def load_counts(run: Path, marks: Mapping[str, str]) -> dict[str, IntArray]:
    """Return the counts (sentences, groups, 3) of a run on each set that it was scored on."""
    missing = missing_sets(run, marks)
    return {name: _counts(path_of(run, name)) for name in marks if name not in missing}


def _counts(path: Path) -> IntArray:
    try:
        with safe_open(path, "numpy") as file:
            counts: IntArray = file.get_tensor(COUNTS).astype(np.int64)
            return counts
    except DAMAGE as error:
        raise damaged(path, error) from None
