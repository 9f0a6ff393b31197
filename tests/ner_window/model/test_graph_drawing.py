"""The drawing of the graph of a loss: names as on paper, legible for every kind of network."""

import numpy as np
import pytest

from ner_window.model.graphs import LossGraph, Penalty
from tests.building import small_model, small_network
from tests.drawn_graph import DrawnGraph

MANY = ["features.shape=4", "features.prefixes.lengths=[2, 3, 4]"]
MANY += ["features.suffixes.lengths=[1, 2, 3, 4]"]


def drawn(config_file, *settings):
    """The graph of a training step on a batch, as the report has it."""
    _, trainer, _ = small_model(config_file, "data.documents={sentences: 5}", *settings)
    graph = trainer.step.graph
    graph.loss(next(iter(trainer.batches)))
    return DrawnGraph(graph.draw())


@pytest.mark.parametrize(
    "settings",
    [
        [],
        MANY,
        [*MANY, "model={head: sentence, context: both, context_after: 1, hidden: [9, 7]}"],
        ["model={head: margin, target: PER, window: 3}"],
        ["model={head: binary, target: PER, window: 3}", "regularization.l2=0.1"],
    ],
)
def test_nothing_lies_on_anything_else_and_all_has_a_name(config_file, settings):
    graph = drawn(config_file, *settings)
    graph.check()
    assert graph.size[0] < 800
    if "l2" not in "".join(settings):
        assert graph.title == "Computation graph of J"
        operations = {"lookup_window", "constant", "affine", "concatenate", "dropout", "index"}
        assert not operations & set(graph.titles)


def test_many_features_are_drawn_as_one_and_few_are_not(config_file):
    folded = {"9 feature tables", "x[9 features]", "ids[9 features]", "words", "x[words]"}
    assert folded <= set(drawn(config_file, *MANY).titles)
    assert "x[capitalization]" in drawn(config_file).titles
    margin = drawn(config_file, *MANY, "model={head: margin, target: PER}")
    assert {"x_c[9 features]", "ids_c[9 features]", "x_c[words]"} <= set(margin.titles)


@pytest.mark.parametrize("head", ["softmax", "sentence"])
def test_names_do_not_depend_on_how_layers_are_run(head):
    network, batch, _ = small_network(head, hidden=(5, 4), context="both")
    titles = []
    for is_fused in (True, False):
        graph = LossGraph(network, is_fused=is_fused, example=batch)
        titles.append(set(DrawnGraph(graph.draw()).titles))
    fused, apart = titles
    assert {name for name in apart if not name.startswith("z")} == fused
    assert {"x", "x[words]", "ids[words]", "z", "h", "m", "v", "g", "z2", "h2", "s", "J"} <= apart


def test_dropout_and_penalties_are_told():
    network, batch, rng = small_network()
    graph = LossGraph(network, rng, Penalty(l2=0.3), [0.2, 0.5])
    graph.loss(batch)
    drawing = DrawnGraph(graph.draw())
    drawing.check()
    assert drawing.lines("dropout(h)") == ["h mask[h]", "(7, 5)"]
    assert drawing.lines("h")[0] == "tanh(W dropout(x) + b)"
    assert np.isclose(float(drawing.lines("J")[-1]), graph.loss_node.item(), rtol=1e-3)
