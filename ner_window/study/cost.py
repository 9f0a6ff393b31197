"""How long the trainings of a study will take, from a few steps of each arm."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import chain, islice, repeat
from typing import NamedTuple

import numpy as np

from ner_window.model.building import build_model
from ner_window.run_data import RunData
from ner_window.study.plan import Training
from ner_window.training.selection import selection_of
from ner_window.training.trainer import Trainer

WARM_UP, TIMED = 3, 20  # steps; the first ones fill memory


class _Pace(NamedTuple):
    """The seconds of what comes before the first step, and of a token in an epoch."""

    setup: float
    token: float


def seconds_of(trainings: Sequence[Training], data: RunData) -> float:
    """Return about how many seconds of one core some trainings take.

    A few steps of the smallest training of each arm are timed. ``data`` is what the study learns
    from. Raises InputError where a training cannot hold out what it has to.
    """
    by_size = sorted(trainings, key=lambda training: training.tokens, reverse=True)
    smallest = {training.arm: training for training in by_size}
    paces = {arm: _timed(training, data) for arm, training in smallest.items()}
    return sum(
        paces[training.arm].setup + paces[training.arm].token * training.work
        for training in trainings
    )


def _timed(training: Training, data: RunData) -> _Pace:
    config = training.config
    start = time.perf_counter()
    train, selection = selection_of(config, {"train": data.corpora["train"]})
    rng = np.random.default_rng(config.seed)
    vectors = data.vectors if config.embeddings.path else None
    trainer = Trainer(config, build_model(config, train, vectors, rng), train, selection, rng)
    setup = time.perf_counter() - start
    batches = chain.from_iterable(repeat(trainer.batches))
    with np.errstate(all="ignore"):  # a rate that is tried may be too large
        for batch in islice(batches, WARM_UP):
            trainer.step(batch)
        start = time.perf_counter()
        for batch in islice(batches, TIMED):
            trainer.step(batch)
    step = (time.perf_counter() - start) / TIMED
    return _Pace(setup, step * len(trainer.batches) / trainer.batches.token_count)
