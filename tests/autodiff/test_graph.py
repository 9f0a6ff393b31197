"""The graph: order, sums at outward branches, running again, and the errors of misuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad
from autodiff.graph import topological_order


def lecture_example():
    x, y, z = (ad.Parameter(np.array(v), n) for v, n in ((1.0, "x"), (2.0, "y"), (0.0, "z")))
    return (x, y, z), (x + y) * ad.maximum(y, z)


def test_the_worked_example_of_the_lecture():
    sources, f = lecture_example()
    assert f.item() == 6
    f.backward()
    assert [float(s.grad) for s in sources] == [2, 5, 0]


def test_a_graph_gives_the_same_and_runs_again():
    (x, y, z), f = lecture_example()
    graph = ad.Graph(f)
    assert {s.name: float(g) for s, g in graph.backward().items()} == {"x": 2, "y": 5, "z": 0}
    assert graph.forward({x: 3.0, z: 4.0}) == 20
    gradients = graph.backward()
    assert [float(gradients[s]) for s in (x, y, z)] == [4, 4, 5]
    assert [float(s.grad) for s in (x, y, z)] == [4, 4, 5]


def test_topological_order_has_each_node_once_after_its_inputs():
    (x, y, z), f = lecture_example()
    order = topological_order(f)
    assert len(order) == len(set(order)) == 6
    position = {node: i for i, node in enumerate(order)}
    assert all(position[i] < position[node] for node in order for i in node.inputs)
    assert order[-1] is f
    assert {x, y, z} <= set(order)


def test_gradients_sum_at_an_outward_branch():
    x = ad.Parameter(3.0)
    (x * x + x + x).backward()
    assert x.grad == 8


def test_a_source_that_is_passed_many_aliased_gradients_sums_them_all():
    x, y = ad.Parameter(3.0), ad.Parameter(2.0)
    (x + (x + (x + (y + x)))).backward()
    assert (x.grad, y.grad) == (4, 1)


def test_backward_adds_into_grad():
    x = ad.Parameter(3.0)
    (x * 2.0).backward()
    (x * 5.0).backward()
    assert x.grad == 7
    x.zero_grad()
    assert x.grad is None


def test_a_chain_of_20_000_nodes_is_no_recursion():
    x = ad.Parameter(1.0)
    y = x
    for _ in range(20_000):
        y = y + 1.0
    y.backward()
    assert x.grad == 1


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_random_graphs_agree_with_numeric_gradients(size, seed):
    """Nodes combine any earlier nodes, so that branches go out and come together."""
    rng = np.random.default_rng(seed)
    nodes = [ad.Parameter(rng.uniform(-1, 1, (2, 2))) for _ in range(3)]
    for _ in range(size):
        left, right = (nodes[i] for i in rng.integers(0, len(nodes), 2))
        nodes.append(
            [
                lambda a, b: a + b,
                lambda a, b: a - ad.tanh(b),
                lambda a, b: ad.tanh(a * b),
                lambda a, b: ad.sigmoid(a @ b),
                lambda a, b: a / (ad.sigmoid(b) + 1.0),
                lambda a, b: -a + ad.mean(b),
            ][rng.integers(6)](left, right)
        )
    # A tanh at the end keeps the gradient of a deep sum of sums within reach of the differences.
    graph = ad.Graph(ad.mean(ad.tanh(nodes[-1] * 0.1)))
    for report in ad.gradient_check(graph):
        assert report.passed or abs(report.analytic - report.numeric) < 1e-9, str(report)


def test_broadcasting_is_undone():
    column, row = ad.Parameter(np.ones((3, 1))), ad.Parameter(np.ones(4))
    ad.sum(column * row).backward()
    np.testing.assert_array_equal(column.grad, np.full((3, 1), 4))
    np.testing.assert_array_equal(row.grad, np.full(4, 3))


def test_a_second_backward_says_what_is_wrong():
    x = ad.Parameter(1.0)
    f = x * 2.0
    f.backward()
    with pytest.raises(ad.GraphError, match="freed by an earlier backward"):
        f.backward()
    with pytest.raises(ad.GraphError, match="freed"):
        (f + 1.0).backward()


def test_an_update_between_forward_and_backward_is_found():
    w = ad.Parameter([1.0, 2.0], "w")
    f = ad.sum(w * w)
    w.data = [3.0, 4.0]
    with pytest.raises(ad.GraphError, match="w was assigned to after forward"):
        f.backward()
    with w.writing() as array:
        array[...] = 5.0
    graph = ad.Graph(f)
    with pytest.raises(ad.GraphError, match="w was assigned"):
        graph.backward()
    assert graph.forward() == 50
    graph.backward()
    np.testing.assert_array_equal(w.grad, [10, 10])


def test_only_sources_are_fed():
    (x, _, _), f = lecture_example()
    graph = ad.Graph(f)
    with pytest.raises(ad.GraphError, match="not a source"):
        graph.forward({f: 1.0})
    with pytest.raises(ad.GraphError, match="stranger is not a source of this graph"):
        graph.forward({ad.Parameter(1.0, "stranger"): 1.0})
    assert graph.forward({x: 1.0}) == 6


def test_an_upstream_gradient_has_the_shape_of_the_output():
    x = ad.Parameter(np.ones((2, 3)))
    with pytest.raises(ad.ShapeError, match=r"\(2, 3\)"):
        (x * 2.0).backward()
    with pytest.raises(ad.ShapeError, match=r"got \(3,\)"):
        (x * 2.0).backward(np.ones(3))
    (x * 2.0).backward(np.full((2, 3), 5.0))
    np.testing.assert_array_equal(x.grad, 10)


def test_constants_and_their_subgraphs_get_no_gradient():
    x, constant = ad.Parameter(2.0), ad.Tensor(3.0)
    graph = ad.Graph(x * ad.tanh(constant))
    assert set(graph.backward()) == {x}
    assert constant.grad is None


def test_gradients_of_two_sources_never_share_memory():
    x, y = ad.Parameter(np.ones(3)), ad.Parameter(np.ones(3))
    ad.sum(x + y).backward()
    x.grad *= 7
    np.testing.assert_array_equal(y.grad, 1)


def test_a_longer_batch_grows_the_memory_and_a_shorter_one_reuses_it():
    x = ad.Tensor(np.zeros((4, 3)))
    w, b = ad.Parameter(np.ones((2, 3))), ad.Parameter(np.zeros(2))
    graph = ad.Graph(ad.sum(ad.tanh(ad.affine(x, w, b))))
    for rows in (4, 9, 1, 0, 9):
        batch = np.random.default_rng(rows).normal(size=(rows, 3))
        value = graph.forward({x: batch})
        expected = np.tanh(batch.sum(axis=1)).sum() * 2
        assert value == pytest.approx(expected)
        gradient = graph.backward()[w]
        slope = 1 - np.tanh(batch.sum(axis=1, keepdims=True)) ** 2
        np.testing.assert_allclose(gradient, np.tile((slope * batch).sum(axis=0), (2, 1)))


def test_gradients_leaves_grad_alone_where_an_operation_writes_it_in_place():
    x = ad.Tensor(np.ones((4, 3)))
    w, b = ad.Parameter(np.ones((2, 3)), "W"), ad.Parameter(np.zeros(2), "b")
    f = ad.sum(ad.affine(x, w, b))
    graph = ad.Graph(f)
    for _ in range(3):
        graph.forward()
        graph.backward()
    assert f.inputs[0].operation.backward(np.ones((4, 2)))[1] is w.grad  # no copy is left
    graph.forward({x: np.full((4, 3), 5.0)})
    gradients = graph.gradients()
    np.testing.assert_array_equal(gradients[w], np.full((2, 3), 20.0))
    np.testing.assert_array_equal(w.grad, np.full((2, 3), 4.0))


def test_two_graphs_through_one_operation_give_a_parameter_its_own_gradient_each():
    x = ad.Tensor(np.ones((4, 3)))
    w, b = ad.Parameter(np.ones((2, 3)), "W"), ad.Parameter(np.zeros(2), "b")
    z = ad.affine(x, w, b)
    once, twice = ad.Graph(ad.sum(z)), ad.Graph(ad.sum(z) + ad.sum(ad.exp(w)))
    for _ in range(3):
        for graph, expected in ((once, 4.0), (twice, 4.0 + np.e)):
            graph.forward()
            graph.backward()
            np.testing.assert_allclose(w.grad, np.full((2, 3), expected))


def test_an_optimizer_made_later_takes_the_gradients_to_its_own_memory():
    x, w, b = ad.Tensor(np.ones((4, 3))), ad.Parameter(np.ones((2, 3))), ad.Parameter(np.zeros(2))
    graph = ad.Graph(ad.sum(ad.affine(x, w, b)))
    graph.backward()
    graph.backward()
    optimizer = ad.SGD([w, b], 0.5)
    for _ in range(3):
        graph.forward()
        graph.backward()
        optimizer.step()
    np.testing.assert_array_equal(w.data, np.full((2, 3), 1 - 3 * 0.5 * 4))
    np.testing.assert_array_equal(b.data, np.full(2, -3 * 0.5 * 4))


def test_a_run_allocates_no_arrays():
    import tracemalloc

    rng = np.random.default_rng(0)
    x = ad.Tensor(rng.normal(size=(500, 40)))
    w, b = ad.Parameter(rng.normal(size=(30, 40))), ad.Parameter(np.zeros(30))
    graph = ad.Graph(ad.mean(ad.tanh(ad.affine(x, w, b))))
    batch = rng.normal(size=(500, 40))

    def run():
        graph.forward({x: batch})
        graph.backward()

    run()
    tracemalloc.start()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The smallest array of the run has 120,000 bytes; numpy itself may buffer 65,536 while casting.
    assert peak < 100_000


def test_a_number_takes_the_dtype_of_the_tensor():
    x = ad.Parameter(np.ones(2, np.float32))
    for result in (x * 0.5, 0.5 * x, 1 - x, 1 / x, x / 3, ad.maximum(0, x), ad.maximum(x, 0.1)):
        assert result.dtype == np.float32


def test_numpy_arrays_on_the_left_leave_the_work_to_the_tensor():
    x = ad.Parameter(np.ones((2, 2)))
    for result in (np.ones((2, 2)) * x, np.ones((2, 2)) @ x, np.ones(2) - x):
        assert isinstance(result, ad.Tensor)


def test_a_parameter_copies_its_data_and_keeps_its_memory():
    data = np.ones(3)
    parameter = ad.Parameter(data)
    memory = parameter.data
    parameter.data = np.full(3, 2.0)
    assert parameter.data is memory
    np.testing.assert_array_equal(data, 1)
    assert ad.Parameter([1, 2]).dtype == np.float64


def test_representations_name_what_one_looks_at():
    x = ad.Parameter(1.0, "x")
    assert repr(x) == "Parameter(x: 1.0)"
    assert repr(x + 1.0) == "Tensor(2.0 from add)"
