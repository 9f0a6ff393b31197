"""The cost of a training step against batch, window, hidden units and depth, drawn with its floor.

The floor is the time that the matrix products alone take at the rate of a large one, which is
measured in the same run. Needs the extra `report` (matplotlib).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.timing import Spread
from benchmarks.training_step import BATCHES, measure
from benchmarks.window_model import Sizes, engine_block, initial_weights, zipf_batches

OUT = "docs/benchmarks-scaling.svg"
STANDARD, N = Sizes(vocabulary=20_000), 128


@dataclass(frozen=True)
class Setting:
    """One point of a panel: its place on the x axis, the model, the batch."""

    x: int
    sizes: Sizes
    n: int = N


PANELS = {
    "batch": [Setting(n, STANDARD, n) for n in (16, 32, 64, 128, 256, 512, 1024, 2048)],
    "window": [Setting(w, replace(STANDARD, window=w)) for w in (1, 3, 5, 7, 9, 11)],
    "hidden units": [
        Setting(units, replace(STANDARD, hidden=(units,))) for units in (25, 50, 100, 200, 400, 800)
    ],
    "hidden layers": [
        Setting(depth, replace(STANDARD, hidden=(100,) * depth)) for depth in (1, 2, 3, 4)
    ],
}
LOGARITHMIC = ("batch", "hidden units")


def run(out: str = OUT, rounds: str = "15") -> None:
    """Measure all panels, print them, and draw them to ``out``."""
    rate = product_rate()
    print(f"a product of 1024 x 1024 matrices: {rate / 1e9:.0f} GFLOP/s")
    mpl.rcParams["svg.hashsalt"] = "scaling"
    figure, axes = plt.subplots(2, 2, figsize=(9, 7))
    for axis, (name, settings) in zip(axes.flat, PANELS.items(), strict=True):
        for is_fine_tuned in (False, True):
            spreads = measured(settings, is_fine_tuned, int(rounds))
            floors = [floor(setting, is_fine_tuned, rate) for setting in settings]
            _print_rows(name, settings, is_fine_tuned, spreads, floors)
            _draw(axis, settings, is_fine_tuned, spreads, floors)
        _finish(axis, name, [setting.x for setting in settings])
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="upper center", ncols=2)
    figure.tight_layout(rect=(0, 0, 1, 0.93))
    figure.savefig(out, format="svg", metadata={"Date": None})
    print(f"wrote {Path(out).absolute()}")


def product_rate() -> float:
    """Return the floating-point operations a second of a large matrix product, the median of 15."""
    x = np.random.default_rng(0).normal(size=(1024, 1024)).astype(np.float32)
    product, seconds = np.empty_like(x), []
    for _ in range(15):
        start = time.process_time()
        np.dot(x, x, out=product)
        seconds.append(time.process_time() - start)
    return 2 * 1024**3 / float(np.median(seconds))


def measured(settings: list[Setting], is_fine_tuned: bool, rounds: int) -> list[Spread]:
    """Return the microseconds of a step in each setting; they take turns."""
    blocks = {}
    for setting in settings:
        batches = zipf_batches(setting.sizes, setting.n, BATCHES)
        block = engine_block(initial_weights(setting.sizes), batches, is_fine_tuned)
        block(0, BATCHES)
        blocks[str(setting.x)] = block
    return [Spread.of([1e6 * s for s in own]) for own in measure(blocks, rounds).values()]


def products(setting: Setting, is_fine_tuned: bool) -> Iterator[tuple[int, int, int]]:
    """Yield the sizes (n, k, m) of the matrix products of a step."""
    sizes = setting.sizes
    widths = [sizes.window * sizes.d, *sizes.hidden, sizes.classes]
    for number, (width, out) in enumerate(pairwise(widths)):
        yield setting.n, width, out  # Z = X W^T
        yield out, setting.n, width  # dW = delta^T X
        if number or is_fine_tuned:
            yield setting.n, out, width  # dX = delta W


def floor(setting: Setting, is_fine_tuned: bool, rate: float) -> float:
    """Return the microseconds of the matrix products at this rate."""
    return sum(2e6 * n * k * m / rate for n, k, m in products(setting, is_fine_tuned))


def _print_rows(
    name: str,
    settings: list[Setting],
    is_fine_tuned: bool,
    spreads: list[Spread],
    floors: list[float],
) -> None:
    print(f"\n{name}, {'fine-tuned' if is_fine_tuned else 'frozen'}: microseconds; floor; ratio")
    for setting, spread, least in zip(settings, spreads, floors, strict=True):
        print(
            f"{setting.x:>6} {spread.median:>8.0f} [{spread.low:.0f}, {spread.high:.0f}] "
            f"{least:>8.0f} {spread.median / least:>6.2f}",
            flush=True,
        )


def _draw(
    axis: Axes,
    settings: list[Setting],
    is_fine_tuned: bool,
    spreads: list[Spread],
    floors: list[float],
) -> None:
    label, color = ("fine-tuned", "C1") if is_fine_tuned else ("frozen", "C0")
    x = [setting.x for setting in settings]
    axis.plot(x, [spread.median for spread in spreads], "o-", color=color, label=label)
    lows, highs = [spread.low for spread in spreads], [spread.high for spread in spreads]
    axis.fill_between(x, lows, highs, color=color, alpha=0.2, linewidth=0)
    axis.plot(x, floors, "--", color=color, label=f"{label}: the matrix products alone")


def _finish(axis: Axes, name: str, ticks: list[int]) -> None:
    axis.set_xlabel(name)
    axis.set_ylabel("microseconds a step")
    if name in LOGARITHMIC:
        axis.set_xscale("log")
        axis.set_yscale("log")
    else:
        axis.set_ylim(0)
    axis.set_xticks(ticks, labels=map(str, ticks))
    axis.minorticks_off()
    axis.grid(alpha=0.3)
