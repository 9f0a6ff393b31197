"""A full training step (gather, forward, backward, optimizer) of the window model, and its peers.

V 100,000, d 50, window 5, hidden 100, 9 classes; words drawn by Zipf's law. The engine and the
hand-fused step take turns, a block of batches each; PyTorch joins in where it is installed.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable

import numpy as np

import autodiff as ad
from autodiff.initializers import xavier_uniform
from benchmarks.hand_fused import HandFusedStep

V, D, WINDOW, HIDDEN, CLASSES = 100_000, 50, 5, 100, 9
BATCHES, ROUNDS = 30, 15
SIZES = (32, 128, 512)

Step = Callable[[np.ndarray, np.ndarray], object]


def run() -> None:
    """Print the medians and the ratios to hand-fused numpy."""
    makers: dict[str, Callable[[int, bool], Step]] = {
        "hand-fused": hand_fused_step,
        "autodiff": engine_step,
    }
    if importlib.util.find_spec("torch"):
        makers["PyTorch"] = torch_step
    print("vectors      batch   " + "   ".join(f"{name:>10}" for name in makers), end="")
    print("   (microseconds)   autodiff / hand-fused" + "   PyTorch / ..." * ("PyTorch" in makers))
    for fine_tuned in (False, True):
        for n in SIZES:
            times = measure({name: make(n, fine_tuned) for name, make in makers.items()}, n)
            _print_row(fine_tuned, n, times)


def _print_row(fine_tuned: bool, n: int, times: dict[str, float]) -> None:
    row = "   ".join(f"{1e6 * seconds:>10.0f}" for seconds in times.values())
    ratio = times["autodiff"] / times["hand-fused"]
    text = f"{'fine-tuned' if fine_tuned else 'frozen':<10} {n:>7}   {row}   {ratio:>36.2f}"
    if "PyTorch" in times:
        text += f"   {times['PyTorch'] / times['hand-fused']:.2f} / "
        text += f"{times['PyTorch'] / times['autodiff']:.2f}"
    print(text)


def measure(steps: dict[str, Step], n: int) -> dict[str, float]:
    """Return the median seconds of a step of each; they take turns, a block of batches each."""
    rng = np.random.default_rng(0)
    frequency = 1 / np.arange(1, V + 1)
    frequency /= frequency.sum()
    batches = [
        (rng.choice(V, (n, WINDOW), p=frequency), rng.integers(0, CLASSES, n))
        for _ in range(BATCHES)
    ]
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for round_ in range(ROUNDS + 2):
        for name, step in steps.items():
            for ids, tags in batches:
                start = time.perf_counter()
                step(ids, tags)
                if round_ >= 2:
                    seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def initial_table(rng: np.random.Generator) -> np.ndarray:
    return (0.1 * rng.normal(size=(V, D))).astype(np.float32)


def hand_fused_step(n: int, fine_tuned: bool) -> Step:
    rng = np.random.default_rng(1)
    return HandFusedStep(initial_table(rng), WINDOW, HIDDEN, CLASSES, n, fine_tuned, rng).step


def engine_step(n: int, fine_tuned: bool) -> Step:
    """The same step in the engine: the graph is built once and fed."""
    rng = np.random.default_rng(1)
    table = initial_table(rng)
    words = ad.Parameter(table, "E") if fine_tuned else ad.Tensor(table, "E")
    w = ad.Parameter(xavier_uniform(rng, (HIDDEN, WINDOW * D)), "W")
    b = ad.Parameter(np.zeros(HIDDEN, np.float32), "b")
    u = ad.Parameter(xavier_uniform(rng, (CLASSES, HIDDEN)), "U")
    c = ad.Parameter(np.zeros(CLASSES, np.float32), "c")
    ids = ad.Tensor(np.zeros((n, WINDOW), np.int64))
    tags = ad.Tensor(np.zeros(n, np.int64))
    h = ad.layer(ad.lookup_window(words, ids), w, b, "tanh")
    graph = ad.Graph(ad.softmax_cross_entropy(ad.affine(h, u, c), tags))
    optimizers: list[ad.Optimizer] = [ad.Adam([w, b, u, c])]
    if isinstance(words, ad.Parameter):
        optimizers.append(ad.SparseAdam([words]))

    def step(batch: np.ndarray, gold: np.ndarray) -> float:
        loss: float = graph.forward({ids: batch, tags: gold})
        graph.backward()
        for optimizer in optimizers:
            optimizer.step()
        return loss

    return step


def torch_step(n: int, fine_tuned: bool) -> Step:
    """PyTorch, eager: a sparse embedding with SparseAdam, and Adam for the rest."""
    import torch

    torch.set_num_threads(1)
    table = torch.tensor(initial_table(np.random.default_rng(1)))
    embedding = torch.nn.Embedding.from_pretrained(table, freeze=not fine_tuned, sparse=True)
    rest = torch.nn.Sequential(
        torch.nn.Linear(WINDOW * D, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, CLASSES)
    )
    optimizers: list[torch.optim.Optimizer] = [torch.optim.Adam(rest.parameters())]
    if fine_tuned:
        optimizers.append(torch.optim.SparseAdam(list(embedding.parameters())))
    cross_entropy = torch.nn.CrossEntropyLoss()

    def step(batch: np.ndarray, gold: np.ndarray) -> object:
        for optimizer in optimizers:
            optimizer.zero_grad()
        x = embedding(torch.from_numpy(batch)).view(len(batch), -1)
        loss = cross_entropy(rest(x), torch.from_numpy(gold))
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        return loss

    return step
