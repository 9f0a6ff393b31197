"""The learning rates of each arm at each size: the best of a grid, on held-out documents.

Which rate is the best is an estimate: from a few seeds, and from documents that happened to be held
out. So the choice is resampled. In a resample the held-out units are drawn again, the same for all
rates and arms, and the mean F1 of each rate is moved by what other seeds would have changed; the
rate that is best then is chosen. The share of the resamples in which a rate is chosen tells about
how likely it is that the study, done again with other seeds, had taken it. Rates with a share that
is not negligible are kept, all of them are run, and a figure is the mean over them by their share:
the smoothing of a choice by the bootstrap, Efron 2014, section 2, after Breiman 1996. The shares
are estimates, too: what they had been, had tuning come out like one of its resamples, is known for
each of these in the same way, and varies along in the resamples of the runs (``draws``). That the
choice of hyperparameters is part of what varies: Bouthillier et al. 2021.

One, two or three seeds say little of their own spread. Its variance is that of the difference of
the two best rates between the seeds, averaged over the arms of a size, which learn from the same
documents, and over a guess, which counts like two more of them: that seeds differ by a point of F1
(Reimers and Gurevych 2017). A t with the degrees of freedom of all of that stands for how little is
known of it. At size
``all`` every seed holds out the same documents; at smaller sizes each draws its own, so that the
spread of the seeds holds that of the documents too, which counts twice: the shares are then those
of a choice that is a little less sure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from ner_window.arrays import Array, FloatArray
from ner_window.evaluation.bootstrap import percentile_interval, resampled
from ner_window.evaluation.intervals import figures
from ner_window.study.choice import Choice, TriedRate
from ner_window.study.plan import Cell, Plan
from ner_window.study.results import TuningResult
from ner_window.study.study_config import TuningSettings

RESAMPLES = 5000
INNER = 200
"""So many resamples tell the shares that there would be in one of the others."""
LEAST_SHARE = 0.05
"""A rate that is the best in fewer of the resamples is not kept."""
MOST_KEPT = 3
"""So many rates are kept at most, which bounds the cost of a study."""
GUESSED_VARIANCE = 2.0
"""Of a difference of two runs, between seeds, in points^2: each run differs by 1."""
GUESS_COUNTS = 2
"""As so many degrees of freedom."""
APART = 1_000_000  # the numbers that draw for one size, from those for others and for the runs


def most_kept(tuning: TuningSettings | None) -> int:
    """Return how many rates a cell is run with at most."""
    return 1 if tuning is None else min(MOST_KEPT, len(tuning.learning_rates))


def choices_of(
    plan: Plan,
    results: Sequence[TuningResult],
    failed: Collection[Cell],
    resamples: int = RESAMPLES,
) -> dict[Cell, Choice]:
    """Return the learning rates of each cell, those of the base config without tuning.

    Parameters
    ----------
    plan
        Has the cells.
    results
        The trials. One that diverged counts as an F1 of 0; of equal rates the smaller is better.
    failed
        Cells for which a trial is missing: nothing is chosen for them yet.
    resamples
        How often tuning is resampled.
    """
    if plan.study.tuning is None:
        return dict.fromkeys(plan.cells, Choice.of_one(plan.study.base.training.learning_rate))
    tried = {
        cell: _Trials([trial for trial in results if trial.cell == cell])
        for cell in plan.cells
        if cell not in failed
    }
    choices: dict[Cell, Choice] = {}
    for number, size in enumerate(plan.sizes):
        of_size = {cell: trials for cell, trials in tried.items() if cell[1] == size}
        choices.update(_of_size(of_size, APART * (number + 1), resamples))
    return choices


class _Trials:
    """The trials of a cell: ``rates``, smallest first, and their F1 in percent, (rates, seeds)."""

    def __init__(self, results: Sequence[TuningResult]) -> None:
        self.rates = sorted({trial.learning_rate for trial in results})
        seeds = sorted({trial.seed for trial in results})
        by_place = {(trial.learning_rate, trial.seed): trial for trial in results}
        self._trials = [[by_place[rate, seed] for rate in self.rates] for seed in seeds]
        self.f1 = np.array([[trial.f1 or 0.0 for trial in row] for row in self._trials]).T
        self.seeds = len(seeds)

    def resampled(self, resamples: int, seed: int, holds_out_the_same: bool) -> FloatArray:
        """Return the mean F1 of each rate in resamples of the held-out units, (resamples, rates).

        They are as far from the mean F1 as the units let it be: U units, sampled with replacement,
        vary by (U - 1) / U too little. ``holds_out_the_same`` tells whether the seeds do, so that
        they are resampled together. Equal ``seed`` draw equal units.
        """
        parts = []
        for number, row in enumerate(self._trials):
            units = max(1, *(len(trial.counts) for trial in row))
            counts = np.stack([_padded(trial.counts, units) for trial in row], axis=1)
            own = seed if holds_out_the_same else seed + number
            drawn = np.nan_to_num(figures(resampled(counts, resamples, own))[..., 2])
            spread = np.sqrt(units / max(units - 1, 1))
            parts.append(self.f1[:, number] + spread * (drawn - self.f1[:, number]))
        mean: FloatArray = np.mean(parts, axis=0)
        return mean

    @property
    def rivals(self) -> FloatArray:
        """The best rate minus the one next to it, (seeds,), where neither diverged."""
        if len(self.rates) < 2:
            return np.zeros(0)
        second, best = self.f1[np.argsort(self.f1.mean(axis=1))[-2:]]
        difference: FloatArray = (best - second)[(best > 0) & (second > 0)]
        return difference


def _padded(counts: Array, units: int) -> Array:
    """Return counts of as many units; those of a trial that diverged, which has none, are 0."""
    return counts if len(counts) else np.zeros((units, 3), np.int64)


def _of_size(
    tried: Mapping[Cell, _Trials], seed: int, resamples: int
) -> Iterator[tuple[Cell, Choice]]:
    """Yield the choices of the cells of one size, whose resamples ``seed`` sets apart."""
    variance, freedom = _between_seeds(tried.values())
    for number, (cell, trials) in enumerate(tried.items()):
        mean = trials.f1.mean(axis=1)
        drawn = trials.resampled(resamples, seed, holds_out_the_same=cell[1] == "all")
        rng = np.random.default_rng((seed, number))
        heavy = freedom / rng.chisquare(freedom, resamples)  # the tails of a t
        scale = np.sqrt(variance / 2 / trials.seeds * heavy)[:, np.newaxis] * (mean > 0)
        drawn = drawn + scale * rng.standard_normal(drawn.shape)
        yield cell, _choice(trials.rates, mean, drawn)


def _between_seeds(tried: Collection[_Trials]) -> tuple[float, int]:
    """Return the variance of a difference of two rates between seeds, and its degrees of freedom.

    The guess is part of both.
    """
    differences = [trials.rivals for trials in tried if len(trials.rivals) > 1]
    freedom = GUESS_COUNTS + sum(len(values) - 1 for values in differences)
    squares = sum(float(((values - values.mean()) ** 2).sum()) for values in differences)
    return (GUESS_COUNTS * GUESSED_VARIANCE + squares) / freedom, freedom


def _choice(rates: Sequence[float], mean: FloatArray, drawn: FloatArray) -> Choice:
    """Return the choice, given the mean F1 (rates,), and in resamples (resamples, rates)."""
    best = drawn.argmax(axis=1)
    shares = np.bincount(best, minlength=len(rates)) / len(best)
    likeliest = np.argsort(-shares, kind="stable")[:MOST_KEPT]
    kept = np.sort(likeliest[shares[likeliest] >= min(LEAST_SHARE, shares.max())])
    deviations = drawn[:, kept] - mean[kept]
    own = _shares(mean[np.newaxis, kept], deviations)[0]
    intervals = [percentile_interval(np.clip(column, 0, 100)) for column in drawn.T]
    return Choice(
        shares=dict(zip([rates[each] for each in kept], own.tolist(), strict=True)),
        drawn=_shares(drawn[:, kept], deviations[-INNER:]),
        tried=[
            TriedRate(*figures_of)
            for figures_of in zip(rates, mean.tolist(), intervals, shares.tolist(), strict=True)
        ],
    )


def _shares(means: FloatArray, deviations: FloatArray) -> FloatArray:
    """Return how often each rate is the best, (n, rates), if means (n, rates) deviate like that.

    ``deviations`` are those of as many resamples as tell it, (resamples, rates).
    """
    rates = np.arange(means.shape[1])
    best = (means[:, np.newaxis] + deviations).argmax(axis=2)
    shares: FloatArray = (best[..., np.newaxis] == rates).mean(axis=1)
    return shares
