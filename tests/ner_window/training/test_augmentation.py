"""Training on perturbed sentences: drawn anew for each epoch, as many steps, to the same bits."""

from copy import deepcopy

import numpy as np
import pytest

from ner_window.encoding.vocabulary import UNKNOWN
from ner_window.training.checkpoint import State
from tests.building import small_model

ALL = (
    "training.augment={lower: 0.3, upper: 0.3, title: 0.2, swapped: 0.2, dropped: 0.2, "
    "doubled: 0.2, lost_punctuation: 0.6, changed_punctuation: 0.4}"
)


@pytest.mark.parametrize("size", ["batch_size=1", "batch_size=3", "batch_tokens=5"])
@pytest.mark.parametrize(
    "model",
    [
        "{head: softmax}",
        "{head: sentence}",
        "{context: sentence}",
        "{context: document}",
        "{head: sentence, context: both}",
        "{head: binary, target: LOC}",
        "{head: margin, target: PER}",
    ],
)
def test_noise_leaves_an_epoch_as_many_steps_and_each_something_to_learn(config_file, model, size):
    _, clean, _ = small_model(config_file, f"model={model}", f"training.{size}")
    _, trainer, _ = small_model(config_file, f"model={model}", f"training.{size}", ALL)
    assert len(trainer.batches) == len(clean.batches)
    for _ in range(4):
        batches = list(trainer.batches)
        assert len(batches) == len(trainer.batches)
        assert all(len(batch.tags) for batch in batches)
    for record in trainer.run():
        assert np.isfinite(record.loss)
    assert trainer.step.count == len(clean.batches) * trainer.epochs


def test_what_is_perturbed_is_told(config_file):
    _, trainer, _ = small_model(config_file, "training.augment={lower: 0.3, swapped: 0.02}")
    told = str(trainer.batches).split("; ")
    assert told[-1] == "perturbed anew for each epoch: lower case 0.3, two letters swapped 0.02"


def rows_of(batches):
    return [batch.windows.tolist() for batch in batches]


def test_each_epoch_is_drawn_anew_and_the_same_for_a_seed(config_file):
    one, other = (small_model(config_file, ALL)[1].batches for _ in range(2))
    first, second = rows_of(one), rows_of(one)
    assert first != second
    assert [rows_of(other), rows_of(other)] == [first, second]


def test_entities_stay_and_what_is_judged_is_clean(config_file):
    model, trainer, corpus = small_model(config_file, ALL, "model.head=sentence")
    before = trainer.batches.data.encoded.stream.rows.copy()
    outside = model.tags.index("O")
    inside = sorted(tag for tag in trainer.batches.data.targets.tolist() if tag != outside)
    for _ in range(3):
        tags = [tag for batch in trainer.batches for tag in batch.tags.tolist()]
        assert sorted(tag for tag in tags if tag != outside) == inside
    np.testing.assert_array_equal(trainer.batches.data.encoded.stream.rows, before)
    clean = model.encode(corpus.tokens).stream.rows
    np.testing.assert_array_equal(trainer.encoded_selection.stream.rows, clean)


def test_a_run_that_goes_on_has_the_same_bits(config_file):
    settings = (ALL, "training.epochs=4", "model.head=sentence", "regularization.word_dropout=0.1")
    model, trainer, _ = small_model(config_file, *settings)
    run = trainer.run()
    next(run), next(run)
    arrays, values = trainer.state()
    state = State({name: array.copy() for name, array in arrays.items()}, deepcopy(values))
    list(run)
    resumed_model, resumed, _ = small_model(config_file, *settings)
    resumed.load_state(state)
    assert [record.epoch for record in resumed.run()] == [3, 4]
    for name, array in model.network.named_arrays().items():
        np.testing.assert_array_equal(resumed_model.network.named_arrays()[name], array)


CASED = "Oslo 0.4 -0.5 0.6\nOSLO 0.3 -0.5 0.6\nosol 0.5 -0.4 0.6\nis 0.3 0.3 0.3\n"


def test_cased_vectors_get_rows_for_the_cases_that_are_shown(config_file, tmp_path):
    path = tmp_path / "cased.txt"
    path.write_text(CASED, "utf-8")
    settings = [f"embeddings.path={path}", "features.shape=3"]
    clean, _, _ = small_model(config_file, *settings)
    model, _, _ = small_model(config_file, *settings, "training.augment.upper=0.5")
    assert {"Oslo", "is"} <= set(clean.vocabulary.keys)
    assert set(model.vocabulary.keys) - set(clean.vocabulary.keys) == {"OSLO"}
    before, after = (set(each.features[1].values) for each in (clean, model))
    assert after - before == {"XX"}


def test_a_misspelled_word_is_unknown_unless_the_table_has_it(config_file, tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text(CASED, "utf-8")
    settings = [f"embeddings.path={path}", "training.augment.swapped=1.0", "data.documents=null"]
    model, trainer, _ = small_model(config_file, *settings)
    oslo = model.vocabulary.keys.index("Oslo")
    assert oslo in trainer.batches.data.encoded.stream.rows[0]
    for _ in range(5):  # Olso, Osol
        words = np.concatenate([batch.windows[0].ravel() for batch in trainer.batches])
        assert oslo not in words
        assert UNKNOWN in words
        assert words.max() < len(model.vocabulary)


def test_rates_that_cannot_be_are_refused(config_file):
    with pytest.raises(Exception, match="a sentence is perturbed in one way at most"):
        small_model(config_file, "training.augment={lower: 0.7, upper: 0.4}")
