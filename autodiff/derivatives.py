"""Jacobians and products with the Hessian, from the gradients that backward gives."""

from __future__ import annotations

import numpy as np

from autodiff.arrays import FloatArray
from autodiff.errors import GraphError, ShapeError
from autodiff.graph import Graph
from autodiff.row_sparse import RowSparse
from autodiff.tensor import Parameter, Tensor


def jacobian(output: Tensor, source: Parameter) -> FloatArray:
    """Return the derivative of each element of ``output`` by each of ``source``.

    Its shape is ``output.shape + source.shape``. One backward walk for each element of the output,
    with an upstream gradient that is 1 there and 0 elsewhere. The graph is not freed.
    """
    graph = Graph(output)
    result = np.zeros((output.array.size, *source.shape), output.dtype)
    for row, upstream in zip(result, np.eye(output.array.size, dtype=output.dtype), strict=True):
        gradient = graph.gradients(upstream.reshape(output.shape)).get(source)
        if gradient is not None:
            row[...] = gradient.to_dense() if isinstance(gradient, RowSparse) else gradient
    return result.reshape(output.shape + source.shape)


def hessian_vector_product(
    graph: Graph, source: Parameter, vector: FloatArray, step: float = 1e-5
) -> FloatArray:
    """Return H v for the Hessian H of a scalar graph by one source, v of the source's shape.

    As the difference of two gradients, (g(theta + h v) - g(theta - h v)) / 2h: two runs of the
    graph, and never the matrix H. Use float64. The source gets back its value.

    Parameters
    ----------
    graph : a graph that ends in a scalar
    source : theta, one of its sources
    vector : v, of the shape of theta
    step : h

    Raises
    ------
    GraphError
        Where the graph does not end in a scalar.
    ShapeError
        Where v has another shape than theta.
    """
    if graph.output.array.ndim != 0:
        raise GraphError("a Hessian is that of a scalar output")
    if np.shape(vector) != source.shape:
        raise ShapeError("hessian_vector_product", [source.shape, np.shape(vector)], "equal shapes")
    theta = source.array.copy()
    try:
        above = _gradient_at(graph, source, theta + step * vector)
        below = _gradient_at(graph, source, theta - step * vector)
    finally:
        graph.forward({source: theta})
    return (above - below) / (2 * step)


def _gradient_at(graph: Graph, source: Parameter, value: FloatArray) -> FloatArray:
    graph.forward({source: value})
    gradient = graph.gradients().get(source, np.zeros_like(value))
    return gradient.to_dense() if isinstance(gradient, RowSparse) else gradient.copy()
