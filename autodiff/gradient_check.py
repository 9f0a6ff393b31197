"""Gradient checks: is backward what forward says it should be?

The two-sided difference (J(theta + h) - J(theta - h)) / 2h needs no calculus, so it can be trusted,
but it needs two runs of the graph for every element, so it is for checking only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.errors import GraphError
from autodiff.functions import sum as sum_of
from autodiff.graph import Graph
from autodiff.operation import Example, Operation
from autodiff.row_sparse import RowSparse
from autodiff.tensor import Parameter, Tensor, apply

Array = NDArray[Any]

STEP = 1e-5  # near the cube root of the float64 epsilon, where rounding and curvature balance
TOLERANCE = 1e-6


@dataclass(frozen=True)
class GradientReport:
    """How the analytic and the numeric gradient of one source compare.

    ``error`` is ||a - n|| / (||a|| + ||n||), 0 where both are zero. ``worst`` is the index of the
    element that differs most, with both its values.
    """

    source: str
    error: float
    worst: tuple[int, ...]
    analytic: float
    numeric: float

    @property
    def passed(self) -> bool:
        return self.error < TOLERANCE

    def __str__(self) -> str:
        verdict = "ok" if self.passed else f"FAILED at {self.worst}"
        return (
            f"{self.source:<28} {self.error:.1e}  {verdict}"
            f"  (analytic {self.analytic:.6g}, numeric {self.numeric:.6g})"
        )


def gradient_check(graph: Graph, step: float = STEP) -> list[GradientReport]:
    """Compare backward with two-sided differences for every source that needs a gradient.

    The graph ends in a scalar and computes in float64: in float32 rounding hides real errors.
    Costs two forward runs per element. Source values are restored. Raises GraphError for a graph
    that is not scalar or not float64.
    """
    if graph.output.data.ndim != 0:
        raise GraphError("a gradient check needs a scalar output; sum it with random weights")
    sources = [source for source in graph.sources if source.needs_gradient]
    for source in sources:
        if source.data.dtype != np.float64:
            raise GraphError(f"{source.label} is {source.data.dtype}: check gradients in float64")
    graph.forward()
    gradients = {source: _dense_copy(g) for source, g in graph.gradients().items()}
    reports = [
        _compare(
            source.label,
            gradients.get(source, np.zeros_like(source.data)),
            _numeric_gradient(graph, source.data, step),
        )
        for source in sources
    ]
    graph.forward()
    return reports


def check_operation(operation: type[Operation], seed: int = 0) -> list[GradientReport]:
    """Check an operation on each of its registered examples.

    The output is summed with random weights, so that every element has an upstream gradient of its
    own. Raises TypeError where the operation has no examples.
    """
    rng = np.random.default_rng(seed)
    examples = operation.examples(rng)
    if not examples:
        raise TypeError(f"{operation.name}: register it with example inputs")
    return [report for example in examples for report in _check_example(example, rng)]


def _check_example(example: Example, rng: np.random.Generator) -> list[GradientReport]:
    inputs: Sequence[Tensor] = [
        Parameter(x, name=f"{example.operation.name} input {position}")
        if x.dtype.kind == "f"
        else Tensor(x)
        for position, x in enumerate(example.inputs)
    ]
    output = apply(example.operation, *inputs)
    weights = Tensor(rng.uniform(0.5, 1.5, output.shape))
    return gradient_check(Graph(sum_of(output * weights)))


def _numeric_gradient(graph: Graph, theta: Array, step: float) -> Array:
    """Return the two-sided difference for each element of ``theta``, which is moved in place."""
    numeric = np.zeros_like(theta)
    for index in np.ndindex(theta.shape):
        value = theta[index]
        theta[index] = value + step
        above = graph.forward()
        theta[index] = value - step
        below = graph.forward()
        theta[index] = value
        numeric[index] = (above - below) / (2 * step)
    return numeric


def _dense_copy(gradient: Array | RowSparse) -> Array:
    return gradient.to_dense() if isinstance(gradient, RowSparse) else gradient.copy()


def _compare(name: str, analytic: Array, numeric: Array) -> GradientReport:
    difference = np.abs(analytic - numeric)
    size = float(np.linalg.norm(analytic) + np.linalg.norm(numeric))
    worst = np.unravel_index(int(np.argmax(difference)), difference.shape)
    return GradientReport(
        source=name,
        error=float(np.linalg.norm(difference)) / size if size else 0.0,
        worst=tuple(int(i) for i in worst),
        analytic=float(analytic[worst]),
        numeric=float(numeric[worst]),
    )
