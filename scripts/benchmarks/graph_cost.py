"""Forward and backward of graphs that grow: the cost per node stays what it is.

*Deep*: a chain of n scalar nodes. *Wide*: the sum of n nodes that all read one source, so that n
gradients add up in it.
"""

from __future__ import annotations

from collections.abc import Callable

import autodiff as ad
from benchmarks.timing import interleaved, medians

SIZES = (12_500, 25_000, 50_000, 100_000)


def run() -> None:
    """Print seconds and microseconds per node for depth and width up to 100,000."""
    print("shape   nodes     build [s]   forward [s]   backward [s]   backward / forward   us/node")
    for shape, build in (("deep", deep), ("wide", wide)):
        for size in SIZES:
            report(shape, size, build)


def report(shape: str, size: int, build: Callable[[int], ad.Tensor]) -> None:
    graph = ad.Graph(build(size))
    times = medians(
        interleaved(
            {
                "build": lambda: build(size),
                "forward": graph.forward,
                "backward": graph.backward,
            },
            rounds=3,
            warm_up=1,
        )
    )
    forward, backward = times["forward"], times["backward"]
    per_node = 1e6 * (forward + backward) / len(graph.nodes)
    print(
        f"{shape:<7} {len(graph.nodes):>7,} {times['build']:>10.3f} {forward:>13.3f} "
        f"{backward:>14.3f} {backward / forward:>20.2f} {per_node:>9.2f}"
    )


def deep(size: int) -> ad.Tensor:
    """x -> x + 1 -> x + 1 + 1 -> ..."""
    one = ad.Tensor(1.0)
    node: ad.Tensor = ad.Parameter(1.0)
    for _ in range(size):
        node = node + one
    return node


def wide(size: int) -> ad.Tensor:
    """The sum of n negations of one source, added up as a balanced tree."""
    x = ad.Parameter(1.0)
    layer = [-x for _ in range(size // 2)]
    while len(layer) > 1:
        pairs = zip(layer[::2], layer[1::2], strict=False)
        odd = layer[-1:] if len(layer) % 2 else []
        layer = [left + right for left, right in pairs] + odd
    return layer[0]
