"""Blocks that stand in for documents: the same where a file is tagged and where it is scored."""

import json

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.documents import documents_of
from ner_window.tagging.inputs import INPUTS, Source


@settings(suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=8).filter(any),
    st.integers(1, 5),
    st.integers(0, 7),
)
def test_texts_of_any_length_are_in_the_blocks_that_tag_has(tmp_path, sizes, block, first):
    path = tmp_path / "f.jsonl"
    lines = [{"text": "He left. " * size, "entities": [], "document": None} for size in sizes]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    corpus = read_corpus(path)
    pieces = Source(path, INPUTS["jsonl"], Layout(), block).pieces()
    expected = [piece.document for piece in pieces for _ in range(len(piece.tokens))]
    assert documents_of(corpus.tokens, block).tolist() == expected
    of_some = corpus.tokens.texts is None or corpus.tokens.texts >= first
    part = corpus.subset(np.broadcast_to(of_some, len(corpus)))
    sentences = np.bincount(documents_of(part.tokens, block)) if len(part) else [block]
    assert all(size >= block for size in sentences[:-1])


def test_sentences_that_came_alone_are_in_blocks_of_equal_size():
    text = Tokens.of([["a"]] * 5)
    assert documents_of(text, 2).tolist() == [0, 0, 1, 1, 2]
