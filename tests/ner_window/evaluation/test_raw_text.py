"""F1 on raw text: that of what is tagged without tokens, and of the same entities."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.type_mapping import mapped
from ner_window.evaluation.evaluate import evaluate
from ner_window.evaluation.raw_text import raw_text_score
from ner_window.tagging.tagger import Tagger
from ner_window.tokenization.rebuilding import rebuilt
from tests.building import trained_model

TAGS = ["O", "O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
WORDS = ["Oslo", "Anna", "Kovac", "Oslo-based", "and/or", "--", "2.", "(", ")", '"', "'s", "."]
SENTENCES = st.lists(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(TAGS)), min_size=1, max_size=7),
    min_size=1,
    max_size=4,
)


@pytest.fixture
def model(config_file):
    return trained_model(config_file, "training.epochs=30", "model.context=sentence")


@pytest.fixture
def tagger(model):
    return Tagger(model)


def written(path, sentences):
    rows = ("\n".join(f"{word} {tag}" for word, tag in sentence) for sentence in sentences)
    path.write_text("\n\n".join(rows) + "\n", "utf-8")
    return path


@settings(suppress_health_check=list(HealthCheck))
@given(SENTENCES)
def test_it_is_that_of_text_that_is_tagged(tagger, tmp_path, sentences):
    corpus = read_corpus(written(tmp_path / "f.conll", sentences))
    found = raw_text_score(tagger.model, corpus)
    counts = [0, 0, 0]
    ends = [0, *corpus.tokens.ends.tolist()]
    spans = zip(corpus.spans.starts.tolist(), corpus.spans.ends.tolist(), strict=True)
    types = [corpus.spans.names[number] for number in corpus.spans.types.tolist()]
    rows = [(*span, name) for span, name in zip(spans, types, strict=True)]
    for first, last, words in zip(ends, ends[1:], corpus.tokens, strict=False):
        text, offsets = rebuilt(words)
        gold = {
            (offsets[start - first][0], offsets[end - 1 - first][1], name)
            for start, end, name in rows
            if first <= start < last
        }
        predicted = {(each.start, each.end, each.label) for each in tagger.tag(text)}
        for column, side in enumerate((gold, predicted, gold & predicted)):
            counts[column] += len(side)
    total = found.score.total
    assert [total.gold, total.predicted, total.correct] == counts
    assert found.tokens == corpus.token_count


def test_where_all_tokens_are_cut_alike_it_is_that_of_the_tokens(model, tmp_path):
    sentences = [[("Anna", "B-PER"), ("Kovac", "I-PER"), ("left", "O"), ("Oslo", "B-LOC")]] * 3
    corpus = read_corpus(written(tmp_path / "f.conll", sentences))
    found = raw_text_score(model, corpus)
    assert found.share_alike == 100
    assert found.score.by_type == evaluate(model, corpus).by_type
    assert found.as_dict()["tokens_alike"] == 100


def test_an_entity_in_a_token_that_is_cut_otherwise_is_missed(model, tmp_path):
    class Whole:
        def cut(self, text):
            return [[(0, len(text))]]

    corpus = read_corpus(written(tmp_path / "f.conll", [[("Oslo", "B-LOC"), ("won", "O")]]))
    found = raw_text_score(replace(model, tokenizer=Whole()), corpus)
    assert (found.score.total.gold, found.score.total.correct) == (1, 0)
    assert (found.tokens, found.tokens_alike) == (2, 0)


def test_types_are_those_that_the_corpus_is_held_to(model, tmp_path):
    sentences = [[("Anna", "B-person"), ("Kovac", "I-person"), ("left", "O"), ("Oslo", "B-LOC")]]
    corpus = mapped(
        read_corpus(written(tmp_path / "f.conll", sentences)), {"person": "PER", "LOC": None}
    )
    found = raw_text_score(model, corpus)
    assert set(found.score.by_type) == {"PER"}


def test_what_came_as_text_has_no_second_score(model, tmp_path):
    path = tmp_path / "f.jsonl"
    record = {"text": "Oslo is cold.", "entities": [{"start": 0, "end": 4, "label": "LOC"}]}
    path.write_text(json.dumps(record), "utf-8")
    assert raw_text_score(model, read_corpus(path)) is None
    given_tokens = {**record, "tokens": [{"start": 0, "end": 4}, {"start": 5, "end": 7}]}
    path.write_text(json.dumps(given_tokens), "utf-8")
    assert raw_text_score(model, read_corpus(path)).score.total.gold == 1
