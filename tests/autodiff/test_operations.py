"""Every registered operation: its gradient, its dtype, its shapes, its errors."""

import inspect

import numpy as np
import pytest

import autodiff as ad
from autodiff import functions, operations
from autodiff.gradient_check import TOLERANCE

NAMES = sorted(ad.REGISTRY)


@pytest.mark.parametrize("name", NAMES)
def test_gradient_equals_the_numeric_one(name):
    reports = ad.check_operation(ad.REGISTRY[name])
    assert reports
    for report in reports:
        assert report.error < TOLERANCE, str(report)


def test_the_check_finds_a_wrong_gradient():
    class Wrong(operations.Tanh):
        def backward(self, upstream):
            (dx,) = super().backward(upstream)
            dx[0, 0] *= 1.001
            return (dx,)

    Wrong.examples = staticmethod(lambda rng: [ad.Example(Wrong(), rng.normal(size=(2, 3)))])
    (report,) = ad.check_operation(Wrong)
    assert not report.passed
    assert report.worst == (0, 0)
    assert "FAILED at (0, 0)" in str(report)


def test_every_operation_of_the_package_is_registered():
    defined = {
        member
        for member in vars(operations).values()
        if inspect.isclass(member) and issubclass(member, ad.Operation)
    }
    assert defined == set(ad.REGISTRY.values())


def test_every_operation_but_the_operators_has_a_function():
    operators = {"add", "subtract", "multiply", "divide", "negate"}
    assert set(ad.REGISTRY) - operators <= set(dir(functions))


def test_registration_demands_examples_and_a_free_name():
    with pytest.raises(TypeError, match="examples"):
        ad.register("nameless")
    with pytest.raises(TypeError, match="registered already"):
        ad.register("add", examples=lambda rng: [])(operations.Add)


def test_an_operation_without_examples_fails_its_check():
    class Bare(operations.Tanh):
        examples = staticmethod(lambda rng: [])

    with pytest.raises(TypeError, match="example inputs"):
        ad.check_operation(Bare)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_drifts_from_its_dtype(name, dtype):
    rng = np.random.default_rng(0)
    for example in ad.REGISTRY[name].examples(rng):
        inputs = [
            ad.Parameter(x.astype(dtype)) if x.dtype.kind == "f" else ad.Tensor(x)
            for x in example.inputs
        ]
        output = ad.apply(example.operation, *inputs)
        assert output.dtype == dtype
        output.backward(np.ones(output.shape, dtype))
        for x in inputs:
            if x.needs_gradient:
                assert x.grad.dtype == dtype
                assert x.grad.shape == x.shape


@pytest.mark.parametrize("name", NAMES)
def test_no_gradient_is_computed_that_nobody_needs(name):
    rng = np.random.default_rng(0)
    for example in ad.REGISTRY[name].examples(rng):
        for wanted, x in enumerate(example.inputs):
            if x.dtype.kind != "f":
                continue
            operation = example.operation
            operation.needs_gradient = tuple(i == wanted for i in range(len(example.inputs)))
            output = operation.run(*example.inputs)
            gradients = operation.downstream(np.ones(np.shape(output)))
            assert [g is not None for g in gradients] == list(operation.needs_gradient)


@pytest.mark.parametrize("name", NAMES)
def test_running_again_writes_into_the_same_memory(name):
    rng = np.random.default_rng(0)
    for example in ad.REGISTRY[name].examples(rng):
        operation = example.operation
        operation.needs_gradient = tuple(x.dtype.kind == "f" for x in example.inputs)
        if name == "index":
            continue  # what numpy's indexing returns is a view, or new
        first = operation.run(*example.inputs)
        once = first.copy()
        again = operation.run(*example.inputs)
        assert np.may_share_memory(first, again)
        np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ones(2, 3) + ones(2, 4), r"add: .* got \(2, 3\) and \(2, 4\)"),
        (lambda: ones(2, 3) @ ones(2, 3), r"matmul: expected matrices \(n, k\) and \(k, m\)"),
        (lambda: ad.affine(ones(2, 3), ones(4, 2), ones(4)), r"affine: expected x \(n, in\)"),
        (lambda: ad.affine(ones(2, 3), ones(4, 3), ones(3)), r"W \(out, in\) and b \(out,\)"),
        (lambda: ad.sum(ones(2, 3), axis=2), "sum: .* axis 2"),
        (lambda: ad.reshape(ones(2, 3), (4, 2)), "reshape: .* as many elements"),
        (lambda: ad.concatenate([ones(2, 3), ones(3, 3)], axis=1), "differ along axis 1 only"),
        (lambda: ad.lookup(ones(3), np.array([0])), r"lookup: expected a table \(V, d\)"),
        (lambda: ad.softmax_cross_entropy(ones(2, 3), np.array([0])), "targets"),
    ],
)
def test_shapes_that_do_not_fit_are_named(call, message):
    with pytest.raises(ad.ShapeError, match=message):
        call()


def test_indices_are_checked():
    with pytest.raises(IndexError, match="lookup: index 3 is outside 0 to 2"):
        ad.lookup(ones(3, 2), np.array([0, 3]))
    with pytest.raises(IndexError, match="index -1 is outside"):
        ad.lookup(ones(3, 2), np.array([-1]))
    with pytest.raises(IndexError, match="outside 0 to 2"):
        ad.softmax_cross_entropy(ones(1, 3), np.array([3]))
    with pytest.raises(TypeError, match="integer ids"):
        ad.lookup(ones(3, 2), np.array([0.0]))
    with pytest.raises(TypeError, match="integer targets"):
        ad.softmax_cross_entropy(ones(1, 3), np.array([0.0]))
    with pytest.raises(TypeError, match="floating-point"):
        ad.tanh(ad.Tensor(np.array([1, 2])))


@pytest.mark.parametrize("name", NAMES)
def test_who_promises_own_gradients_passes_nothing_on(name):
    rng = np.random.default_rng(0)
    for example in ad.REGISTRY[name].examples(rng):
        operation = example.operation
        operation.needs_gradient = tuple(x.dtype.kind == "f" for x in example.inputs)
        upstream = np.ones(np.shape(operation.run(*example.inputs)))
        if not operation.owns_gradients:
            continue
        for gradient, x in zip(operation.backward(upstream), example.inputs, strict=True):
            if gradient is not None:
                values = getattr(gradient, "values", gradient)
                assert not np.may_share_memory(values, upstream)
                assert (gradient.shape, gradient.dtype) == (x.shape, x.dtype)


def test_an_empty_batch_is_legal():
    table, weights = ones(4, 3), ones(2, 6)
    x = ad.lookup_window(table, np.zeros((0, 2), np.int64))
    scores = ad.affine(x, weights, ones(2))
    loss = ad.softmax_cross_entropy(scores, np.zeros(0, np.int64))
    loss.backward()
    assert loss.item() == 0
    assert table.grad.indices.size == 0
    np.testing.assert_array_equal(weights.grad, 0)


def test_max_routes_a_tie_to_its_first_input():
    x, y = ad.Parameter(2.0), ad.Parameter(2.0)
    ad.maximum(x, y).backward()
    assert (x.grad, y.grad) == (1.0, 0.0)


def test_cross_entropy_does_not_overflow():
    loss = ad.softmax_cross_entropy(ad.Tensor([[1000.0, 0.0]]), np.array([1]))
    assert loss.item() == pytest.approx(1000)


def test_dropout_keeps_the_mean_and_refuses_rate_one():
    rng = np.random.default_rng(0)
    mask = ad.dropout_mask(rng, (1000, 100), 0.3, np.float32)
    assert mask.dtype == np.float32
    assert set(np.unique(mask)) == {0, np.float32(1 / 0.7)}
    assert mask.mean() == pytest.approx(1, abs=0.01)
    with pytest.raises(ValueError, match="dropout rate"):
        ad.dropout_mask(rng, (1,), 1.0, np.float32)


def ones(*shape):
    return ad.Parameter(np.ones(shape))
