"""Restarts: runs from several initializations, one after the other, of which the best is taken."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from ner_window.config import Config
from ner_window.run_data import RunData
from ner_window.training.run_folder import MODEL, RunFolder
from ner_window.training.scores import RunScores
from ner_window.training.single import Tell, part_of, run_single


def run_restarts(
    config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> RunScores:
    """Train ``training.restarts`` times, in folders of the run; return the best one's scores.

    The parameters are those of :func:`run_single`, and so are the errors.
    """
    whole = RunFolder(folder)
    whole.open(config, data.hashes, is_resumed)
    results = []
    for number in range(1, config.training.restarts + 1):
        tell(f"restart {number} of {config.training.restarts}")
        part = _restart(folder, number)
        results.append(run_single(part_of(config, number), part, data, tell, is_resumed))
    # the config sees to it that there is data to choose on, so that each has an F1
    f1 = [result.kept_f1 for result in results if result.kept_f1 is not None]
    best = int(np.argmax(f1))
    tell(f"F1 of the restarts: {', '.join(f'{value:.2f}' for value in f1)}; kept: {best + 1}")
    shutil.rmtree(folder / MODEL, ignore_errors=True)
    shutil.copytree(_restart(folder, best + 1) / MODEL, folder / MODEL)
    whole.finish(results[best].model_copy(update={"restarts": f1}))
    return results[best]


def _restart(folder: Path, number: int) -> Path:
    return folder / f"restart-{number}"
