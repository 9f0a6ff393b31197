"""A full training step (gather, forward, backward, optimizer) of the window model, and its peers.

V 100,000, d 50, window 5, hidden 100, 9 classes. All start from the same weights, see the same
batches, take turns, and must come to the same losses. PyTorch and JAX join in where they
are installed (``pip install 'ner-window[bench]'``).
"""

from __future__ import annotations

import gc
import importlib.util
import time
from collections.abc import Callable
from typing import Literal

import numpy as np

from benchmarks import hand_fused
from benchmarks.timing import Spread
from benchmarks.window_model import (
    Batches,
    Block,
    Sizes,
    Weights,
    engine_block,
    initial_weights,
    zipf_batches,
)

BATCH_SIZES = (32, 128, 512, 2048)
BATCHES, IN_A_BLOCK = 90, 30
TOLERANCE = 1e-3  # of a loss, relative, after up to 90 steps in float32

Maker = Callable[[Weights, Batches, bool], Block]


def run(rounds: str = "24", peers: Literal["all", "numpy"] = "all") -> None:
    """Print for each batch size the microseconds of a step and the ratios to the engine.

    ``numpy`` leaves out PyTorch and JAX.
    """
    makers = contestants(with_others=peers == "all")
    weights = initial_weights(Sizes())
    for fine_tuned in (False, True):
        for n in BATCH_SIZES:
            batches = zipf_batches(Sizes(), n, BATCHES)
            blocks = {name: make(weights, batches, fine_tuned) for name, make in makers.items()}
            print(f"\n{'fine-tuned' if fine_tuned else 'frozen'}, batch {n}: {agreement(blocks)}")
            print_table(measure(blocks, int(rounds)))


def contestants(with_others: bool) -> dict[str, Maker]:
    makers: dict[str, Maker] = {
        "its matrix products alone": hand_fused.products_block,
        "hand-fused": hand_fused.block,
        "autodiff": engine_block,
    }
    if with_others and importlib.util.find_spec("torch"):
        from benchmarks import torch_step

        makers["PyTorch eager"] = torch_step.eager_block
        makers["PyTorch eager, fused Adam"] = torch_step.fused_block
        makers["torch.compile, fused Adam"] = torch_step.compiled_block
    if with_others and importlib.util.find_spec("jax"):
        from benchmarks import jax_step

        makers["JAX jit"] = jax_step.step_block
        makers[f"JAX jit, {IN_A_BLOCK} steps a call"] = jax_step.scanned_block
    return makers


def agreement(blocks: dict[str, Block]) -> str:
    """Run all batches once, which warms up; return how far the losses lie apart at most.

    Raises SystemExit where somebody computes something else than hand-fused numpy.
    """
    losses = {
        name: [
            loss
            for start in range(0, BATCHES, IN_A_BLOCK)
            for loss in block(start, start + IN_A_BLOCK)
        ]
        for name, block in blocks.items()
    }
    expected = np.array(losses["hand-fused"], np.float64)
    apart = {name: np.abs(own / expected - 1).max() for name, own in losses.items() if own}
    for name, difference in apart.items():
        if not difference < TOLERANCE:
            raise SystemExit(f"{name} does not compute the same: losses {difference:.1e} apart")
    return f"losses of {BATCHES} steps at most {max(apart.values()):.0e} apart"


def measure(
    blocks: dict[str, Block], rounds: int, batches: int = BATCHES
) -> dict[str, list[float]]:
    """Return the mean seconds of a step of each block; they take turns.

    Seconds of the processor, all threads together: what others on the machine do counts for less.
    """
    seconds: dict[str, list[float]] = {name: [] for name in blocks}
    gc.freeze()  # what the libraries have made is nobody's garbage to search
    names = list(blocks)
    for number in range(rounds):
        first = number * IN_A_BLOCK % batches
        names.append(names.pop(0))  # everyone is first in turn
        for name in names:
            start = time.process_time()
            blocks[name](first, first + IN_A_BLOCK)
            seconds[name].append((time.process_time() - start) / IN_A_BLOCK)
    return seconds


def print_table(seconds: dict[str, list[float]]) -> None:
    """Print medians and quartiles; the ratios are those of figures of the same round."""
    print(f"{'':<28}{'microseconds':>24}{'/ hand-fused':>24}{'/ autodiff':>24}")
    for name, values in seconds.items():
        spread = Spread.of([1e6 * value for value in values])
        text = f"{name:<28}{spread.median:>9.0f} [{spread.low:>5.0f}, {spread.high:>5.0f}]"
        for reference in ("hand-fused", "autodiff"):
            ratio = Spread.of_ratios(values, seconds[reference])
            text += f"{ratio.median:>9.2f} [{ratio.low:>5.2f}, {ratio.high:>5.2f}]"
        print(text, flush=True)
