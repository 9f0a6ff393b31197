"""Finding a learning rate: trials at powers of ten, then a range test around the best of them.

Every trial starts from the same initial weights and sees the same batches with the same dropout,
over as many epochs as its steps take. In the range test the rate grows exponentially from step to
step; the loss, smoothed exponentially, falls while the rate is of use and rises when it is too
large.

The suggestion is a tenth of the rate at which the smoothed loss is lowest: at that rate itself
training is about to diverge. The rate of the steepest descent, the other common choice, is mostly
found in the first steps, which bring the loss down at any rate, and is much too small.

On few data that comes too late: they are known by heart before the rate is too high for them, and
the loss stays at 0 to the end of the range. Then the trials decide, which start anew: suggested is
a third of the rate of the best.

What the loss suggests is where :mod:`ner_window.training.rehearsal` begins.

Where nothing can be told there is no suggestion: where a trial is longer than the whole run, or the
losses of the trials do not differ.

Source: Smith 2017, section 3.3, for the range test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from rich.console import Group

from ner_window.arrays import FloatArray
from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.model.building import build_model
from ner_window.model.graphs import Batch
from ner_window.progress import Progress
from ner_window.terminal import Column, Shown, Table, together
from ner_window.training.batches import Batches
from ner_window.training.checkpoint import State
from ner_window.training.few_steps import key_of_size
from ner_window.training.step import Step
from ner_window.vectors.word_vectors import WordVectors
from ner_window.wording import counted

POWERS = [10.0**exponent for exponent in range(-6, 2)]
TRIAL_STEPS = 100
JUDGED_STEPS = 20  # the last ones of a trial
PLOT_TITLE = "Learning rates, by ner-window find-lr"  # how the description of a plot begins
HEAD_OF_PLOT = 4096  # bytes in which that stands
JUDGED = f"mean loss of steps {TRIAL_STEPS - JUDGED_STEPS + 1} to {TRIAL_STEPS}"
SAME_LOSS = 0.01  # share of the largest loss by which trials differ at least
RANGE_STEPS = 300
BELOW, ABOVE = 1e-3, 1e2  # where the range test starts and ends, times the best power of ten
SMOOTHING = 0.95
EDGE_STEPS = 10  # of the range test: a loss that is lowest in the last ones was still falling
TOO_HIGH = 4  # times the lowest smoothed loss: there the range test stops
MARGIN = 10  # between the rate with the lowest loss and the suggestion
MARGIN_OF_TRIAL = 3  # between the rate of the best trial and the suggestion, where that counts


@dataclass(frozen=True)
class Trial:
    """A constant learning rate and the mean loss of the last steps; infinite where it diverged."""

    rate: float
    loss: float

    @property
    def figure(self) -> str:
        """The loss, in four digits."""
        return f"{self.loss:.4g}" if math.isfinite(self.loss) else "diverged"


@dataclass(frozen=True)
class RangeTest:
    """Rates (steps,), growing, and the smoothed losses (steps,) of the steps before each."""

    rates: FloatArray
    losses: FloatArray

    @property
    def best_rate(self) -> float:
        """The rate at which the smoothed loss is lowest."""
        return float(self.rates[self.losses.argmin()])

    @property
    def edge(self) -> str | None:
        """Which end of the range the lowest loss is at, None where it lies between them."""
        best = int(self.losses.argmin())
        is_whole = len(self.rates) == RANGE_STEPS  # else it ended because the loss was too high
        if is_whole and best >= RANGE_STEPS - EDGE_STEPS:
            return "upper"
        return "lower" if best == 0 else None

    def __str__(self) -> str:
        edge = f", the {self.edge} end of the range" if self.edge else ""
        return (
            f"range test from {self.rates[0]:.2g} to {self.rates[-1]:.2g}: the loss is lowest at "
            f"{self.best_rate:.2g}{edge}"
        )


@dataclass(frozen=True)
class Finding(Shown):
    """What was tried, and what it suggests.

    ``ratio`` is that of the learning rate of the vectors to the rest, None where they have none of
    their own.
    """

    trials: list[Trial]
    range_test: RangeTest
    ratio: float | None

    @property
    def suggestion(self) -> float:
        """The suggested ``training.learning_rate``, in two digits."""
        if self.range_test.edge == "upper":
            rate = self.best_trial.rate / MARGIN_OF_TRIAL
        else:
            rate = max(self.range_test.best_rate / MARGIN, self.range_test.rates[0])
        return float(f"{rate:.2g}")

    @property
    def steps(self) -> int:
        """About how many steps it took."""
        return TRIAL_STEPS * len(self.trials) + len(self.range_test.rates)

    @property
    def best_trial(self) -> Trial:
        """The trial with the lowest loss."""
        return min(self.trials, key=lambda trial: trial.loss)

    def settings(self, rate: float) -> dict[str, float]:
        """Return a learning rate as settings of a config, by key."""
        rates = {"training.learning_rate": rate}
        if self.ratio is not None:
            rates["embeddings.learning_rate"] = float(f"{rate * self.ratio:.2g}")
        return rates

    def options(self, rate: float) -> list[str]:
        """Return a learning rate as options of the command line."""
        pairs = [("--set", f"{key}={value:g}") for key, value in self.settings(rate).items()]
        return [word for pair in pairs for word in pair]

    @property
    def edges(self) -> list[str]:
        """Why the suggestion may be far off: what is best at the edge of what was tried."""
        rates = [trial.rate for trial in self.trials]
        best, found = self.best_trial.rate, []
        if len(rates) > 1 and best in (rates[0], rates[-1]):
            end = "lowest" if best == rates[0] else "highest"
            found.append(f"the best trial is that of the {end} rate, {best:g}")
        if self.range_test.edge == "lower":
            found.append("the loss is lowest at the lower end of the range test")
        return found

    @property
    def suggested(self) -> str:
        """What the loss suggests, and what that is of the rate that it is derived from."""
        is_of_trial = self.range_test.edge == "upper"
        share = "a third of the best trial's" if is_of_trial else "a tenth of it"
        return f"the loss alone suggests {self.suggestion:g}, {share}"

    def __rich__(self) -> Group:
        """Return the trials, and what the range test suggests."""
        columns = [Column(head, is_number=False) for head in ("learning rate", JUDGED)]
        trials = Table(columns, [[f"{trial.rate:g}", trial.figure] for trial in self.trials])
        return together(trials, f"{self.range_test}; {self.suggested}")


def find_learning_rate(
    config: Config,
    train: Corpus,
    vectors: WordVectors | None,
    powers: Sequence[float] = POWERS,
    above: float = ABOVE,
) -> Finding:
    """Find a learning rate for a config on its training data.

    The schedule of the config is left out; vectors that are frozen at first stay frozen.

    Parameters
    ----------
    config
        Of a run.
    train
        Its training data.
    vectors
        The pretrained ones, None where the table starts at random.
    powers
        The rates that are tried first, from which the range of the test follows.
    above
        The range test ends at so many times the best of them.

    Raises
    ------
    InputError
        Where every one of ``powers`` diverges, where their losses do not differ, or where the run
        has fewer steps than a trial.
    """
    probe = _Probe(config, train, vectors)
    _check_length(config, probe.steps_per_epoch)
    total = TRIAL_STEPS * len(powers) + RANGE_STEPS
    progress = Progress("find-lr", total, "steps")
    with progress, np.errstate(all="ignore"):  # that rates diverge is what is to be found out
        probe.on_step = progress.advance
        trials = [Trial(rate, _trial_loss(probe, rate)) for rate in powers]
        _check_losses(trials)
        best = min(trials, key=lambda trial: trial.loss)
        range_test = _range_test(probe, best.rate, above)
    own_rate = config.embeddings.learning_rate
    ratio = None if own_rate is None else own_rate / config.training.learning_rate
    return Finding(trials, range_test, ratio)


def _check_length(config: Config, steps_per_epoch: int) -> None:
    """Raise InputError where what is best over the steps of a trial says nothing about a run."""
    steps = steps_per_epoch * config.training.epochs_of(steps_per_epoch)
    if steps < TRIAL_STEPS:
        raise InputError(
            f"no learning rate can be told: the run has {counted(steps, 'step')}, "
            f"{steps_per_epoch:,} an epoch, and a trial alone needs {TRIAL_STEPS}; set "
            f"training.{key_of_size(config.training)} lower, or training.epochs higher"
        )


def _check_losses(trials: Sequence[Trial]) -> None:
    """Raise InputError where the losses do not tell one rate from another."""
    finite = [trial.loss for trial in trials if math.isfinite(trial.loss)]
    if not finite:
        raise InputError(
            "the loss is not finite at any learning rate: look at the data with "
            "ner-window data check, and at the vectors with ner-window vectors info"
        )
    lowest, highest = min(finite), max(finite)
    if len(finite) > 1 and highest - lowest <= SAME_LOSS * highest:
        raise InputError(
            f"no learning rate can be told: after {TRIAL_STEPS} steps the loss is {lowest:.4g} to "
            f"{highest:.4g} at every rate from {trials[0].rate:g} to {trials[-1].rate:g}. Look at "
            "what holds the weights back, such as training.clip_norm or regularization, and at the "
            "data with ner-window data check"
        )


class _Probe:
    """A step of training that can be brought back to the initial weights."""

    def __init__(self, config: Config, train: Corpus, vectors: WordVectors | None) -> None:
        rng = np.random.default_rng(config.seed)
        model = build_model(config, train, vectors, rng)
        self.on_step: Callable[[], object] = lambda: None
        self._initial_rate = config.training.learning_rate
        self._step = Step(config, model, rng)
        self._batches = Batches.of(config, model, train, rng)
        arrays, values = self._step.state()
        self._state = State({name: array.copy() for name, array in arrays.items()}, values)
        self._rng, self._chance = rng, rng.bit_generator.state

    @property
    def steps_per_epoch(self) -> int:
        return len(self._batches)

    def losses(self, rate_at: Callable[[int], float], steps: int) -> Iterator[float]:
        """Yield the losses of some steps from the initial weights, while they are finite.

        The loss of a step is that before its update. All rates follow ``rate_at`` in proportion.
        """
        self._step.load_state(self._state)
        self._rng.bit_generator.state = self._chance
        for number, batch in enumerate(islice(self._epochs(), steps)):
            loss = self._step(batch, rate_at(number) / self._initial_rate).loss
            self.on_step()
            if not math.isfinite(loss):
                return
            yield loss

    def _epochs(self) -> Iterator[Batch]:
        while True:
            yield from self._batches


def _trial_loss(probe: _Probe, rate: float) -> float:
    losses = list(probe.losses(lambda step: rate, TRIAL_STEPS))
    return float(np.mean(losses[-JUDGED_STEPS:])) if len(losses) == TRIAL_STEPS else math.inf


def _range_test(probe: _Probe, around: float, above: float) -> RangeTest:
    """Let the rate grow until the loss is too high, or the range ends."""
    rates = np.geomspace(around * BELOW, around * above, RANGE_STEPS)
    smoothed: list[float] = []
    average = 0.0
    for loss in probe.losses(lambda step: float(rates[step]), RANGE_STEPS):
        average = SMOOTHING * average + (1 - SMOOTHING) * loss
        smoothed.append(average / (1 - SMOOTHING ** (len(smoothed) + 1)))
        if smoothed[-1] > TOO_HIGH * min(smoothed):
            break
    return RangeTest(rates[: len(smoothed)], np.array(smoothed))


def is_plot(path: Path) -> bool:
    """Tell whether a file is a plot of a finding. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return PLOT_TITLE.encode() in file.read(HEAD_OF_PLOT)
