"""Finding a learning rate: trials at powers of ten, then a range test around the best of them.

Every trial starts from the same initial weights and sees the same batches with the same dropout. In
the range test the rate grows exponentially from step to step; the loss, smoothed exponentially,
falls while the rate is of use and rises when it is too large.

The suggestion is a tenth of the rate at which the smoothed loss is lowest: at that rate itself
training is about to diverge. The rate of the steepest descent, the other common choice, is mostly
found in the first steps, which bring the loss down at any rate, and is much too small.

Source: Smith 2017, section 3.3, for the range test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

import numpy as np
from tqdm import tqdm

from ner_window.arrays import FloatArray
from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.model.building import build_model
from ner_window.model.graphs import Batch
from ner_window.training.batches import Batches
from ner_window.training.checkpoint import State
from ner_window.training.step import Step
from ner_window.vectors.word_vectors import WordVectors

POWERS = [10.0**exponent for exponent in range(-6, 2)]
TRIAL_STEPS = 100  # at most, and no more than an epoch has
JUDGED_SHARE = 5  # of these the last fifth is judged
RANGE_STEPS = 300
BELOW, ABOVE = 1e-3, 1e2  # where the range test starts and ends, times the best power of ten
SMOOTHING = 0.95
TOO_HIGH = 4  # times the lowest smoothed loss: there the range test stops
MARGIN = 10  # between the rate with the lowest loss and the suggestion


@dataclass(frozen=True)
class Trial:
    """A constant learning rate and the mean loss of the last steps; infinite where it diverged."""

    rate: float
    loss: float


@dataclass(frozen=True)
class RangeTest:
    """Rates (steps,), growing, and the smoothed losses (steps,) of the steps before each."""

    rates: FloatArray
    losses: FloatArray

    @property
    def best_rate(self) -> float:
        """The rate at which the smoothed loss is lowest."""
        return float(self.rates[self.losses.argmin()])


@dataclass(frozen=True)
class Finding:
    """What was tried, and what it suggests.

    ``steps`` are those of a trial; ``ratio`` is that of the learning rate of the vectors to the
    rest, None where they have none of their own.
    """

    steps: int
    trials: list[Trial]
    range_test: RangeTest
    ratio: float | None

    @property
    def suggestion(self) -> float:
        """The suggested ``training.learning_rate``, in two digits."""
        rate = max(self.range_test.best_rate / MARGIN, self.range_test.rates[0])
        return float(f"{rate:.2g}")

    @property
    def settings(self) -> str:
        """The suggestion as options of the command line."""
        rates = {"training": self.suggestion}
        if self.ratio is not None:
            rates["embeddings"] = self.suggestion * self.ratio
        return " ".join(f"--set {key}.learning_rate={rate:.2g}" for key, rate in rates.items())

    def __str__(self) -> str:
        judged = _judged(self.steps)
        lines = [f"learning rate  mean loss of steps {self.steps - judged + 1} to {self.steps}"]
        for trial in self.trials:
            loss = f"{trial.loss:.4g}" if math.isfinite(trial.loss) else "diverged"
            lines.append(f"{trial.rate:<13g}  {loss}")
        first, last = self.range_test.rates[[0, -1]]
        return "\n".join(
            [
                *lines,
                f"range test from {first:.2g} to {last:.2g}: the loss is lowest at "
                f"{self.range_test.best_rate:.2g}; suggested is a tenth of it",
                self.settings,
            ]
        )


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
        Where every one of ``powers`` diverges.
    """
    probe = _Probe(config, train, vectors)
    steps = min(TRIAL_STEPS, probe.steps_per_epoch)
    total = steps * len(powers) + RANGE_STEPS
    progress = tqdm(total=total, desc="find-lr", unit=" steps", leave=False, disable=None)
    with progress, np.errstate(all="ignore"):  # that rates diverge is what is to be found out
        probe.on_step = progress.update
        trials = [Trial(rate, _trial_loss(probe, rate, steps)) for rate in powers]
        best = min(trials, key=lambda trial: trial.loss)
        if not math.isfinite(best.loss):
            raise InputError(
                "the loss is not finite at any learning rate: look at the data with "
                "ner-window data check, and at the vectors with ner-window vectors info"
            )
        range_test = _range_test(probe, best.rate, above)
    own_rate = config.embeddings.learning_rate
    ratio = None if own_rate is None else own_rate / config.training.learning_rate
    return Finding(steps, trials, range_test, ratio)


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


def _judged(steps: int) -> int:
    return max(steps // JUDGED_SHARE, 1)


def _trial_loss(probe: _Probe, rate: float, steps: int) -> float:
    losses = list(probe.losses(lambda step: rate, steps))
    return float(np.mean(losses[-_judged(steps) :])) if len(losses) == steps else math.inf


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


def draw(finding: Finding, file: BinaryIO) -> None:
    """Draw a finding as SVG, the same to the byte in every run.

    The curve is the range test, the dots are the powers of ten, the line is the suggestion. Raises
    ImportError where matplotlib is missing.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    curve = finding.range_test
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(curve.rates, curve.losses, label="range test, smoothed")
    finite = [trial for trial in finding.trials if math.isfinite(trial.loss)]
    label = f"constant rate, last of {finding.steps} steps"
    axes.plot([t.rate for t in finite], [t.loss for t in finite], "o", label=label)
    axes.axvline(
        finding.suggestion, color="gray", linestyle="--", label=f"suggested: {finding.suggestion:g}"
    )
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
    axes.set_ylim(0, 1.1 * curve.losses.max())  # a diverging trial is far above
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")  # where the curve is not: it starts high
    with mpl.rc_context({"svg.hashsalt": "find-lr"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
