"""The answer of an explanation, and what becomes of it without each token of the window."""

import dataclasses

import numpy as np
import pytest

from ner_window.corpora.tokens import Tokens
from ner_window.encoding.features import UNKNOWN_VALUE
from ner_window.encoding.vocabulary import UNKNOWN
from ner_window.explanation.answer_sections import answer_text, next_text, scores, without
from ner_window.explanation.explain import explain
from ner_window.explanation.section import Bar
from ner_window.explanation.text import as_text
from tests.building import trained_model

SENTENCE = ["Anna", "Kovac", "visited", "Bergen", "."]
HEADS = {
    "softmax": [],
    "sentence": ["model.head=sentence"],
    "binary": ["model={head: binary, target: PER, window: 3}"],
    "margin": ["model={head: margin, target: PER, window: 3}"],
}


def trained(config_file, *settings):
    return trained_model(config_file, "training.epochs=40", *settings, dtype=np.float64)


@pytest.mark.parametrize("kind", HEADS)
def test_the_answer_is_the_one_that_tagging_gives(config_file, kind):
    model = dataclasses.replace(trained(config_file, *HEADS[kind]), temperature=0.6)
    found = model.predict(model.encode(Tokens.of([SENTENCE])))
    answers = [explain(model, SENTENCE, position).answer for position in range(len(SENTENCE))]
    covered = np.zeros(len(SENTENCE), bool)
    for number, (start, end) in enumerate(zip(found.spans.starts, found.spans.ends, strict=True)):
        covered[start:end] = True
        for answer in answers[start:end]:
            assert (answer.start, answer.end) == (start, end)
            assert answer.type == found.spans.names[found.spans.types[number]]
            if kind != "margin":
                assert answer.value == pytest.approx(found.confidences[number])
    assert covered.any()
    assert [answer.type is None for answer in answers] == (~covered).tolist()


def test_readings_of_the_same_tokens_share_what_there_is(config_file):
    """In a sentence of one token there are no other boundaries: they make up 1."""
    model = trained(config_file, "data.scheme=iobes")
    answer = explain(model, ["Oslo"], 0).answer
    assert answer.value + sum(p for _, p in answer.others) == pytest.approx(1)
    assert {answer.type, *(type_ for type_, _ in answer.others)} == {None, "LOC", "ORG", "PER"}
    shares = [p for _, p in answer.others]
    assert shares == sorted(shares, reverse=True)


def hand(model, tokens, hide=None, with_features=True):
    """The scores of the tags of each token in numpy, a place of the stream made unknown."""
    encoded, network = model.encode(Tokens.of([tokens])), model.network
    tables = [np.concatenate((network.tables[0].data, encoded.unseen.pretrained))]
    tables += [table.data for table in network.tables[1:]]
    radius, all_scores = network.window // 2, []
    rows = encoded.stream.rows.copy()
    if hide is not None:
        rows[0, hide + radius] = UNKNOWN
        if with_features:
            rows[1:, hide + radius] = UNKNOWN_VALUE
    (layer,) = network.hidden
    for place in range(len(tokens)):
        window = rows[:, place : place + network.window]
        x = np.concatenate([table[ids].ravel() for table, ids in zip(tables, window, strict=True)])
        h = np.tanh(layer.weights.data @ x + layer.bias.data)
        all_scores.append(network.head.weights.data @ h + network.head.bias.data)
    return np.array(all_scores)


@pytest.mark.parametrize("position", [0, 2, 4])
def test_what_is_left_without_a_token_agrees_with_numpy(config_file, position):
    """Tags are decoded one by one, so that p(no entity) is that of O, at the temperature."""
    model = trained(config_file, "model.decode=argmax", "training.epochs=3")
    model = dataclasses.replace(model, temperature=0.7)
    model.network.head.bias.data[model.tags.index("O")] += 3  # everything is none
    shown = explain(model, SENTENCE, position)
    assert shown.answer.type is None

    def p_of_none(**hidden):
        weights = np.exp(hand(model, SENTENCE, **hidden)[position] / 0.7)
        return weights[model.tags.index("O")] / weights.sum()

    assert shown.answer.value == pytest.approx(p_of_none())
    assert ("In the place of padding" in as_text(shown)) == (position in (0, 4))
    assert [part.offset for part in shown.occlusions] == [-1, 0, 1]
    for part in shown.occlusions:
        place = position + part.offset
        assert part.token == (SENTENCE[place] if 0 <= place < len(SENTENCE) else None)
        assert part.value == pytest.approx(p_of_none(hide=place))
        alone = p_of_none(hide=place, with_features=False)
        assert part.value_without_word == pytest.approx(alone)


def test_a_hidden_token_is_hidden_from_the_whole_sentence(config_file):
    """The answer on two tokens depends on windows of both, and on transitions."""
    model = trained(config_file, "data.scheme=iobes")
    shown = explain(model, SENTENCE, 0)
    assert (shown.answer.start, shown.answer.end) == (0, 2)
    for part in shown.occlusions:
        hidden = hand(model, SENTENCE, hide=part.offset)
        spans = model.predict(model.encode(Tokens.of([SENTENCE]))).spans.subset([True, False])
        lengths = np.array([len(SENTENCE)])
        (expected,) = model.decoder.confidences(hidden, spans, lengths)
        assert part.value == pytest.approx(expected)


def test_an_unknown_word_without_features_changes_nothing_when_hidden(config_file):
    model = trained(config_file, "features.capitalization=0")
    shown = explain(model, ["Anna", "xyz", "."], 1)
    center = shown.occlusions[1]
    assert center.value == center.value_without_word == pytest.approx(shown.answer.value)
    (table,) = without(shown).tables
    assert [column.head for column in table.columns][-2:] == ["change", "of 100%"]
    assert "its word is replaced by the unknown" in " ".join(as_text(shown).split())


def test_the_margin_head_has_scores(config_file):
    model = trained(config_file, *HEADS["margin"])
    shown = explain(model, SENTENCE, 0)
    inside = [scored.score for scored in shown.scores if scored.tag == "I-PER"]
    assert shown.answer.value == pytest.approx(inside[0])
    assert answer_text(shown) == f"PER, score of I-PER {inside[0]:.3g}"
    assert next_text(shown.answer) == ""
    (table,) = without(shown).tables
    assert not any(isinstance(cell, Bar) for row in table.rows for cell in row)
    model.network.head.weights.data[...] = 0
    assert [part.value for part in explain(model, SENTENCE, 0).occlusions] == pytest.approx(
        [model.network.head.bias.data[0]] * 3
    )


def test_the_answer_comes_first_and_scores_are_sorted(config_file):
    shown = explain(trained(config_file), SENTENCE, 3)
    lines = as_text(shown).splitlines()
    assert lines[2].startswith(f"LOC, {shown.answer.value:.1%}; next: ")
    assert "Window: visited [Bergen] ." in lines
    (table,) = scores(shown).tables
    probabilities = [row[-1].share for row in table.rows]
    assert sum(probabilities) == pytest.approx(1)
    best, *others = table.rows
    assert table.marked == 0
    assert best[0] == f"{shown.predicted} (predicted)"
    told = [scored for scored in shown.scores if scored.probability >= 0.01]
    rest = [scored.probability for scored in shown.scores if scored.probability < 0.01]
    assert len(table.rows) == len(told) + 1
    assert others[-1][0] == f"{len(rest)} others"
    assert others[-1][-1].share == pytest.approx(sum(rest))


def test_the_tag_that_is_asked_for_is_never_among_the_others(config_file):
    shown = explain(trained(config_file), SENTENCE, 3, "I-PER")
    (table,) = scores(shown).tables
    assert "I-PER (asked for)" in [row[0] for row in table.rows]
    assert shown.answer.type == "LOC"
