"""Batches: every unit once an epoch, whole sentences and documents, groups of mentions."""

import numpy as np
import pytest

from ner_window.corpora.tokens import Tokens
from ner_window.encoding.documents import document_ends, documents_of, mention_groups
from ner_window.errors import InputError
from ner_window.model.graphs import LossGraph
from ner_window.model.scorer import NetworkScorer
from ner_window.training.batches import steps_per_epoch, tokens_of_units
from ner_window.training.gathering import ends_of_parts
from tests.building import small_model


def test_stretches_are_the_tokens_of_their_units():
    ends = np.array([2, 3, 7])
    assert tokens_of_units(ends, np.array([2, 0])).tolist() == [3, 4, 5, 6, 0, 1]
    assert tokens_of_units(ends, np.array([1])).tolist() == [2]


@pytest.mark.parametrize(
    ("settings", "unit", "steps"),
    [
        ([], "windows", 4),
        (["model.head=sentence", "training.batch_size=2"], "sentences", 2),
        (["model.context=document", "training.batch_size=1"], "documents", 2),
        (["model.context=sentence", "training.batch_size=2"], "sentences", 2),
        (["model.context=both", "training.batch_size=1"], "documents", 2),
        (["model.head=sentence", "model.context=document", "training.batch_size=null"], None, 1),
        (["training.batch_tokens=5"], "windows", 3),
        (["model.head=sentence", "training.batch_tokens=7"], "sentences", 2),
        (["model.context=both", "training.batch_tokens=11"], "documents", 2),
        (["model.context=sentence", "training.batch_tokens=5"], "sentences", 3),
    ],
)
def test_an_epoch_sees_every_token_once(config_file, settings, unit, steps):
    _, trainer, corpus = small_model(config_file, *settings)
    batches = trainer.batches
    assert len(batches) == steps
    assert unit is None or str(batches.unit) == unit
    rows = batches.data.encoded.stream.windows(slice(None))
    expected = sorted(map(tuple, rows[1].tolist()))  # capitals: no dropout changes them
    epochs = [list(batches) for _ in range(2)]
    for epoch in epochs:
        assert len(epoch) == len(batches)
        seen = [tuple(window) for batch in epoch for window in batch.windows[1].tolist()]
        assert sorted(seen) == expected
    lengths = [batch.values["lengths"] for batch in epochs[0] if "lengths" in batch.values]
    if lengths:
        assert sorted(np.concatenate(lengths)) == sorted(len(s.tokens) for s in corpus)


@pytest.mark.parametrize("context", ["sentence", "both"])
def test_a_batch_tells_its_sentences_apart(config_file, context):
    settings = [f"model.context={context}", "model.head=sentence", "training.batch_size=2"]
    _, trainer, _ = small_model(config_file, *settings)
    for batch in trainer.batches:
        changes = np.flatnonzero(np.diff(batch.values["sentences"])) + 1
        np.testing.assert_array_equal(np.cumsum(batch.values["lengths"])[:-1], changes)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (["training.batch_size=4"], "14 tokens, a window each, 4 at a time; steps: 4"),
        (["training.batch_tokens=4"], "14 tokens, a window each, 4 at a time; steps: 4"),
        (
            ["model.context=sentence", "training.batch_size=2"],
            "14 tokens, 3 sentences, 2 at a time; steps: 2",
        ),
        (
            ["model.context=document", "training.batch_size=null"],
            "14 tokens, 2 documents, 2 at a time; steps: 1",
        ),
        (
            ["model.context=document", "training.batch_tokens=14"],
            "14 tokens, 2 documents or parts, about 14 tokens at a time; steps: 1",
        ),
        (
            ["model.context=document", "training.batch_tokens=5"],
            "14 tokens, 3 documents or parts, about 5 tokens at a time (1 has more); steps: 3",
        ),
    ],
)
def test_what_an_epoch_is_is_told(config_file, settings, told):
    _, trainer, _ = small_model(config_file, *settings)
    assert str(trainer.batches) == told


@pytest.mark.parametrize(
    "size", ["batch_size=1", "batch_size=3", "batch_size=null", "batch_tokens=5", "batch_tokens=9"]
)
@pytest.mark.parametrize(
    "model",
    [
        "{head: softmax}",
        "{head: sentence}",
        "{context: sentence}",
        "{context: document}",
        "{head: binary, target: LOC}",
        "{head: margin, target: PER}",
    ],
)
def test_the_steps_of_an_epoch_are_known_before_the_corpus_is_encoded(config_file, model, size):
    settings = f"model={model}", f"training.{size}"
    _, trainer, corpus = small_model(config_file, *settings)
    assert steps_per_epoch(trainer.config, corpus) == len(trainer.batches)


@pytest.mark.parametrize("context", ["document", "both"])
@pytest.mark.parametrize("head", ["softmax", "sentence", "{name: binary, target: PER}"])
def test_a_part_of_a_document_is_judged_as_in_the_whole(config_file, head, context):
    def judged(size):
        settings = f"model.head={head}", f"model.context={context}", "training.keep=last"
        model, trainer, _ = small_model(config_file, *settings, f"training.{size}")
        trainer.batches.data.dropout_rates[:] = 0
        graph = LossGraph(model.network, takes_parts=trainer.batches.takes_parts)
        batches = list(trainer.batches)
        weights = [len(batch.tags) for batch in batches]
        losses = [graph.loss(batch) for batch in batches]
        return len(losses), np.average(losses, weights=weights), batches

    whole, parts = judged("batch_size=1"), judged("batch_tokens=5")
    assert (whole[0], parts[0]) == (2, 3)
    assert parts[1] == pytest.approx(whole[1], rel=1e-5)
    read_beside = [batch.windows.shape[1] - len(batch.tags) for batch in parts[2]]
    assert sorted(read_beside) == [0, 2, 2]  # Anna Kovac, in both sentences; Oslo is elsewhere


def test_parts_of_a_document_share_it_in_whole_sentences():
    sentence_ends = np.cumsum([3, 3, 3, 3, 20, 1, 4, 4])
    document_ends = sentence_ends[[3, 5, 7]]
    for tokens, parts in [(50, [12, 33, 41]), (6, [6, 12, 32, 33, 37, 41]), (10, [6, 12, 32])]:
        ends = ends_of_parts(document_ends, sentence_ends, tokens).tolist()
        assert ends[: len(parts)] == parts
        assert ends[-1] == 41


TEXT = [["Anna", "met", "Bo"], ["ANNA", "may", "May", "2"], ["Anna", "Bo"]]


def groups(documents, block=None):
    text = Tokens.of(TEXT)
    text = Tokens(text.words, text.lengths, {}, None if documents is None else np.array(documents))
    numbers = documents_of(text, block)
    return mention_groups(text, numbers), document_ends(text, numbers)


def test_mentions_are_capitalized_words_of_one_document():
    found, ends = groups([1, 1, 4])
    assert ends.tolist() == [7, 9]
    assert found[0] == found[3] != -1  # Anna, ANNA
    assert found.tolist().count(found[0]) == 2
    assert [found[i] for i in (1, 4, 6)] == [-1, -1, -1]  # met, may, 2
    assert len({found[0], found[2], found[5], found[7], found[8]}) == 5


def test_blocks_stand_in_for_documents_that_nothing_marks():
    found, ends = groups(None, block=2)
    assert ends.tolist() == [7, 9]
    marked, _ = groups([1, 1, 4])
    np.testing.assert_array_equal(found == found[0], marked == marked[0])
    with pytest.raises(InputError, match="the text marks none"):
        groups(None)


def test_scores_do_not_depend_on_how_documents_are_put_together(config_file):
    model, _, corpus = small_model(config_file, "model.context=document")
    encoded = model.encode(corpus.tokens)
    whole = model.scorer.scores(encoded)
    one_by_one = NetworkScorer(model.network, windows_per_run=1)
    np.testing.assert_allclose(one_by_one.scores(encoded), whole, rtol=1e-5)
