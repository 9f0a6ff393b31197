"""Adversarial training: the perturbation is the worst one, the gradient the mean of two."""

import numpy as np
import pytest

from ner_window.model.graphs import LossGraph
from ner_window.training.adversary import Adversary
from tests.building import small_model, small_network

EPSILON = 0.5


def gradients_of(network):
    """Return copies of all gradients, dense."""
    parameters = [*network.dense_parameters, *network.trained_tables]
    return {
        str(p.name): p.grad.to_dense() if hasattr(p.grad, "to_dense") else p.grad.copy()
        for p in parameters
    }


def graph_of(head):
    network, batch, rng = small_network(head)
    graph = LossGraph(network, rng)

    def run():
        loss = graph.loss(batch)
        graph.backward()
        return loss

    return network, run


def perturbation(gradients, tables):
    length = np.sqrt(sum((gradients[str(table.name)] ** 2).sum() for table in tables))
    return {str(table.name): EPSILON * gradients[str(table.name)] / length for table in tables}


@pytest.mark.parametrize("head", ["softmax", "sentence", "binary", "margin"])
def test_the_gradient_is_the_mean_of_the_plain_and_the_perturbed_one(head):
    network, run = graph_of(head)
    run()
    plain, tables = gradients_of(network), network.trained_tables
    r = perturbation(plain, tables)
    before = [table.data.copy() for table in tables]
    for table in tables:
        table.data[...] += r[str(table.name)]
    run()
    perturbed = gradients_of(network)
    for table, data in zip(tables, before, strict=True):
        table.data[...] = data
    run()
    Adversary(network, EPSILON).backward(run)
    for name, gradient in gradients_of(network).items():
        expected = (plain[name] + perturbed[name]) / 2
        np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-14)
    for table, data in zip(tables, before, strict=True):
        np.testing.assert_array_equal(table.data, data)


def test_no_other_direction_of_that_length_raises_the_loss_so_much():
    network, run = graph_of("softmax")
    run()
    losses = []
    Adversary(network, EPSILON / 100).backward(lambda: losses.append(run()))
    tables, rng = network.trained_tables, np.random.default_rng(0)
    before = [table.data.copy() for table in tables]
    for _ in range(50):
        directions = [rng.normal(size=table.shape) for table in tables]
        length = np.sqrt(sum((direction**2).sum() for direction in directions))
        for table, data, direction in zip(tables, before, directions, strict=True):
            table.data[...] = data + EPSILON / 100 * direction / length
        assert run() < losses[0]


def test_the_tables_come_back_from_an_interruption():
    network, run = graph_of("softmax")
    run()
    before = [table.data.copy() for table in network.trained_tables]

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Adversary(network, EPSILON).backward(interrupted)
    for table, data in zip(network.trained_tables, before, strict=True):
        np.testing.assert_array_equal(table.data, data)


@pytest.mark.parametrize(
    "settings",
    [
        ["regularization.adversarial=1"],
        ["regularization.adversarial=1", "model={head: margin, target: PER, window: 3}"],
        ["regularization.adversarial=1", "embeddings.trainable={after_epoch: 2}"],
        ["regularization.adversarial=1", "regularization.vectors={name: zero, strength: 0.1}"],
    ],
)
def test_a_perturbed_training_learns_the_data(config_file, settings):
    _, trainer, _ = small_model(config_file, "training.epochs=20", *settings)
    records = list(trainer.run())
    assert records[-1].loss < records[0].loss
    _, plain, _ = small_model(config_file, "training.epochs=20", *settings[1:])
    assert [record.loss for record in plain.run()] != [record.loss for record in records]
