"""Two models on one file: who is right where."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.text_cut import TextCut
from ner_window.errors import InputError
from ner_window.evaluation.comparison import compare
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.prediction import Prediction
from ner_window.tokenization.characters import CharacterCut
from ner_window.tokenization.tokenizer import BY_RULES, Tokenizer
from tests.building import small_model
from tests.tagged_text import column

RIGHT_A = [["B-PER", "I-PER", "O", "B-LOC", "O"], ["O", "O", "B-PER", "I-PER", "O", "O"], ["O"] * 3]
RIGHT_B = [["B-PER", "O", "O", "B-LOC", "O"], ["O", "O", "B-PER", "I-PER", "O", "O"], ["O"] * 3]


def predictions(corpus, sentences):
    """Predictions that are given, of no model."""
    tags, ends = column(sentences)
    return PredictedCorpus(corpus, Prediction(tags, Spans.of(tags, ends)), tags, None)


def test_sentences_that_one_model_gets_right(corpus_file):
    corpus = read_corpus(corpus_file)
    result = compare(predictions(corpus, RIGHT_A), predictions(corpus, RIGHT_B))
    assert (result.only_a, result.only_b) == (1, 0)
    assert (result.units.name, result.units.are_enough) == ("blocks", False)
    (example,) = result.examples_a
    assert example.sentence == "Anna Kovac visited Oslo ."
    assert example.gold == ["PER Anna Kovac", "LOC Oslo"]
    assert example.wrong == ["PER Anna", "LOC Oslo"]
    assert result.tests.difference == pytest.approx(result.scores[1].f1 - result.scores[0].f1)
    back = compare(predictions(corpus, RIGHT_B), predictions(corpus, RIGHT_A))
    assert (back.only_a, back.only_b) == (0, 1)
    assert (back.tests.interval, back.tests.p, back.is_detected) == (None, None, False)
    assert "no test: 3 sentences, too few to tell an interval" in str(result)


def test_a_model_does_not_differ_from_itself(corpus_file, config_file):
    model, _, corpus = small_model(config_file)
    one = PredictedCorpus.of(model, corpus)
    result = compare(one, one, "sentences")
    assert (result.tests.difference, result.tests.randomization_p) == (0, 1)
    assert (result.only_a, result.only_b) == (0, 0)


def test_a_clear_difference_is_told(tmp_path):
    path = tmp_path / "f"
    path.write_text("a B-X\nb O\n\n" * 80)
    corpus = read_corpus(path)
    good, bad = [["B-X", "O"]] * 80, [["O", "O"], ["B-X", "O"]] * 40
    result = compare(predictions(corpus, bad), predictions(corpus, good))
    assert result.is_detected
    assert "B is better" in str(result)
    assert result.only_b == 40
    assert len(result.examples_b) == 3
    low, high = result.tests.interval
    assert 0 < low < result.tests.difference < high
    assert f"lies between {low:+.2f} and {high:+.2f} (95%); other seeds" in str(result)


def test_no_difference_detected_gives_the_interval(tmp_path):
    path = tmp_path / "f"
    path.write_text("a B-X\nb O\n\n" * 40)
    corpus = read_corpus(path)
    right, wrong = ["B-X", "O"], ["O", "O"]
    one, other = [right] * 38 + [wrong] * 2, [wrong] * 2 + [right] * 38
    result = compare(predictions(corpus, one), predictions(corpus, other))
    low, high = result.tests.interval
    assert low < 0 < high
    lies = f"the difference of these two models lies between {low:+.2f} and {high:+.2f}"
    assert f"no difference is detected at the 5% level: {lies}" in str(result)


def test_models_that_are_held_to_other_tags_are_refused(corpus_file):
    corpus = read_corpus(corpus_file)
    with pytest.raises(InputError, match="not held to the same tokens and tags"):
        compare(predictions(corpus, RIGHT_A), predictions(corpus.only("LOC"), RIGHT_A))


def test_predictions_of_a_model_are_its_tags(config_file):
    model, _, corpus = small_model(config_file)
    predicted = PredictedCorpus.of(model, corpus)
    assert len(predicted.confidences) == len(predicted.mentions.predicted)
    rows = [line.split("\t") for line in predicted.lines() if line]
    assert [row[2] for row in rows] == [tag for tags in model.tag(corpus.tokens) for tag in tags]
    assert np.array([len(row) for row in rows]).tolist() == [3] * corpus.token_count


def test_models_that_cut_texts_differently_are_compared_text_by_text(config_file, tmp_path):
    model, _, _ = small_model(config_file)
    path = tmp_path / "f.jsonl"
    lines = [
        {"text": "Anna left. She met Oslo/Smith", "entities": []},
        {"text": "Bergen won.", "entities": [{"start": 0, "end": 6, "label": "LOC"}]},
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines * 20), "utf-8")
    tokenizers = BY_RULES, replace(BY_RULES, language=None), Tokenizer("en", CharacterCut())
    corpora = [read_corpus(path, text_cut=TextCut(tokenizer)) for tokenizer in tokenizers]
    assert len({len(corpus) for corpus in corpora}) == 2
    first, *others = (PredictedCorpus.of(model, corpus) for corpus in corpora)
    for other in others:
        result = compare(first, other)
        assert result.is_of_texts
        assert result.units.count == 40
        scores = (first.score(), other.score())
        assert result.scores == scores
        assert result.tests.difference == pytest.approx(scores[1].f1 - scores[0].f1)
        assert "texts that only A gets wholly right" in str(result)
