"""Several seeds: the same run from one seed after another, to see how much is chance.

A folder of several seeds:

config.yaml   the config with every default filled in
seeds.json    how many seeds there are, and the first one
seed-N/       the run folder of seed N
"""

from __future__ import annotations

import json
from pathlib import Path

from ner_window.config import Config
from ner_window.run_data import RunData
from ner_window.training.parts import Part
from ner_window.training.run import run
from ner_window.training.run_folder import CONFIG
from ner_window.training.scores import RunScores
from ner_window.training.single import Tell

SEEDS = "seeds.json"


def run_seeds(
    config: Config, count: int, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> list[RunScores]:
    """Train from several seeds, the config's and those after it; return the scores of each.

    Parameters
    ----------
    config
        That of every run but for its seed.
    count
        How many seeds.
    folder
        The folder of the run folders.
    data, tell, is_resumed
        Those of :func:`run_single`, whose errors are raised, too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(config.to_yaml(), "utf-8")
    (folder / SEEDS).write_text(json.dumps({"seeds": count, "first": config.seed}), "utf-8")
    results = []
    for part in seed_parts(config, count, folder):
        tell(f"seed {part.config.seed}")
        results.append(run(part.config, part.folder, data, tell, is_resumed))
    return results


def seed_parts(config: Config, count: int, folder: Path) -> list[Part]:
    """Return the runs of several seeds in a folder."""
    seeds = range(config.seed, config.seed + count)
    return [
        Part(folder / f"seed-{seed}", config.model_copy(update={"seed": seed})) for seed in seeds
    ]


def seeds_of(folder: Path) -> int:
    """Return how many seeds the run in a folder trains: 1 where it is not one of several."""
    return _recorded(folder, "seeds") or 1


def first_seed_of(folder: Path) -> int | None:
    """Return the first of several seeds; None where none are recorded, as by older versions."""
    return _recorded(folder, "first")


def _recorded(folder: Path, key: str) -> int | None:
    try:
        value: int = json.loads((folder / SEEDS).read_text("utf-8"))[key]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return value
