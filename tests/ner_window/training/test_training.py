"""Building and training the model: gradients, what moves and what does not, the best epoch."""

import json
import zlib

import numpy as np
import pytest

import autodiff as ad
from ner_window.config import BothContextsSettings
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.vocabulary import PADDING, RESERVED, UNKNOWN
from ner_window.errors import InputError
from ner_window.evaluation.evaluate import evaluate
from ner_window.model.graphs import LossGraph, Penalty, ScoringGraph
from ner_window.model_folder.folder import load_model, save_model
from ner_window.training.checkpoint import State
from ner_window.training.training_data import encode_tags
from tests.building import small_model, small_network, trained_model

ARCHITECTURES = [
    *(
        (head, hidden, {"name": context, "after": after})
        for head in ("softmax", "sentence", "binary")
        for hidden in ((4,), (4, 3))
        for context in ("sentence", "document", "both")
        for after in range(1, len(hidden) + 1)
    ),
    *(
        (head, hidden, "window")
        for head in ("softmax", "sentence", "binary", "margin")
        for hidden in ((4,), (4, 3))
    ),
]
SOME = [  # each head, each context, each depth once
    ("softmax", (4, 3), {"name": "both", "after": 1}),
    ("sentence", (4,), "document"),
    ("binary", (4, 3), {"name": "sentence", "after": 2}),
    ("margin", (4,), "window"),
]


@pytest.mark.parametrize(
    ("head", "hidden", "context", "nonlinearity"),
    [
        *((*architecture, "tanh") for architecture in ARCHITECTURES),
        *(
            (*architecture, nonlinearity)
            for nonlinearity in ("sigmoid", "hard_tanh", "leaky_relu", "prelu")
            for architecture in SOME
        ),
    ],
)
def test_the_gradient_of_the_whole_model(head, hidden, context, nonlinearity):
    tables = ((4, 2), (2, 1))  # small: every number of every parameter is moved twice
    model = {"context": context, "nonlinearity": nonlinearity}
    network, batch, rng = small_network(head, hidden, tables, **model)
    graph = LossGraph(network, rng, Penalty(0.05, 0.1), [0.3] * (1 + len(hidden)))
    graph.loss(batch)
    reports = ad.gradient_check(graph.graph)
    expected = {str(p.name) for p in [*network.trained_tables, *network.dense_parameters]}
    assert {report.source for report in reports} == expected
    for report in reports:
        assert report.error < 1e-6, str(report)


@pytest.mark.parametrize("nonlinearity", ["relu"])
def test_the_gradient_of_the_whole_model_with_relu(nonlinearity):
    network, batch, rng = small_network(nonlinearity=nonlinearity)
    graph = LossGraph(network, rng)
    graph.loss(batch)
    for report in ad.gradient_check(graph.graph):
        assert report.error < 1e-6, str(report)


def test_the_loss_is_cross_entropy_plus_penalties():
    network, batch, rng = small_network(hidden=(5, 4))
    plain = LossGraph(network, rng).loss(batch)
    matrices = [parameter.data for parameter in network.weight_matrices]
    assert [matrix.shape for matrix in matrices] == [(5, 18), (4, 5), (4, 4)]
    squares = sum((matrix**2).sum() for matrix in matrices)
    absolute = sum(np.abs(matrix).sum() for matrix in matrices)
    penalized = LossGraph(network, rng, Penalty(l1=0.2, l2=0.3)).loss(batch)
    assert penalized == pytest.approx(plain + 0.2 * absolute + 0.15 * squares)


def test_the_other_mentions_join_h():
    network, batch, _ = small_network(context="document")
    graph = ScoringGraph(network)
    scores = graph.scores(network.tables[0].data, batch.windows, batch.values).copy()
    h = graph.trunk.hidden[0].data
    others = [[2, 4], [], [0, 4], [5], [0, 2], [3], []]
    means = np.stack([h[rows].mean(axis=0) if rows else np.zeros(5) for rows in others])
    joined = np.concatenate((h, means), axis=1)
    u, c = network.head.weights.data, network.head.bias.data
    np.testing.assert_allclose(scores, joined @ u.T + c)


def test_layers_may_follow_the_context():
    network, batch, _ = small_network(hidden=(5, 4), context=BothContextsSettings(after=1))
    graph = ScoringGraph(network)
    graph.scores(network.tables[0].data, batch.windows, batch.values)
    h, h2 = (node.data for node in graph.trunk.hidden)
    joined = graph.trunk.nodes["g"].data
    np.testing.assert_array_equal(joined[:, :5], h)
    np.testing.assert_allclose(joined[0, 5:10], (h[2] + h[4]) / 2)
    np.testing.assert_allclose(joined[0, 10:], h[:4].mean(axis=0))
    np.testing.assert_allclose(joined[5, 10:], h[4:].mean(axis=0))
    second = network.hidden[1]
    np.testing.assert_allclose(h2, np.tanh(joined @ second.weights.data.T + second.bias.data))


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["regularization.vectors={name: anchor, strength: 0.1}", "regularization.adversarial=1"],
        ["model={head: sentence, context: both}", "training.optimizer=adagrad"],
        ["model={head: margin, target: PER, window: 3}", "regularization.l2=0.1"],
    ],
)
def test_a_step_reads_no_array_that_it_would_have_to_watch(config_file, settings, monkeypatch):
    _, trainer, _ = small_model(config_file, *settings)
    list(trainer.run())

    def checksum(array):
        raise AssertionError("a training step passed over a whole array")

    for number, batch in enumerate(trainer.batches):
        trainer.step(batch)
        if number == 0:  # what was read after the last epoch is looked at once
            monkeypatch.setattr(zlib, "crc32", checksum)


def test_illegal_transitions_stay_illegal(config_file):
    model, trainer, _ = small_model(config_file, "model.head=sentence", "training.epochs=5")
    before = np.isneginf(model.network.head.transitions.data)
    assert before.any()
    list(trainer.run())
    after = model.network.head.transitions.data
    np.testing.assert_array_equal(np.isneginf(after), before)
    assert (after[~before] != 0).any()


@pytest.mark.parametrize(
    "settings",
    [
        ["model.head=sentence"],
        ["model.context=document"],
        ["model={head: sentence, context: document, hidden: [9, 7], nonlinearity: prelu}"],
        ["model={head: sentence, context: both, hidden: [9, 7], context_after: 1}"],
        ["model.context=sentence"],
        ["model={head: binary, target: PER, window: 3}"],
        ["model={head: binary, target: PER, window: 3, context: document}"],
        ["model={head: margin, target: PER, window: 3, corruption: window}"],
        ["regularization={l1: 0.0001, l2: 0.0001, vectors: {name: anchor, strength: 0.01}}"],
        ["embeddings.trainable={after_epoch: 3}", "training.clip_norm=1"],
    ],
)
def test_every_head_and_context_learns_the_data_and_travels(config_file, tmp_path, settings):
    model, trainer, corpus = small_model(config_file, "training.epochs=60", *settings)
    records = list(trainer.run())
    assert records[-1].loss < records[0].loss
    trainer.best.restore()
    assert evaluate(model, corpus).f1 == 100
    save_model(model, tmp_path / "m")
    copy = load_model(tmp_path / "m")
    assert copy.tag(corpus.tokens) == model.tag(corpus.tokens)
    assert copy.network.head.section.name == model.network.head.section.name
    assert copy.target == model.target


def test_corrupted_centers_teach_which_words_are_of_the_type(config_file):
    model, trainer, corpus = small_model(
        config_file, "training.epochs=60", "model={head: margin, target: PER, window: 3}"
    )
    list(trainer.run())
    trainer.best.restore()
    assert evaluate(model, corpus).f1 >= 80


def test_vectors_are_frozen_until_their_epoch(config_file):
    model, trainer, _ = small_model(config_file, "embeddings.trainable={after_epoch: 1}")
    before = model.network.tables[0].data.copy()
    run = trainer.run()
    next(run)
    np.testing.assert_array_equal(model.network.tables[0].data, before)
    next(run)
    assert (model.network.tables[0].data != before).any()


@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop", "adamw"])
def test_every_optimizer_trains(config_file, name):
    _, trainer, _ = small_model(
        config_file, f"training.optimizer={name}", "training.epochs=5", "training.schedule=constant"
    )
    records = list(trainer.run())
    assert records[-1].loss < records[0].loss


def test_training_stops_when_nothing_gets_better(config_file):
    _, trainer, _ = small_model(config_file, "training.patience=2", "training.epochs=500")
    records = list(trainer.run())
    best = max(records, key=lambda record: (record.f1, -record.epoch))
    assert trainer.best.epoch == best.epoch
    assert len(records) == best.epoch + 2


def test_the_last_weights_are_kept_where_that_is_asked_for(config_file):
    _, trainer, _ = small_model(config_file, "training.keep=last")
    list(trainer.run())
    assert trainer.best.epoch == 3


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["training.schedule={name: plateau, patience: 0}", "embeddings.trainable={after_epoch: 3}"],
        ["model.context=document", "regularization.vectors={name: zero, strength: 0.1}"],
        ["training.optimizer=momentum", "regularization.dropout.hidden=0.4"],
    ],
)
def test_going_on_from_a_state_gives_the_same_bits(config_file, settings):
    settings = ["training.epochs=4", *settings]
    model = trained_model(config_file, *settings)
    _, first, _ = small_model(config_file, *settings)
    run = first.run()
    next(run), next(run)
    arrays, values = first.state()
    arrays = {name: array.copy() for name, array in arrays.items()}
    values = json.loads(json.dumps(values))
    list(run)
    resumed_model, resumed, _ = small_model(config_file, *settings)
    resumed.load_state(State(arrays, values))
    assert [record.epoch for record in resumed.run()] == [3, 4]
    for name, array in model.network.named_arrays().items():
        np.testing.assert_array_equal(resumed_model.network.named_arrays()[name], array)


def test_vectors_are_scaled_and_padding_is_zero(config_file):
    model, _, _ = small_model(config_file)
    table, vectors = model.network.tables[0].data, model.vectors
    assert table.dtype == np.float32
    np.testing.assert_array_equal(table[PADDING], 0)
    row = model.vocabulary.keys.index("oslo")
    scaled = vectors.rows(vectors.find(["oslo"]))[0] * 0.5 / vectors.deviation
    np.testing.assert_allclose(table[row], scaled, rtol=1e-6)


def test_training_lowers_the_loss_and_learns_the_data(config_file):
    model, trainer, corpus = small_model(config_file, "training.epochs=30")
    losses = [record.loss for record in trainer.run()]
    assert losses[-1] < losses[0] / 3
    trainer.best.restore()
    assert evaluate(model, corpus).f1 == 100


def test_the_best_weights_come_back(config_file):
    model, trainer, _ = small_model(config_file, "training.learning_rate=0.2")
    f1_of = {}
    weights_of = {}
    for record in trainer.run():
        f1_of[record.epoch] = record.f1
        weights_of[record.epoch] = model.network.head.weights.data.copy()
    best = max(f1_of, key=lambda epoch: (f1_of[epoch], -epoch))
    trainer.best.restore()
    assert trainer.best.epoch == best
    np.testing.assert_array_equal(model.network.head.weights.data, weights_of[best])
    assert trainer.score_selection().f1 == f1_of[best]


def test_frozen_vectors_stay_and_fine_tuned_ones_move(config_file):
    model, trainer, _ = small_model(config_file, "embeddings.trainable=false")
    before = model.network.tables[0].data.copy()
    list(trainer.run())
    np.testing.assert_array_equal(model.network.tables[0].data, before)

    model, trainer, _ = small_model(config_file)
    before = model.network.tables[0].data.copy()
    list(trainer.run())
    moved = (model.network.tables[0].data != before).any(axis=1)
    assert moved[len(RESERVED) :].all()


@pytest.mark.parametrize("optimizer", ["adam", "adagrad", "sgd"])
@pytest.mark.parametrize("schedule", ["constant", "cosine", "{name: halving, every: 1}"])
def test_optimizers_and_schedules_by_name(config_file, optimizer, schedule):
    _, trainer, _ = small_model(
        config_file, f"training.optimizer={optimizer}", f"training.schedule={schedule}"
    )
    records = list(trainer.run())
    assert records[-1].loss < records[0].loss
    rates = [record.learning_rate for record in records]
    assert rates == sorted(rates, reverse=True)
    assert (rates[-1] == rates[0]) == (schedule == "constant")


def test_the_vectors_have_a_learning_rate_of_their_own(config_file):
    _, trainer, _ = small_model(
        config_file, "embeddings.learning_rate=0.5", "training.optimizer=sgd"
    )
    assert [rated.learning_rate for rated in trainer.step.optimizers] == [0.05, 0.5, 0.05]


def test_the_same_seed_gives_the_same_bits(config_file):
    settings = ("regularization.dropout.hidden=0.3", "regularization.word_dropout=0.2")
    runs = []
    for seed in (1, 1, 2):
        model = trained_model(config_file, *settings, f"seed={seed}")
        runs.append(model.network.named_arrays())
    for name, array in runs[0].items():
        np.testing.assert_array_equal(array, runs[1][name])
    assert any((runs[0][name] != runs[2][name]).any() for name in runs[0])


def windows_drawn(trainer, corpus, epochs):
    """The words of the windows of a corpus in each epoch, (epochs, tokens, width).

    Batches are of whole sentences, in any order; here their lengths tell them apart.
    """
    drawn = []
    for _ in range(epochs):
        of_length = {}
        for batch in trainer.batches:
            lengths = batch.values["lengths"]
            parts = np.split(batch.windows[0], np.cumsum(lengths)[:-1])
            of_length.update(zip(lengths.tolist(), parts, strict=True))
        drawn.append(
            np.concatenate([of_length[length] for length in corpus.tokens.lengths.tolist()])
        )
    return np.stack(drawn)


def test_words_without_vector_that_occur_once_train_the_unknown_row(config_file):
    model, trainer, corpus = small_model(config_file, "model.head=sentence")
    data = trainer.batches.data
    rates = dict(zip(model.vocabulary.keys, data.dropout_rates.tolist(), strict=True))
    rare = {"visited", "nordbank", "hired", "in", "cold"}
    assert rates == {key: 0.5 if key in rare else 0 for key in model.vocabulary.keys}
    words = data.encoded.stream.windows(slice(None))[0]
    drawn = windows_drawn(trainer, corpus, epochs=400)
    assert ((drawn == words) | (drawn == UNKNOWN)).all()
    expected = data.dropout_rates[words]
    np.testing.assert_allclose((drawn == UNKNOWN).mean(axis=0), expected, atol=0.12)


def test_word_dropout_never_drops_padding(config_file):
    settings = ("model.head=sentence", "regularization.word_dropout=0.9")
    _, trainer, corpus = small_model(config_file, *settings)
    words = trainer.batches.data.encoded.stream.windows(slice(None))[0]
    (drawn,) = windows_drawn(trainer, corpus, epochs=1)
    np.testing.assert_array_equal(drawn[words == PADDING], PADDING)
    assert (drawn == UNKNOWN).any()


def test_training_without_pretrained_vectors(config_file):
    model = trained_model(config_file, "embeddings.path=null", "embeddings.dimension=4")
    assert model.tag(Tokens.of([["Anna", "flew", "to", "Mars"]]))[0]


def test_words_that_only_the_vectors_have_are_used(config_file):
    """Bergen does not occur in training, but its vector is nearly that of Oslo."""
    model, trainer, _ = small_model(config_file, "training.epochs=30", "features.capitalization=0")
    list(trainer.run())
    trainer.best.restore()
    assert model.tag(Tokens.of([["Anna", "Kovac", "visited", "Bergen", "."]]))[0][3] == "B-LOC"


def test_tags_are_numbered_in_the_scheme_trained_on(config_file):
    model, _, corpus = small_model(config_file)
    names = [model.tags[number] for number in encode_tags(corpus, model)]
    assert names[:5] == ["B-PER", "E-PER", "O", "S-LOC", "O"]
    assert model.output_scheme == "iob2"


def test_a_loss_that_is_not_finite_is_told(config_file):
    _, trainer, _ = small_model(
        config_file, "training.optimizer=sgd", "training.learning_rate=1e38"
    )
    with pytest.raises(InputError, match="training diverged in epoch"), np.errstate(all="ignore"):
        list(trainer.run())


def test_empty_sentences_are_tagged_with_nothing(config_file):
    model, _, _ = small_model(config_file)
    assert [len(tags) for tags in model.tag(Tokens.of([[], ["Oslo"], []]))] == [0, 1, 0]
    assert model.tag(Tokens.of([])) == []


def test_what_cannot_be_built(config_file, tmp_path):
    with pytest.raises(InputError, match=r"dimension is 4, but the vectors of .* have dimension 3"):
        small_model(config_file, "embeddings.dimension=4")
    empty = tmp_path / "empty.conll"
    empty.write_text("a O\n")
    with pytest.raises(InputError, match="has no entity"):
        small_model(config_file, f"data.train={empty}")
