"""Draw the graphs of docs/autodiff: python scripts/draw_graphs.py [FOLDER]

The pictures of the docs are made by this command.
"""

import sys
from pathlib import Path

import numpy as np

import autodiff as ad

FOLDER = Path("docs/autodiff")


def worked_example() -> ad.Graph:
    """Return the graph of (x + y) max(y, z), as `docs/autodiff/single-node.md` has it."""
    x, y, z = ad.Parameter(1.0, "x"), ad.Parameter(2.0, "y"), ad.Parameter(0.0, "z")
    return ad.Graph((x + y) * ad.maximum(y, z))


def window_model() -> ad.Graph:
    """Return the graph of s = u^T f(W x + b), as `docs/autodiff/window-model.md` has it."""
    rng, examples, m, n = np.random.default_rng(0), 4, 10, 3
    x = ad.Parameter(rng.normal(size=(examples, m)), "x")
    weights, bias = (
        ad.Parameter(rng.normal(size=(n, m)), "W"),
        ad.Parameter(rng.normal(size=n), "b"),
    )
    z = ad.affine(x, weights, bias)
    h = ad.tanh(z)
    s = h @ ad.Parameter(rng.normal(size=(n, 1)), "u")
    z.name, h.name, s.name = "z", "h", "s"
    return ad.Graph(ad.sum(s))


GRAPHS = {"worked-example": worked_example, "window-model": window_model}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name, graph in GRAPHS.items():
        path = folder / f"{name}.svg"
        path.write_text(graph().draw(), "utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
