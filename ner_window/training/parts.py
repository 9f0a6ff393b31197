"""What a run is made of: its restarts or the members of its ensemble, each a single run."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ner_window.config import Config

SEED_OF_PART = 1_000_003  # so that the restarts or members of one seed are not those of the next


class Part(NamedTuple):
    """A run within another one: its folder, and its config."""

    folder: Path
    config: Config


def parts_of(config: Config, folder: Path) -> list[Part]:
    """Return the restarts or the members of the run in a folder; none where it is a single one."""
    training = config.training
    if training.ensemble > 1:
        numbers = range(1, training.ensemble + 1)
        return [Part(folder / f"member-{n}", _member(config, n)) for n in numbers]
    if training.restarts > 1:
        numbers = range(1, training.restarts + 1)
        return [Part(folder / f"restart-{n}", part_of(config, n)) for n in numbers]
    return []


def part_of(config: Config, number: int) -> Config:
    """Return the config of one restart or member, from 1: another seed, the first one's own."""
    training = config.training.model_copy(update={"restarts": 1, "ensemble": 1})
    seed = config.seed + (number - 1) * SEED_OF_PART
    return config.model_copy(update={"seed": seed, "training": training})


def _member(config: Config, number: int) -> Config:
    """Return the config of a member, whose own model refers to the vectors: the whole has them."""
    part = part_of(config, number)
    if config.embeddings.path is None:
        return part
    embeddings = config.embeddings.model_copy(update={"saved": "reference"})
    return part.model_copy(update={"embeddings": embeddings})
