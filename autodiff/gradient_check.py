"""Gradient checks: is backward what forward says it should be?

The two-sided difference (J(theta + h) - J(theta - h)) / 2h needs no calculus, so it can be trusted,
but it needs two runs of the graph for every element, so it is for checking only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from autodiff.arrays import Array, BoolArray, FloatArray
from autodiff.errors import GraphError
from autodiff.functions import sum as sum_of
from autodiff.graph import Graph
from autodiff.node import Node
from autodiff.operation import REGISTRY, Example, Operation
from autodiff.row_sparse import RowSparse
from autodiff.tensor import Parameter, Tensor, apply

STEP = 1e-5  # near the cube root of the float64 epsilon, where rounding and curvature balance
TOLERANCE = 1e-6
MOST_ELEMENTS = 10_000  # above, random directions are checked instead of elements
DIRECTIONS = 20


@dataclass(frozen=True)
class GradientReport:
    """How the analytic and the numeric gradient of one source compare.

    ``error`` is ||a - n|| / (||a|| + ||n||), 0 where both are zero. ``worst`` is the index of the
    element that differs most, with both its values; where random directions were checked, it is
    the number of the direction. ``kinks`` counts elements left out because the function has a kink
    within the step, where no derivative exists.
    """

    source: str
    error: float
    worst: tuple[int, ...]
    analytic: float
    numeric: float
    kinks: int = 0

    @property
    def passed(self) -> bool:
        return self.error < TOLERANCE

    def __str__(self) -> str:
        verdict = "ok" if self.passed else f"FAILED at {self.worst}"
        kinks = f", {self.kinks} at kinks left out" if self.kinks else ""
        return (
            f"{self.source:<32} {self.error:.1e}  {verdict}"
            f"  (analytic {self.analytic:.6g}, numeric {self.numeric:.6g}{kinks})"
        )


def gradient_check(
    graph: Graph, step: float = STEP, most_elements: int = MOST_ELEMENTS, seed: int = 0
) -> list[GradientReport]:
    """Compare backward with two-sided differences for every source that needs a gradient.

    The graph ends in a scalar and computes in float64: in float32 rounding hides real errors.
    Source values are restored.

    Parameters
    ----------
    graph : what is checked
    step : h of the differences
    most_elements : of a source. Each of them is checked, at the cost of two forward runs; of a
        larger source, the derivatives along random directions
    seed : of the random directions

    Returns
    -------
    A report for each source.

    Raises
    ------
    GraphError
        Where the graph is not scalar or not float64.
    """
    if graph.output.array.ndim != 0:
        raise GraphError("a gradient check needs a scalar output; sum it with random weights")
    sources = [source for source in graph.sources if source.needs_gradient]
    for source in sources:
        if source.array.dtype != np.float64:
            raise GraphError(f"{source.label} is {source.array.dtype}: check gradients in float64")
    graph.forward()
    gradients = {source: _dense_copy(g) for source, g in graph.gradients().items()}
    rng = np.random.default_rng(seed)
    reports = []
    for source in sources:
        analytic = gradients.get(source, np.zeros_like(source.array))
        if source.array.size <= most_elements:
            reports.append(_check_elements(graph, source, analytic, step))
        else:
            reports.append(_check_directions(graph, source, analytic, step, rng))
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


def check_all(seed: int = 0) -> dict[str, list[GradientReport]]:
    """Check every registered operation, by name."""
    return {name: check_operation(REGISTRY[name], seed) for name in sorted(REGISTRY)}


def table_of(reports: Iterable[GradientReport], most: int = 10) -> str:
    """Return the reports as lines, largest error first."""
    worst_first = sorted(reports, key=lambda report: -report.error)
    return "\n".join(str(report) for report in worst_first[:most])


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


def _check_elements(
    graph: Graph, source: Node, analytic: FloatArray, step: float
) -> GradientReport:
    """Compare element by element.

    Where they differ, a kink nearby may be the reason: a smaller step may not reach it. Where none
    is small enough, the element itself may be at a kink.
    """
    numeric, theta = np.zeros_like(analytic), source.array
    at_kink = np.zeros(theta.shape, bool)
    for index in np.ndindex(theta.shape):
        unit = np.zeros_like(theta)
        unit[index] = 1
        for smaller in (step, step / 10, step / 100):
            numeric[index] = _slope(graph, source, unit, smaller)
            if abs(numeric[index] - analytic[index]) <= 1e-5 * (abs(numeric[index]) + 1):
                break
        else:
            at_kink[index] = _has_kink(graph, source, unit, step)
    return _compare(source.label, analytic, np.where(at_kink, analytic, numeric), at_kink)


def _check_directions(
    graph: Graph, source: Node, analytic: FloatArray, step: float, rng: np.random.Generator
) -> GradientReport:
    """Compare the derivatives along random directions of length 1."""
    along_analytic, along_numeric = np.zeros(DIRECTIONS), np.zeros(DIRECTIONS)
    for number in range(DIRECTIONS):
        direction = rng.normal(size=analytic.shape)
        direction /= np.linalg.norm(direction)
        along_analytic[number] = np.vdot(analytic, direction)
        along_numeric[number] = _slope(graph, source, direction, step)
    label = f"{source.label} ({DIRECTIONS} directions)"
    return _compare(label, along_analytic, along_numeric, np.zeros(DIRECTIONS, bool))


def _slope(graph: Graph, source: Node, direction: FloatArray, step: float) -> float:
    """Return the two-sided difference along a direction; the source is moved in place, and back."""
    above, below = _values_around(graph, source, direction, step)
    return (above - below) / (2 * step)


def _has_kink(graph: Graph, source: Node, direction: FloatArray, step: float) -> bool:
    """Tell whether the slopes on the two sides differ, however small the step is made.

    For a smooth function the difference of the slopes is J'' h: it shrinks with h. At a kink it
    stays.
    """
    here = graph.forward()
    jumps = []
    for h in (step, step / 8):
        above, below = _values_around(graph, source, direction, h)
        jumps.append(abs((above - here) - (here - below)) / h)
    return bool(jumps[0] > 1e-3 and jumps[1] > jumps[0] / 3)


def _values_around(
    graph: Graph, source: Node, direction: FloatArray, step: float
) -> tuple[float, float]:
    value = source.array.copy()
    with source.writing() as theta:
        theta += step * direction
    above = float(graph.forward())
    with source.writing() as theta:
        np.copyto(theta, value - step * direction)
    below = float(graph.forward())
    with source.writing() as theta:
        np.copyto(theta, value)
    return above, below


def _dense_copy(gradient: Array | RowSparse) -> FloatArray:
    return gradient.to_dense() if isinstance(gradient, RowSparse) else gradient.copy()


def _compare(
    name: str, analytic: FloatArray, numeric: FloatArray, at_kink: BoolArray
) -> GradientReport:
    difference = np.abs(analytic - numeric)
    size = float(np.linalg.norm(analytic) + np.linalg.norm(numeric))
    worst = np.unravel_index(int(np.argmax(difference)), difference.shape) if size else ()
    return GradientReport(
        source=name,
        error=float(np.linalg.norm(difference)) / size if size else 0.0,
        worst=tuple(int(i) for i in worst),
        analytic=float(analytic[worst]) if size else 0.0,
        numeric=float(numeric[worst]) if size else 0.0,
        kinks=int(at_kink.sum()),
    )
