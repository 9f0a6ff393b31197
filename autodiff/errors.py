"""What the engine says when it cannot go on."""

from __future__ import annotations

from collections.abc import Sequence


class AutodiffError(Exception):
    """Base class of every error that the engine raises itself."""


class ShapeError(AutodiffError):
    """The shapes of an operation's inputs do not fit together."""

    def __init__(self, operation: str, shapes: Sequence[tuple[int, ...]], expected: str) -> None:
        given = " and ".join(str(tuple(shape)) for shape in shapes)
        super().__init__(f"{operation}: expected {expected}, got {given}")


class GraphError(AutodiffError):
    """The computation graph is used in a way that would give a wrong gradient."""


class SparseGradientError(AutodiffError):
    """An optimizer was handed a row-sparse gradient that it cannot follow exactly."""


class AnomalyError(AutodiffError):
    """A value or a gradient is NaN or infinite (raised in anomaly mode only)."""
