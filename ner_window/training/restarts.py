"""Restarts: runs from several initializations, one after the other, of which the best is taken."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from ner_window.config import Config
from ner_window.model_folder.provenance import read_provenance
from ner_window.run_data import RunData
from ner_window.training.parts import parts_of
from ner_window.training.recorded_selection import parts_of_run, save_selection
from ner_window.training.run_folder import MODEL, RunFolder
from ner_window.training.scores import RunScores
from ner_window.training.selection import chosen_on
from ner_window.training.single import Tell, run_single


def run_restarts(
    config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> RunScores:
    """Train ``training.restarts`` times, in folders of the run; return the best one's scores.

    The parameters are those of :func:`run_single`, and so are the errors.
    """
    whole = RunFolder(folder)
    whole.open(config, data.hashes, is_resumed)
    train = data.corpora["train"]
    save_selection(folder, train, parts_of_run(config, folder, train))
    parts, results = parts_of(config, folder), []
    for number, part in enumerate(parts, start=1):
        tell(f"restart {number} of {len(parts)}")
        results.append(run_single(part.config, part.folder, data, tell, is_resumed))
    # the config sees to it that there is data to choose on, so that each has an F1
    f1 = [result.kept_f1 for result in results if result.kept_f1 is not None]
    best = int(np.argmax(f1))
    tell(f"F1 of the restarts: {', '.join(f'{value:.2f}' for value in f1)}; kept: {best + 1}")
    shutil.rmtree(folder / MODEL, ignore_errors=True)
    shutil.copytree(parts[best].folder / MODEL, folder / MODEL)
    _tell_of_choice(whole, config)
    whole.finish(results[best].model_copy(update={"restarts": f1}))
    return results[best]


def _tell_of_choice(whole: RunFolder, config: Config) -> None:
    """Add to what the best model tells of itself that it was chosen."""
    provenance = read_provenance(whole.path / MODEL)
    assert provenance is not None
    scores = [
        each.model_copy(update={"is_chosen_on": bool(chosen), "chosen": chosen})
        for each in provenance.scores
        for chosen in [chosen_on(config, each.split)]
    ]
    whole.save_card(provenance.model_copy(update={"scores": scores}))
