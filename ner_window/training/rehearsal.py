"""Learning rates, judged by what counts: the F1 of whole runs on held-out data.

The loss of a few hundred steps tells which rates learn, not which generalize: a rate that brings it
down fastest may cost several points of F1, and so it is with F1 after a run that is cut short. So
the rate that follows from the loss, smaller ones and that of the config are each *rehearsed* by a
run as ``train`` would do it. While the best is the largest or the smallest of them, the next one
beyond is rehearsed, too.

Rates whose F1 is within a standard error of the best, that of a share of as many entities, are not
told apart: what tells them apart is mostly chance. That of the config stays if it is one of them,
else the smallest is taken. Source: the rule of one standard error, Breiman et al. 1984, section
3.4.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Group

from ner_window.config import Config, SelectionSettings
from ner_window.errors import InputError
from ner_window.evaluation.predictions import gold_of
from ner_window.model.building import build_model
from ner_window.parallel import Workers
from ner_window.progress import Progress
from ner_window.run_data import RunData
from ner_window.terminal import Column, Piece, Role, Shown, Table, together
from ner_window.training.selection import selection_of
from ner_window.training.trainer import DivergenceError, Trainer
from ner_window.wording import counted, listed

LADDER = 10**0.5  # between neighboring rates
RUNGS = 3  # the rate that follows from the loss, and smaller ones
ALIKE = 1.2  # rates that differ by no more than this factor are one
MOST_BEYOND = 3  # rates that are rehearsed beyond the largest and the smallest
HELD_OUT_FIFTH = SelectionSettings(fraction=0.2)


@dataclass(frozen=True)
class Rehearsal:
    """A learning rate and the F1 that it reached on the held-out data, 0 where it diverged."""

    rate: float
    f1: float


@dataclass(frozen=True)
class Rehearsals(Shown):
    """What was rehearsed, smallest rate first.

    ``own_rate`` is that of the config; ``judged_on`` says what F1 is about, and ``entities`` how
    many there are in it.
    """

    runs: Sequence[Rehearsal]
    own_rate: float
    judged_on: str
    entities: int

    @property
    def best(self) -> Rehearsal:
        """The one with the best F1; of equals, that with the smallest rate."""
        return max(self.runs, key=lambda run: run.f1)

    @property
    def standard_error(self) -> float:
        """That of the best F1, as if it were a share of the entities."""
        share = self.best.f1 / 100
        return 100 * math.sqrt(share * (1 - share) / max(self.entities, 1))

    @property
    def suggestion(self) -> float:
        """Of the rates that are not told from the best, that of the config, else the smallest."""
        near = self.not_told_apart
        return self.own_rate if self.own_rate in near else near[0]

    @property
    def not_told_apart(self) -> list[float]:
        """The rates whose F1 is within a standard error of the best, smallest first."""
        least = self.best.f1 - self.standard_error
        return [run.rate for run in self.runs if run.f1 >= least]

    @property
    def edge(self) -> str | None:
        """Which end of what was rehearsed is suggested, None where it lies between others."""
        ends = {self.runs[0].rate: "lowest", self.runs[-1].rate: "highest"}
        return ends.get(self.suggestion)

    @property
    def decision(self) -> str:
        """Why the suggestion is what it is."""
        error = (
            f"a standard error ({self.standard_error:.2f} with {counted(self.entities, 'entity')})"
        )
        near = [f"{rate:g}" for rate in self.not_told_apart]
        if len(near) == 1:
            return f"{near[0]} is best, by more than {error}"
        taken = "that of the config stays" if self.suggestion == self.own_rate else "the smallest"
        return f"{listed(near)} are not told apart, within {error}: {taken}"

    def __rich__(self) -> Group:
        """Return the F1 of each rate, and why one of them is suggested."""
        columns = [
            Column("learning rate", is_number=False),
            Column(f"F1 on {self.judged_on}, whole runs", is_number=False),
        ]
        return together(Table(columns, map(self._row, self.runs)), self.decision)

    def _row(self, run: Rehearsal) -> list[Piece]:
        own = "  as in the config" if run.rate == self.own_rate else ""
        f1 = f"{run.f1:.2f}{own}"
        return [f"{run.rate:g}", (f1, Role.headline) if run.rate == self.suggestion else f1]


@dataclass(frozen=True)
class _Job:
    config: Config
    rate: float


@dataclass(frozen=True)
class _Outcome:
    f1: float
    entities: int


def first_rates(config: Config, from_loss: float) -> list[float]:
    """Return what is rehearsed first: the rate of the config, that of the loss, smaller ones."""
    ladder = [from_loss / LADDER**rung for rung in range(RUNGS)]
    return _distinct([config.training.learning_rate, *map(_in_two_digits, ladder)])


def rehearse(
    config: Config, from_loss: float, workers: Workers, on_done: Callable[[Rehearsal], object]
) -> Rehearsals:
    """Rehearse learning rates.

    Parameters
    ----------
    config
        Of a run. Where it names nothing that an epoch could be chosen on, a fifth of the documents
        of the training data is held out.
    from_loss
        The learning rate that follows from the loss.
    workers
        Who does the runs.
    on_done
        Is given each as it is done.

    Raises
    ------
    InputError
        Where the training data is too small for a part to be held out, a run fails, or none
        finds anything.
    """
    rehearsed = _with_held_out(config)
    rates, done = first_rates(config, from_loss), dict[float, _Outcome]()
    most = len(rates) + MOST_BEYOND
    with Progress("find-lr", len(rates), "runs") as progress:
        while rates and len(done) < most:
            progress.total = len(done) + len(rates)
            jobs = [_Job(rehearsed, rate) for rate in rates]
            for outcome in workers.outcomes(_trained, jobs):
                if outcome.result is None:
                    raise InputError(outcome.failure.message if outcome.failure else "no result")
                done[outcome.job.rate] = outcome.result
                on_done(Rehearsal(outcome.job.rate, outcome.result.f1))
                progress.advance()
            rates = _beyond({rate: outcome.f1 for rate, outcome in done.items()})
    if not any(outcome.f1 for outcome in done.values()):
        raise InputError("no learning rate finds an entity of the held-out data")
    return Rehearsals(
        runs=[Rehearsal(rate, done[rate].f1) for rate in sorted(done)],
        own_rate=config.training.learning_rate,
        judged_on=_judged_on(config),
        entities=next(iter(done.values())).entities,
    )


def with_rate(config: Config, rate: float) -> Config:
    """Return a config with another learning rate; that of the vectors keeps its ratio to it."""
    own = config.embeddings.learning_rate
    ratio = rate / config.training.learning_rate
    embeddings = {} if own is None else {"learning_rate": own * ratio}
    return config.model_copy(
        update={
            "training": config.training.model_copy(update={"learning_rate": rate}),
            "embeddings": config.embeddings.model_copy(update=embeddings),
        }
    )


def _with_held_out(config: Config) -> Config:
    """Return the config of a rehearsal, with something to judge it by."""
    held_out = {} if _has_held_out(config) else {"selection": HELD_OUT_FIFTH}
    data = config.data.model_copy(update={"test": None, "held_out": {}, **held_out})
    return config.model_copy(update={"data": data})


def _has_held_out(config: Config) -> bool:
    return config.data.selection is not None or config.data.dev is not None


def _judged_on(config: Config) -> str:
    if config.data.selection is None and config.data.dev is not None:
        return "dev"
    return "held-out sentences of train"


def _in_two_digits(rate: float) -> float:
    return float(f"{rate:.2g}")


def _distinct(rates: Iterable[float]) -> list[float]:
    """Return the rates without those that are like an earlier one."""
    distinct: list[float] = []
    for rate in rates:
        if all(max(rate, other) > ALIKE * min(rate, other) for other in distinct):
            distinct.append(rate)
    return distinct


def _beyond(f1: Mapping[float, float]) -> list[float]:
    """Return the next rate beyond the best, where that is the largest or the smallest."""
    rates = sorted(f1)
    best = max(rates, key=lambda rate: f1[rate])
    factors = {rates[0]: 1 / LADDER, rates[-1]: LADDER}
    return [_in_two_digits(best * factors[best])] if best in factors else []


def _trained(job: _Job) -> _Outcome:
    """Train with a learning rate; return the F1 of the weights that are kept, 0 if it diverges."""
    config = with_rate(job.config, job.rate)
    data = RunData.read(config)
    train, held_out = selection_of(config, data.corpora)
    assert held_out is not None
    rng = np.random.default_rng(config.seed)
    trainer = Trainer(config, build_model(config, train, data.vectors, rng), train, held_out, rng)
    entities = sum(gold_of(trainer.model, held_out).entity_counts().values())
    try:
        with np.errstate(all="ignore"):  # that rates diverge is what is to be found out
            f1 = [record.f1 or 0.0 for record in trainer.run(shows_progress=False)]
    except DivergenceError:
        return _Outcome(0.0, entities)
    return _Outcome(max(f1) if config.training.keep == "best" else f1[-1], entities)
