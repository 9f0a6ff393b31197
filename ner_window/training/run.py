"""A run: from a config to a folder with a trained model."""

from __future__ import annotations

from pathlib import Path

from ner_window.config import Config
from ner_window.run_data import RunData
from ner_window.training.ensemble import run_ensemble
from ner_window.training.restarts import run_restarts
from ner_window.training.scores import RunScores
from ner_window.training.single import Tell, run_single


def run(
    config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> RunScores:
    """Train as the config says, once, in several restarts or as an ensemble; return the scores.

    The parameters are those of :func:`run_single`, and so are the errors.
    """
    if config.training.ensemble > 1:
        return run_ensemble(config, folder, data, tell, is_resumed)
    if config.training.restarts > 1:
        return run_restarts(config, folder, data, tell, is_resumed)
    return run_single(config, folder, data, tell, is_resumed)
