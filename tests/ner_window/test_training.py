"""Building and training the model: gradients, what moves and what does not, the best epoch."""

import numpy as np
import pytest

import autodiff as ad
from ner_window.config import load_config
from ner_window.corpus import read_corpus
from ner_window.errors import InputError
from ner_window.evaluation import evaluate
from ner_window.network import TrainingGraph, WindowNetwork
from ner_window.training import Trainer, build_model, encode_tags
from ner_window.vectors import load_vectors
from ner_window.vocabulary import PADDING, RESERVED, UNKNOWN


def setup(config_file, *overrides, dtype=np.float32):
    config = load_config(config_file, overrides)
    corpus = read_corpus(config.data.train)
    vectors = load_vectors(config.embeddings.path) if config.embeddings.path else None
    rng = np.random.default_rng(config.seed)
    model = build_model(config, corpus, vectors, rng, dtype)
    return model, Trainer(config, model, corpus, corpus, rng), corpus


@pytest.mark.parametrize("nonlinearity", ["tanh", "sigmoid", "hard_tanh", "relu"])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_gradient_of_the_whole_model(nonlinearity, dropout):
    rng = np.random.default_rng(3)
    tables = [
        ad.Parameter(rng.normal(size=(6, 4)), "words"),
        ad.Parameter(rng.normal(size=(3, 2)), "capitalization"),
    ]
    network = WindowNetwork.initialized(tables, 3, 5, 4, nonlinearity, rng, np.float64)
    graph = TrainingGraph(network, 3, 0.1, dropout, dropout, rng)
    windows = np.stack([rng.integers(0, 6, (7, 3)), rng.integers(0, 3, (7, 3))])
    graph.loss(windows, rng.integers(0, 4, 7))
    reports = ad.gradient_check(graph.graph)
    assert {report.source for report in reports} == {
        "words",
        "capitalization",
        "W",
        "b",
        "U",
        "c",
    }
    for report in reports:
        assert report.error < 1e-6, str(report)


def test_the_loss_is_cross_entropy_plus_half_lambda_squares():
    rng = np.random.default_rng(0)
    tables = [ad.Parameter(rng.normal(size=(4, 2)), "words")]
    network = WindowNetwork.initialized(tables, 1, 3, 2, "tanh", rng, np.float64)
    windows, tags = np.array([[[2], [3]]]), np.array([0, 1])
    plain = TrainingGraph(network, 1, 0, 0, 0, rng).loss(windows, tags)
    squares = (network.weights.data**2).sum() + (network.output_weights.data**2).sum()
    penalized = TrainingGraph(network, 1, 0.3, 0, 0, rng).loss(windows, tags)
    assert penalized == pytest.approx(plain + 0.15 * squares)


def test_vectors_are_scaled_and_padding_is_zero(config_file):
    model, _, _ = setup(config_file)
    table, vectors = model.network.tables[0].data, model.vectors
    assert table.dtype == np.float32
    np.testing.assert_array_equal(table[PADDING], 0)
    row = model.vocabulary.keys.index("oslo")
    scaled = vectors.rows(vectors.find(["oslo"]))[0] * 0.5 / vectors.deviation
    np.testing.assert_allclose(table[row], scaled, rtol=1e-6)


def test_training_lowers_the_loss_and_learns_the_data(config_file):
    model, trainer, corpus = setup(config_file, "training.epochs=30")
    losses = [record.loss for record in trainer.run()]
    assert losses[-1] < losses[0] / 3
    trainer.restore_best()
    assert evaluate(model, corpus).f1 == 100


def test_the_best_weights_come_back(config_file):
    model, trainer, _ = setup(config_file, "training.learning_rate=0.2")
    f1_of = {}
    weights_of = {}
    for record in trainer.run():
        f1_of[record.epoch] = record.dev_f1
        weights_of[record.epoch] = model.network.weights.data.copy()
    best = max(f1_of, key=lambda epoch: (f1_of[epoch], -epoch))
    trainer.restore_best()
    assert trainer.best_epoch == best
    np.testing.assert_array_equal(model.network.weights.data, weights_of[best])
    assert trainer.evaluate_dev().f1 == f1_of[best]


def test_frozen_vectors_stay_and_fine_tuned_ones_move(config_file):
    model, trainer, _ = setup(config_file, "embeddings.trainable=false")
    before = model.network.tables[0].data.copy()
    list(trainer.run())
    np.testing.assert_array_equal(model.network.tables[0].data, before)

    model, trainer, _ = setup(config_file)
    before = model.network.tables[0].data.copy()
    list(trainer.run())
    moved = (model.network.tables[0].data != before).any(axis=1)
    assert moved[len(RESERVED) :].all()


@pytest.mark.parametrize("optimizer", ["adam", "adagrad", "sgd"])
@pytest.mark.parametrize("schedule", ["constant", "cosine", "{name: halving, every: 1}"])
def test_optimizers_and_schedules_by_name(config_file, optimizer, schedule):
    _, trainer, _ = setup(
        config_file, f"training.optimizer={optimizer}", f"training.schedule={schedule}"
    )
    records = list(trainer.run())
    assert records[-1].loss < records[0].loss
    rates = [record.learning_rate for record in records]
    assert rates == sorted(rates, reverse=True)
    assert (rates[-1] == rates[0]) == (schedule == "constant")


def test_the_vectors_have_a_learning_rate_of_their_own(config_file):
    _, trainer, _ = setup(config_file, "embeddings.learning_rate=0.5", "training.optimizer=sgd")
    assert [rate for _, rate in trainer.optimizers] == [0.05, 0.5, 0.05]


def test_the_same_seed_gives_the_same_bits(config_file):
    settings = ("regularization.dropout.hidden=0.3", "regularization.word_dropout=0.2")
    runs = []
    for seed in (1, 1, 2):
        model, trainer, _ = setup(config_file, *settings, f"seed={seed}")
        list(trainer.run())
        runs.append(model.network.named_arrays())
    for name, array in runs[0].items():
        np.testing.assert_array_equal(array, runs[1][name])
    assert any((runs[0][name] != runs[2][name]).any() for name in runs[0])


def test_words_without_vector_that_occur_once_train_the_unknown_row(config_file):
    model, trainer, _ = setup(config_file)
    rare = {model.vocabulary.keys[row] for row in np.flatnonzero(trainer.is_rare)}
    assert rare == {"visited", "nordbank", "hired", "in", "cold"}
    words = trainer.encoded_train.stream.rows[0]
    seen = np.stack([trainer._with_word_dropout().rows[0] for _ in range(400)])
    dropped = (seen == UNKNOWN).mean(axis=0)
    np.testing.assert_allclose(dropped[trainer.is_rare[words]], 0.5, atol=0.1)
    np.testing.assert_array_equal(dropped[~trainer.is_rare[words]], 0)


def test_word_dropout_never_drops_padding(config_file):
    _, trainer, _ = setup(config_file, "regularization.word_dropout=0.9")
    words = trainer.encoded_train.stream.rows[0]
    dropped = trainer._with_word_dropout().rows[0]
    np.testing.assert_array_equal(dropped[words == PADDING], PADDING)
    assert (dropped == UNKNOWN).any()


def test_training_without_pretrained_vectors(config_file):
    model, trainer, _ = setup(config_file, "embeddings.path=null", "embeddings.dimension=4")
    list(trainer.run())
    assert model.tag([["Anna", "flew", "to", "Mars"]])[0]


def test_words_that_only_the_vectors_have_are_used(config_file):
    """Bergen does not occur in training, but its vector is nearly that of Oslo."""
    model, trainer, _ = setup(config_file, "training.epochs=30", "features.capitalization=0")
    list(trainer.run())
    trainer.restore_best()
    assert model.tag([["Anna", "Kovac", "visited", "Bergen", "."]])[0][3] == "B-LOC"


def test_tags_are_numbered_in_the_scheme_trained_on(config_file):
    model, _, corpus = setup(config_file)
    names = [model.tags[number] for number in encode_tags(corpus, model)]
    assert names[:5] == ["B-PER", "E-PER", "O", "S-LOC", "O"]
    assert model.output_scheme == "iob2"


def test_a_loss_that_is_not_finite_is_told(config_file):
    _, trainer, _ = setup(config_file, "training.optimizer=sgd", "training.learning_rate=1e38")
    with pytest.raises(InputError, match="training diverged in epoch"), np.errstate(all="ignore"):
        list(trainer.run())


def test_empty_sentences_are_tagged_with_nothing(config_file):
    model, _, _ = setup(config_file)
    assert [len(tags) for tags in model.tag([[], ["Oslo"], []])] == [0, 1, 0]
    assert model.tag([]) == []


def test_what_cannot_be_built(config_file, tmp_path):
    with pytest.raises(InputError, match=r"dimension is 4, but the vectors of .* have dimension 3"):
        setup(config_file, "embeddings.dimension=4")
    empty = tmp_path / "empty.conll"
    empty.write_text("a O\n")
    with pytest.raises(InputError, match="has no entity"):
        setup(config_file, f"data.train={empty}")
