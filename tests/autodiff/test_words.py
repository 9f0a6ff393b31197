"""What operations say of themselves: their formula and their local gradients, as on paper."""

import math
import re

import numpy as np
import pytest

import autodiff as ad
from autodiff.operations import Affine, GroupMean, PRelu

NAMES = sorted(ad.REGISTRY)
NUMBERS = {"power": (2.0,)} | dict.fromkeys(("add", "subtract", "multiply"), (0.5, 2.0))
NUMBERS |= dict.fromkeys(("divide", "maximum", "minimum", "dropout"), (2.0, -3.0))
NUMBERS |= dict.fromkeys(("negate", "exp", "log", "sqrt", "abs"), (0.7,))
NUMBERS |= dict.fromkeys(("sigmoid", "tanh", "hard_tanh", "relu", "squared_norm"), (0.7,))
FUNCTIONS = {"log": math.log, "sqrt": math.sqrt, "sign": np.sign, "min": min, "max": max}


def value_of(written, numbers):
    """What a formula as on paper comes to: a space is a product, ^ a power, [...] 1 where true."""
    text = written.replace("^", "**").replace("[", "(").replace("]", ")")
    text = re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", text)
    return float(eval(text, {**FUNCTIONS, "e": math.e, **numbers}))


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_has_its_words(name):
    for example in ad.REGISTRY[name].examples(np.random.default_rng(0)):
        operation = example.operation
        inputs = [f"name{place}" for place in range(len(example.inputs))]
        formula = operation.formula("out", *inputs)
        written = operation.local_gradients("out", *inputs)
        assert formula.startswith("out = ")
        assert any(x in formula for x in inputs)
        kinds = [x.dtype.kind == "f" for x in example.inputs]
        assert [bool(words) for words in written] == kinds
        for words, x in zip(written, inputs, strict=True):
            assert "{" not in words
            assert words != f"dout/d{x}"


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_the_local_gradients_in_words_are_those_of_backward(name):
    operation = next(iter(ad.REGISTRY[name].examples(np.random.default_rng(0)))).operation
    numbers = dict(zip("xy", map(np.float64, NUMBERS[name]), strict=False))
    operation.needs_gradient = (True,) * len(numbers)
    numbers["f"] = operation.run(*map(np.asarray, numbers.values()))
    gradients = operation.downstream(np.ones(()))
    inputs = [x for x in numbers if x != "f"]
    for written, gradient in zip(operation.local_gradients("f", *inputs), gradients, strict=True):
        assert value_of(written.split(" = ")[1], numbers) == pytest.approx(float(gradient))


def test_what_is_written_bears_the_names_on_paper():
    assert Affine().formula("s", "h", "U", "c") == "s = U h + c"
    assert Affine().local_gradients("s", "h", "U", "c") == ("ds/dh = U", "ds/dU = h^T", "ds/dc = I")
    assert PRelu().local_gradients("h2", "z2", "a2")[0] == "f'(z2) = 1 or a2 (z2 <= 0)"
    assert (
        GroupMean(others_only=True).formula("m", "h", "groups") == "m = mean of h over the others"
    )


def test_an_operation_without_words_of_its_own_says_its_name():
    class Wordless(ad.Operation):
        name = "wordless"

    assert Wordless().formula("f", "x", "y") == "f = wordless(x, y)"
    assert Wordless().local_gradients("f", "x", "y") == ("df/dx", "df/dy")
