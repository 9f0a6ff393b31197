"""Draw every schedule of autodiff: python scripts/draw_schedules.py [OUT.svg]

Needs the extra `report` (matplotlib). The picture of the docs is made by this command.
"""

import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from autodiff import schedules

OUT = Path("docs/autodiff/schedules.svg")
EPOCHS, STEPS = 10, 100
TOTAL = EPOCHS * STEPS


def plateau() -> schedules.Schedule:
    """Follow scores that rise for three epochs and then stand still."""
    reduce = schedules.ReduceOnPlateau(patience=1)
    factors = []
    for epoch in range(EPOCHS):
        factors.append(reduce(0))
        reduce.observe(min(epoch, 3))
    return lambda step: factors[min(step // STEPS, EPOCHS - 1)]


SCHEDULES = {
    "constant()": schedules.constant(),
    "halving(every=3)": schedules.halving(STEPS, every=3),
    "exponential(rate=0.3)": schedules.exponential(STEPS, rate=0.3),
    "linear(total)": schedules.linear(TOTAL),
    "cosine(total)": schedules.cosine(TOTAL),
    "triangular(125)": schedules.triangular(125),
    "triangular2(125)": schedules.triangular2(125),
    "warm_up(200, linear)": schedules.warm_up(200, schedules.linear(TOTAL - 200)),
    "ReduceOnPlateau(patience=1)": plateau(),
}


def main() -> None:
    mpl.rcParams["svg.hashsalt"] = "schedules"  # the same picture, to the byte, in every run
    figure, axes = plt.subplots(3, 3, figsize=(9, 6), sharex=True, sharey=True)
    steps = range(TOTAL + 1)
    for axis, (name, schedule) in zip(axes.flat, SCHEDULES.items(), strict=True):
        axis.plot([step / STEPS for step in steps], [schedule(step) for step in steps])
        axis.set_title(name, fontsize=10)
        axis.set_ylim(0, 1.08)
        axis.grid(alpha=0.3)
    for axis in axes[-1]:
        axis.set_xlabel("epoch (100 steps)")
    for axis in axes[:, 0]:
        axis.set_ylabel("factor")
    figure.tight_layout()
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    figure.savefig(out, format="svg", metadata={"Date": None})
    print(f"wrote {out}")


if __name__ == "__main__":
    main()
