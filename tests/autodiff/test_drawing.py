"""Drawings of graphs: what stands in them, and that nothing lies on anything else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad
from tests.drawn_graph import DrawnGraph


def lecture_graph():
    x, y, z = (ad.Parameter(np.array(v), n) for v, n in ((1.0, "x"), (2.0, "y"), (0.0, "z")))
    return ad.Graph((x + y) * ad.maximum(y, z))


def window_graph(features=1):
    """A classifier of windows over the rows of several tables."""
    rng = np.random.default_rng(0)
    tables = [ad.Parameter(rng.normal(size=(9, 3)), f"table {i}") for i in range(1 + features)]
    ids = [ad.Tensor(np.array([[1, 2, 1]]), f"ids {i}") for i in range(1 + features)]
    parts = [ad.lookup_window(*pair) for pair in zip(tables, ids, strict=True)]
    x = ad.concatenate(parts, axis=1)
    w, b = ad.Parameter(rng.normal(size=(4, x.shape[1])), "W"), ad.Parameter(np.zeros(4), "b")
    h = ad.tanh(ad.affine(x, w, b))
    h.name = "h"
    tags = ad.Tensor(np.array([1]), "tags")
    return ad.Graph(ad.softmax_cross_entropy(h, tags)), tables, ids, parts


def test_the_drawing_of_the_worked_example_shows_its_gradients():
    drawn = DrawnGraph(lecture_graph().draw())
    assert drawn.titles == ["x", "y", "+", "z", "max", "\N{MULTIPLICATION SIGN}"]
    assert drawn.lines("y") == ["2", "sum 5"]
    assert drawn.lines("x") == ["1"]
    assert sorted(text for _, text in drawn.gradients) == ["0", "2", "2", "2", "3", "3"]
    assert "y; value 2; gradient 5" in drawn.hints
    assert drawn.title == "Computation graph of multiply"
    drawn.check()
    dot = lecture_graph().draw("dot")
    assert 'n0 -> n2 [label="2"];' in dot
    assert 'n1 -> n4 [label="3"];' in dot
    assert 'n3 -> n4 [label="0"];' in dot
    assert 'label="y\\n2\\nsum 5"' in dot


def test_the_output_is_on_top_and_each_node_below_those_that_use_it():
    graph = window_graph()[0]
    drawn = DrawnGraph(graph.draw())
    top = {title: box[1] for title, (box, _) in zip(drawn.titles, drawn.nodes, strict=True)}
    assert min(top, key=top.get) == "softmax_cross_entropy"
    assert top["h"] < top["affine"] < top["concatenate"] < top["table 0"]
    assert top["W"] == top["b"] == top["concatenate"]


@pytest.mark.parametrize("features", [0, 1, 9])
def test_nothing_lies_on_anything_else(features):
    DrawnGraph(window_graph(features)[0].draw()).check()


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_nothing_lies_on_anything_else_in_random_graphs(size, seed):
    rng = np.random.default_rng(seed)
    nodes = [ad.Parameter(rng.uniform(0.5, 1), f"source {place}") for place in range(3)]
    for _ in range(size):
        left, right = (nodes[i] for i in rng.integers(0, len(nodes), 2))
        nodes.append([left + right, left * right, ad.tanh(left)][rng.integers(3)])
    graph = ad.Graph(nodes[-1])
    drawn = DrawnGraph(graph.draw())
    drawn.check()
    assert len(drawn.nodes) == len(graph.nodes)


def test_a_drawing_of_arrays_shows_shapes_norms_and_rows():
    table = ad.Parameter(np.ones((9, 2)), "words & more")
    loss = ad.sum(ad.lookup(table, np.array([1, 3, 1])))
    drawn = DrawnGraph(ad.Graph(loss).draw())
    assert drawn.lines("words & more") == ["(9, 2)", "2 rows"]
    assert {"|3.16|", "|2.45|"} == {text for _, text in drawn.gradients}
    (hint,) = [hint for hint in drawn.hints if hint.startswith("words & more")]
    assert hint == "words & more; shape (9, 2); norm 4.24264; gradient |3.16|"
    assert "(3, 2)" in ad.Graph(loss).draw("dot")
    undriven = DrawnGraph(ad.Graph(table * 2.0).draw())  # no scalar: a drawing without gradients
    assert undriven.gradients == []
    undriven.check()


def test_names_and_formulas_stand_in_the_nodes():
    w, x = ad.Parameter(2.0, "w"), ad.Tensor(3.0, "x")
    product = w * x
    product.name = "p"
    drawn = DrawnGraph(ad.Graph(ad.exp(product)).draw())
    assert drawn.lines("p") == ["w x", "6"]
    assert "p = w x; value 6; gradient 403.4" in drawn.hints
    assert drawn.title == "Computation graph of exp"


def test_several_nodes_are_drawn_as_one():
    graph, tables, ids, parts = window_graph(9)
    folded = {"9 tables": tables[1:], "their rows": parts[1:], "their ids": ids[1:]}
    drawn, whole = DrawnGraph(graph.draw(folded=folded)), DrawnGraph(graph.draw())
    drawn.check()
    assert len(drawn.nodes) == len(whole.nodes) - 3 * 8
    assert drawn.lines("9 tables") == ["243 numbers", "18 rows"]
    assert drawn.lines("their rows") == ["lookup_window", "81 numbers"]
    (hint,) = [hint for hint in drawn.hints if hint.startswith("table 1")]
    assert hint.count("\n") == 8
    gradients = graph.gradients()
    norm = np.sqrt(sum(gradients[table].norm() ** 2 for table in tables[1:]))
    assert f"|{norm:.3g}|" in {text for _, text in drawn.gradients}
    assert drawn.size[0] < 500 < whole.size[0]
    assert 'label="9 tables' in graph.draw("dot", folded)


def test_what_depends_on_each_other_is_not_drawn_as_one():
    x = ad.Parameter(2.0, "x")
    h = ad.tanh(ad.exp(x))
    h.name = "h"
    with pytest.raises(ad.GraphError, match="depends on x: they cannot be drawn as one"):
        ad.Graph(h * 2.0).draw(folded={"x and h": [x, h]})


def test_colors_are_those_of_the_page_or_light_or_dark():
    svg = lecture_graph().draw()
    assert "prefers-color-scheme: dark" in svg
    for name in ("--paper", "--ink", "--soft"):
        assert f"var({name}, var(--graph" in svg
    assert "white" not in svg


def test_drawing_in_anomaly_mode_keeps_its_gradients_and_long_chains_are_drawn():
    with ad.anomaly_mode():
        assert '[label="3"]' in lecture_graph().draw("dot")
    node = ad.Parameter(1.0)
    for _ in range(1200):
        node = node + 1.0
    assert ad.Graph(node).draw().count("<rect") > 2400
