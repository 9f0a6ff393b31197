"""What explains and checks gradients: paths, Jacobians, anomaly mode, the check."""

import math
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad
from autodiff.gradient_check import table_of


def two_paths():
    a, b = ad.Parameter(2.0, "a"), ad.Parameter(1.0, "b")
    return a, b, (a + b) * (b + 1.0)


def test_the_derivative_is_the_sum_over_all_paths():
    a, b, e = two_paths()
    assert ad.derivative_by_paths(e, b) == 1 * 2 + 1 * 3
    assert ad.forward_accumulation(e, b) == 5
    assert [ad.count_paths(e, source) for source in (a, b)] == [1, 2]
    e.backward()
    assert (a.grad, b.grad) == (2, 5)


@given(st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_paths_forward_and_backward_agree_on_random_graphs(size, seed):
    rng = np.random.default_rng(seed)
    sources = [ad.Parameter(rng.uniform(0.5, 1)) for _ in range(3)]
    nodes = list(sources)
    for _ in range(size):
        left, right = (nodes[i] for i in rng.integers(0, len(nodes), 2))
        nodes.append([left + right, left * right, ad.tanh(left)][rng.integers(3)])
    gradients = ad.Graph(nodes[-1]).gradients()
    for source in sources:
        expected = pytest.approx(float(gradients.get(source, 0.0)))
        assert ad.derivative_by_paths(nodes[-1], source) == expected
        assert ad.forward_accumulation(nodes[-1], source) == expected
        walked = len(list(ad.enumerate_paths(nodes[-1], source)))
        assert ad.count_paths(nodes[-1], source) == walked


def test_paths_explode_while_the_graph_does_not():
    x = ad.Parameter(1.0)
    y = x
    for _ in range(60):
        y = y + y
    assert ad.count_paths(y, x) == 2**60
    assert len(ad.Graph(y).nodes) == 61
    assert ad.Graph(y).backward()[x] == 2.0**60


def test_paths_of_a_graph_that_is_gone_or_has_changed():
    a, b, e = two_paths()
    a.data = 3.0
    for function in (ad.derivative_by_paths, ad.forward_accumulation, ad.count_paths):
        with pytest.raises(ad.GraphError, match="a was assigned to after forward"):
            function(e, b)
    _, b, e = two_paths()
    e.backward()
    with pytest.raises(ad.GraphError, match="freed"):
        ad.derivative_by_paths(e, b)
    chosen = ad.where(np.array(True), b, a)
    assert ad.derivative_by_paths(chosen, b) == 1


def test_paths_are_for_scalars():
    x = ad.Parameter([1.0, 2.0])
    with pytest.raises(ad.ShapeError, match="scalars"):
        ad.derivative_by_paths(ad.sum(x), x)


def test_jacobians():
    rng = np.random.default_rng(0)
    w, x = ad.Parameter(rng.normal(size=(3, 2))), ad.Parameter(rng.normal(size=(2, 1)))
    np.testing.assert_allclose(ad.jacobian(w @ x, x)[:, 0, :, 0], w.data)
    p = ad.softmax(x)
    assert ad.jacobian(p, x).shape == (2, 1, 2, 1)
    s = ad.Parameter(rng.normal(size=4))
    p = ad.softmax(s)
    np.testing.assert_allclose(
        ad.jacobian(p, s), np.diag(p.data) - np.outer(p.data, p.data), atol=1e-15
    )
    table = ad.Parameter(rng.normal(size=(3, 2)))
    assert ad.jacobian(ad.lookup(table, np.array([1])), table).sum() == 2
    assert not ad.jacobian(s * 2.0, x).any()


def test_a_hessian_vector_product():
    rng = np.random.default_rng(0)
    symmetric = rng.normal(size=(3, 3))
    symmetric += symmetric.T
    x = ad.Parameter(rng.normal(size=(3, 1)))
    graph = ad.Graph(ad.sum(x * (ad.Tensor(symmetric) @ x)))
    before, v = x.data.copy(), rng.normal(size=(3, 1))
    product = ad.hessian_vector_product(graph, x, v)
    np.testing.assert_allclose(product, 2 * symmetric @ v, rtol=1e-6)
    np.testing.assert_array_equal(x.data, before)
    with pytest.raises(ad.ShapeError):
        ad.hessian_vector_product(graph, x, np.ones(3))
    with pytest.raises(ad.GraphError, match="scalar"):
        ad.hessian_vector_product(ad.Graph(x * 2.0), x, v)


def test_anomaly_mode_names_who_made_the_first_bad_value():
    x = ad.Parameter([1.0, 0.0], "x")
    with ad.anomaly_mode(), pytest.raises(ad.AnomalyError) as error:
        ad.log(x * 1.0)
    message = str(error.value)
    assert message.startswith("forward of log on (2,)")
    assert "is -inf at [1]" in message
    assert "test_explanations.py:" in message


def test_anomaly_mode_finds_bad_gradients_and_bad_runs():
    x = ad.Parameter([4.0, 0.0], "x")
    root = ad.sum(ad.sqrt(x))
    graph = ad.Graph(root)
    with ad.anomaly_mode():
        with pytest.raises(ad.AnomalyError, match=r"backward of sqrt .* input 0 .* inf at \[1\]"):
            graph.backward()
        with pytest.raises(ad.AnomalyError, match=r"forward of sqrt .* nan at \[0\]"):
            graph.forward({x: [-1.0, 1.0]})
    with np.errstate(invalid="ignore"):
        assert math.isnan(graph.forward())  # outside of it, nothing is checked


def test_without_gradients_nothing_is_kept():
    x = ad.Parameter(2.0)
    with ad.no_grad():
        y = x * 3.0
    assert y.item() == 6
    assert y.operation is None
    assert not y.needs_gradient
    assert (x * 3.0).needs_gradient


def test_an_operation_is_one_node():
    from autodiff.operations import Tanh

    tanh = Tanh()
    y = ad.apply(tanh, ad.Parameter(1.0))
    with pytest.raises(ad.GraphError, match="is a node of a graph already"):
        ad.apply(tanh, y)


def test_a_node_that_another_graph_ran_again_is_told():
    x, w = ad.Tensor(np.ones((1, 2))), ad.Parameter(np.ones((2, 1)))
    h = ad.tanh(x @ w)
    loss, again = ad.Graph(ad.squared_norm(h)), ad.Graph(h)
    loss.forward({x: [[0.1, 0.1]]})
    again.forward({x: [[5.0, 5.0]]})
    with pytest.raises(ad.GraphError, match="after forward"):
        loss.backward()


def test_a_parameter_keeps_its_dtype_whatever_it_is_fed():
    x = ad.Parameter(np.ones(2, np.float32))
    x.data = [3, 4]
    graph = ad.Graph(ad.sum(x * 0.5))
    assert graph.forward({x: np.array([1, 2])}) == 1.5
    assert x.dtype == np.float32
    np.testing.assert_array_equal(graph.backward()[x], np.float32(0.5))


def test_gradients_do_not_share_memory_with_what_they_were_given():
    table, upstream = ad.Parameter(np.zeros((4, 2))), np.ones((2, 2))
    ids = np.array([1, 2])
    ad.lookup(table, ids).backward(upstream)
    upstream[:] = 99
    ids[:] = 3
    np.testing.assert_array_equal(table.grad.to_dense()[1:3], 1)
    parameter, upstream = ad.Parameter(np.ones(2)), np.ones(2)
    parameter.backward(upstream)
    assert not np.may_share_memory(parameter.grad, upstream)


def test_gradients_hold_when_other_graphs_run_over_the_same_nodes():
    x, w, b = ad.Tensor(np.ones((1, 2))), ad.Parameter(np.ones((3, 2))), ad.Parameter(np.zeros(3))
    h = ad.affine(x, w, b)
    small, large = ad.Graph(ad.sum(h)), ad.Graph(ad.sum(h * 100.0))
    small.backward()
    np.testing.assert_array_equal(w.grad, 1)
    ad.jacobian(h, w)
    large.gradients()
    np.testing.assert_array_equal(w.grad, 1)
    ad.sum(h * 100.0).backward()
    np.testing.assert_array_equal(w.grad, 101)


def test_backward_of_what_depends_on_nothing_is_told():
    with ad.no_grad():
        loss = ad.Parameter(2.0) * 3.0
    with pytest.raises(ad.GraphError, match="depends on no parameter"):
        loss.backward()


def test_no_grad_is_a_matter_of_the_thread():
    entered, leave, seen = threading.Event(), threading.Event(), []

    def other():
        with ad.no_grad():
            entered.set()
            leave.wait(10)
        seen.append((ad.Parameter(1.0) * 2.0).needs_gradient)

    thread = threading.Thread(target=other)
    thread.start()
    assert entered.wait(10)
    assert (ad.Parameter(1.0) * 2.0).needs_gradient
    leave.set()
    thread.join(10)
    assert seen == [True]


def test_a_parameter_travels_without_its_clock():
    w = ad.Parameter([1.0, 2.0], "w")
    for _ in range(100):
        w.data += 0.0
    there = pickle.loads(pickle.dumps(w))
    assert (there.name, there.data.tolist(), there.needs_gradient) == ("w", [1, 2], True)
    ad.squared_norm(there).backward()
    np.testing.assert_array_equal(there.grad, [2, 4])


def test_values_keep_shape_and_kind():
    w = ad.Parameter(np.ones((2, 3)), "w")
    with pytest.raises(ad.ShapeError, match=r"w: expected a value of its own shape \(2, 3\)"):
        w.data = 0
    with pytest.raises(ad.GraphError, match="computed from its inputs"):
        (w * 2.0).data = np.ones((2, 3))
    ids = ad.Tensor(np.array([0]), "ids")
    graph = ad.Graph(ad.lookup(w, ids))
    with pytest.raises(ad.GraphError, match="ids holds int64, and was given float64"):
        graph.forward({ids: [0.5]})
    assert graph.forward({ids: []}).shape == (0, 3)


def test_counts_and_masks_do_not_change_the_dtype():
    w = ad.Parameter(np.ones(3, np.float32))
    mask = np.array([True, False, True])
    for result in (w * np.int64(3), w / mask.sum(), w * mask, w * np.array([1, 2, 3])):
        assert result.dtype == np.float32


def test_tensors_are_iterated_and_arrays_are_taken_for_tensors():
    first, second = ad.Parameter([[1.0, 2.0], [3.0, 4.0]])
    assert (first.data.tolist(), second.data.tolist()) == ([1, 2], [3, 4])
    assert ad.softmax_cross_entropy(np.zeros((2, 3)), [0, 1]).item() == pytest.approx(np.log(3))
    x = ad.Parameter([0.0, 2.0])
    ad.sum(x**0).backward()
    np.testing.assert_array_equal(x.grad, 0)
    swapped = np.array([1, 0], ">i4")
    assert ad.lookup(ad.Parameter(np.eye(2)), swapped).data.tolist() == [[0, 1], [1, 0]]
    with pytest.raises(IndexError, match="outside 0 to 1"):
        ad.binary_cross_entropy(x, np.array([2, 0]))


def test_large_sources_are_checked_along_directions():
    x = ad.Parameter(np.random.default_rng(0).normal(size=(40, 30)), "x")
    (report,) = ad.gradient_check(ad.Graph(ad.squared_norm(ad.tanh(x))), most_elements=100)
    assert report.passed
    assert "20 directions" in str(report)


@pytest.mark.parametrize("distance", [5e-6, -5e-6, 5e-7])
def test_a_kink_within_the_step_is_no_error(distance):
    x = ad.Parameter(np.array([distance, 1.0]), "x")
    (report,) = ad.gradient_check(ad.Graph(ad.sum(ad.relu(x))))
    assert report.passed
    assert report.kinks == 0


def test_kinks_are_recognized_and_wrong_gradients_are_not_taken_for_kinks():
    x = ad.Parameter([0.0, 1.0, -2.0], "x")
    (report,) = ad.gradient_check(ad.Graph(ad.sum(ad.maximum(x, 0.0))))
    assert report.passed
    assert report.kinks == 1
    assert "1 at kinks left out" in str(report)

    class Wrong(ad.REGISTRY["tanh"]):
        def backward(self, upstream):
            return (super().backward(upstream)[0] * 1.01,)

    (report,) = ad.gradient_check(ad.Graph(ad.sum(ad.apply(Wrong(), x))))
    assert not report.passed
    assert report.kinks == 0


def test_the_table_has_the_worst_first():
    x, y = ad.Parameter(1.0, "x"), ad.Parameter(2.0, "y")
    reports = ad.gradient_check(ad.Graph(x * y))
    lines = table_of(reports).splitlines()
    assert len(lines) == 2
    assert table_of(reports, most=1).count("\n") == 0


def test_every_operation_passes_on_the_command_line():
    command = [sys.executable, "-m", "autodiff.check"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = result.stdout.splitlines()
    assert len(lines) == len(ad.REGISTRY)
    assert all(line.endswith("ok") for line in lines)


def test_a_failing_operation_fails_the_command_line(monkeypatch, capsys):
    from autodiff import check

    class Wrong(ad.REGISTRY["tanh"]):
        def backward(self, upstream):
            return (super().backward(upstream)[0] * 2,)

    Wrong.examples = staticmethod(lambda rng: [ad.Example(Wrong(), np.ones(2))])
    monkeypatch.setitem(ad.REGISTRY, "tanh", Wrong)
    assert check.main() == 1
    assert "tanh                     3.3e-01  FAILED" in capsys.readouterr().out
