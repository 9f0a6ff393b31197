"""What is independent: documents, of few of them blocks of neighbors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.evaluation.units import Units


def text_of(lengths, is_marked=True):
    """A text with documents of so many sentences."""
    tokens = Tokens.of([["a"]] * sum(lengths))
    documents = np.repeat(3 * np.arange(len(lengths)), lengths)
    return Tokens(tokens.words, tokens.lengths, documents=documents if is_marked else None)


def test_units_are_documents_where_there_are_five():
    units = Units.of(text_of([2, 1, 1, 1, 3]))
    assert (units.name, units.count) == ("documents", 5)
    assert units.of_sentence.tolist() == [0, 0, 1, 2, 3, 4, 4, 4]
    assert units.description == "5 documents"
    assert Units.of(text_of([2, 1, 1, 1, 3]), "sentences").count == 8
    counted = units.counts(np.array([0, 1, 2, 2]), np.array([0, 1, 1, 1]), 2)
    assert counted[:2].tolist() == [[1, 1], [0, 2]]
    assert units.summed(np.arange(8)).tolist() == [1, 2, 3, 4, 18]


@pytest.mark.parametrize("is_marked", [True, False])
def test_a_single_document_is_cut_into_blocks(is_marked):
    units = Units.of(text_of([1000], is_marked))
    assert (units.name, units.count) == ("blocks", 50)
    assert set(np.bincount(units.of_sentence)) == {20}
    few = "of 1 document, too few to tell how documents differ: that is left out"
    none = "no documents are marked: how they differ is left out"
    blocks = "50 blocks of 20 neighboring sentences"
    assert units.description == f"{blocks}; {few if is_marked else none}"


@given(st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_blocks_are_of_neighbors_in_one_document(lengths):
    text = text_of(lengths)
    units = Units.of(text)
    assert units.name == "blocks"
    assert set(np.diff(units.of_sentence)) <= {0, 1}
    assert units.of_sentence[-1] + 1 == units.count == len(np.unique(units.of_sentence))
    for block in range(units.count):
        assert len(np.unique(text.documents[units.of_sentence == block])) == 1


@pytest.mark.parametrize("sentences", [0, 1, 4])
def test_few_sentences_carry_no_interval(sentences):
    units = Units.of(text_of([sentences], is_marked=False))
    assert not units.are_enough
    assert f"{sentences} sentence" in units.description
    assert units.description.endswith(", too few to tell an interval")
    assert Units.of(text_of([5])).are_enough


def test_documents_that_are_too_few_are_refused():
    with pytest.raises(InputError, match="no documents to resample: the file marks none by -DOC"):
        Units.of(text_of([9], is_marked=False), "documents")
    with pytest.raises(InputError, match="the file marks 4, and fewer than 5"):
        Units.of(text_of([9, 9, 9, 9]), "documents")
