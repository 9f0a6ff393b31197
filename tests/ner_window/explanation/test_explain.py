"""An explanation: every figure against numpy by hand, all heads, and what is said in words."""

import copy
import re

import numpy as np
import pytest

from ner_window.corpora.tokens import Tokens
from ner_window.encoding.features import RESERVED_VALUES, FeatureTable, FileColumn
from ner_window.encoding.vocabulary import PADDING, UNKNOWN
from ner_window.errors import InputError
from ner_window.explanation.explain import explain
from ner_window.explanation.explained_token import find_token
from ner_window.explanation.page import as_page
from ner_window.explanation.text import as_text
from ner_window.model.graphs import Batch, LossGraph, ScoringGraph
from tests.building import trained_model
from tests.page import Page

SENTENCE = ["Anna", "Kovac", "visited", "Bergen", "."]
KINDS = {
    "softmax": [],
    "two layers": ["model.hidden=[7, 4]"],
    "no features": ["features.capitalization=0"],
    "sentence": ["model.head=sentence"],
    "binary": ["model={head: binary, target: PER, window: 3}"],
    "margin": ["model={head: margin, target: PER, window: 3}"],
    "document": ["model.context=document"],
    "binary, document": ["model={head: binary, target: PER, window: 3, context: document}"],
    "document, layers": ["model={context: document, context_after: 1, hidden: [9, 7, 6]}"],
    "sentence context": ["model.context=sentence"],
    "both, layers": ["model={context: both, context_after: 1, hidden: [9, 7]}"],
    "all": ["model={head: sentence, context: document, hidden: [9, 7], nonlinearity: prelu}"],
    **{
        name: [f"model.nonlinearity={name}"]
        for name in ("sigmoid", "hard_tanh", "relu", "leaky_relu", "prelu")
    },
}


def trained(config_file, *settings):
    """A model of the tiny corpus after three epochs, in float64."""
    return trained_model(config_file, *settings, dtype=np.float64)


def edge(shown, node, input_):
    (step,) = [step for step in shown.steps if step.node == node]
    (found,) = [edge for edge in step.edges if edge.input == input_]
    return step, found


class ByHand:
    """The softmax model of one window in numpy: forward, and backward as on paper."""

    def __init__(self, model, tokens, position, tag):
        encoded = model.encode(Tokens.of([tokens]))
        network = model.network
        self.table = np.concatenate((network.tables[0].data, encoded.unseen.pretrained))
        self.words, self.classes = encoded.stream.windows(np.array([position]))[:, 0]
        self.features = network.tables[1].data
        (layer,) = network.hidden
        self.W, self.b = layer.weights.data, layer.bias.data
        self.U, self.c = network.head.weights.data, network.head.bias.data
        self.tag = model.tags.index(tag)

    def run(self):
        self.x = np.concatenate(
            (self.table[self.words].ravel(), self.features[self.classes].ravel())
        )
        self.z = self.W @ self.x + self.b
        self.h = np.tanh(self.z)
        self.s = self.U @ self.h + self.c
        self.p = np.exp(self.s) / np.exp(self.s).sum()
        self.J = -np.log(self.p[self.tag])
        self.ds = self.p - np.eye(len(self.p))[self.tag]
        self.dU = np.outer(self.ds, self.h)
        self.dh = self.U.T @ self.ds
        self.dz = self.dh * (1 - self.h**2)
        self.dW = np.outer(self.dz, self.x)
        self.dx = self.W.T @ self.dz
        cut = self.words.size * self.table.shape[1]
        self.dwords = self.dx[:cut].reshape(self.words.size, -1)
        self.dfeatures = self.dx[cut:].reshape(self.words.size, -1)
        return self

    def step(self, rate, movable):
        self.table, self.features = self.table.copy(), self.features.copy()
        moves = self.words < movable
        np.subtract.at(self.table, self.words[moves], rate * self.dwords[moves])
        np.subtract.at(self.features, self.classes, rate * self.dfeatures)
        self.W, self.b = self.W - rate * self.dW, self.b - rate * self.dz
        self.U, self.c = self.U - rate * self.dU, self.c - rate * self.ds
        return self.run()


@pytest.mark.parametrize(("position", "tag"), [(3, "B-LOC"), (0, "O"), (4, "I-PER")])
def test_every_figure_agrees_with_numpy(config_file, position, tag):
    model = trained(config_file)
    shown = explain(model, SENTENCE, position, tag, learning_rate=0.05)
    hand = ByHand(model, SENTENCE, position, tag).run()
    norm = np.linalg.norm

    def close(figure, expected):
        assert figure == pytest.approx(expected, rel=1e-9)

    (layer,) = shown.layers
    close((layer.z_norm, layer.h_norm), (norm(hand.z), norm(hand.h)))
    close([value for _, value in layer.largest], [hand.h[unit] for unit, _ in layer.largest])
    assert [unit for unit, _ in layer.largest] == np.argsort(-np.abs(hand.h))[:5].tolist()
    assert layer.blocked == (np.abs(hand.h) >= 0.99).sum()
    close([scored.score for scored in shown.scores], hand.s)
    close([scored.probability for scored in shown.scores], hand.p)
    close(shown.before.loss, hand.J)
    close(shown.before.probability, hand.p[hand.tag])
    expected = {
        ("J", "s"): (1, norm(hand.ds), norm(hand.ds)),
        ("s", "h"): (norm(hand.ds), norm(hand.U), norm(hand.dh)),
        ("s", "U"): (norm(hand.ds), norm(hand.h), norm(hand.dU)),
        ("s", "c"): (norm(hand.ds), None, norm(hand.ds)),
        ("h", "z"): (norm(hand.dh), norm(1 - hand.h**2), norm(hand.dz)),
        ("z", "x"): (norm(hand.dz), norm(hand.W), norm(hand.dx)),
        ("z", "W"): (norm(hand.dz), norm(hand.x), norm(hand.dW)),
        ("z", "b"): (norm(hand.dz), None, norm(hand.dz)),
        ("x", "x[words]"): (norm(hand.dx), None, norm(hand.dwords)),
    }
    for (node, input_), (upstream, local, downstream) in expected.items():
        step, found = edge(shown, node, input_)
        close((step.upstream, found.downstream), (upstream, downstream))
        assert found.local_norm == (None if local is None else pytest.approx(local))
    close([place.word_gradient for place in shown.places], norm(hand.dwords, axis=1))
    close([place.feature_gradient for place in shown.places], norm(hand.dfeatures, axis=1))
    parts = np.concatenate((hand.table[hand.words], hand.features[hand.classes]), axis=1)
    close([place.norm for place in shown.places], norm(parts, axis=1))
    hand.step(0.05, len(model.vocabulary))
    close((shown.after.loss, shown.after.probability), (hand.J, hand.p[hand.tag]))
    assert shown.after.probability > shown.before.probability


def test_the_gradients_of_a_row_add_up(config_file):
    model = trained(config_file)
    tokens = ["Oslo", "Oslo", "Oslo"]
    shown = explain(model, tokens, 1, "O", learning_rate=0.5)
    hand = ByHand(model, tokens, 1, "O").run()
    row, *others = [row for row in shown.rows if row.table == "words"]
    assert others == []
    assert row.times == 3
    assert row.gradient == pytest.approx(np.linalg.norm(hand.dwords.sum(axis=0)))
    assert row.moved == pytest.approx(0.5 * row.gradient / row.length)


def test_words_beyond_the_table_padding_and_the_look_up(config_file):
    model = trained(config_file)
    shown = explain(model, SENTENCE, 4)
    before, center, after = shown.places
    assert (before.token, before.row) == ("Bergen", "- bergen")
    assert before.found == "lower-case, beyond the table"
    assert before.features == [("capitalization", "Initial")]
    assert center.found == "exact"
    assert (after.token, after.row, after.found) == (None, "0 <padding>", "outside the sentence")
    assert after.features == [("capitalization", "<padding>")]
    rows = {row.row: row for row in shown.rows if row.table == "words"}
    assert rows["- bergen"].moved is None
    assert rows["- bergen"].gradient > 0
    assert rows[f"{PADDING} <padding>"].moved is not None
    shown = explain(model, ["1234", "xyz"], 0)
    assert [place.found for place in shown.places[1:]] == ["digits", "unknown"]
    assert shown.places[2].row == f"{UNKNOWN} <unknown>"
    assert explain(model, ["visited"], 0).places[1].found == "training only"


def test_a_frozen_table_does_not_move(config_file):
    model = trained(config_file, "embeddings.trainable=false")
    shown = explain(model, SENTENCE, 2)
    words = [row for row in shown.rows if row.table == "words"]
    assert {row.moved for row in words} == {None}
    assert "the table is frozen" in as_text(shown)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model(config_file, kind, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    model = trained(config_file, "data.documents={sentences: 5}", *KINDS[kind])
    arrays = copy.deepcopy(model.network.named_arrays())
    parameters = [*model.network.dense_parameters, *model.network.trained_tables]
    for parameter in parameters:
        parameter.grad = None
    tokens = ["Oslo", "hired", "Anna", "and", "Anna", "Kovac", "in", "Bergen", "."]
    shown = explain(model, tokens, 2, learning_rate=0.01)
    encoded = model.encode(Tokens.of([tokens]))
    scores = model.scorer.scores(encoded)[2]
    np.testing.assert_allclose([scored.score for scored in shown.scores], scores, rtol=1e-9)
    if model.network.head.has_probabilities:
        assert sum(scored.probability for scored in shown.scores) == pytest.approx(1)
    for name, array in model.network.named_arrays().items():
        np.testing.assert_array_equal(array, arrays[name])
    assert all(parameter.grad is None for parameter in parameters)
    if shown.before.loss > 0:
        assert shown.after.loss < shown.before.loss
    text = as_text(shown)
    assert max(map(len, text.splitlines())) <= 80
    assert text == as_text(explain(model, tokens, 2, learning_rate=0.01))
    assert b"<svg" in as_page(shown)


def test_the_gradients_are_those_of_training(config_file):
    """The sentence head judges all tokens, in training as here."""
    settings = ["model={head: sentence, context: document, hidden: [9, 7]}"]
    model = trained(config_file, "data.documents={sentences: 5}", *settings)
    tokens = ["Anna", "Kovac", "hired", "Anna", "."]
    shown = explain(model, tokens, 3)
    encoded = model.encode(Tokens.of([tokens]))
    number = {tag: index for index, tag in enumerate(model.tags)}
    graph = LossGraph(model.network)
    loss = graph.loss(
        Batch(
            windows=encoded.stream.windows(slice(None)),
            tags=np.array([number[tag] for tag in shown.sequence]),
            values={"lengths": np.array([len(tokens)]), "groups": encoded.groups},
        )
    )
    graph.backward()
    assert shown.before.loss == pytest.approx(loss)
    for node, name in (("s", "U"), ("s", "c"), ("z2", "W2"), ("z", "W"), ("z", "b"), ("J", "T")):
        (parameter,) = [p for p in model.network.dense_parameters if p.name == name]
        norm = np.linalg.norm(parameter.grad)
        assert edge(shown, node, name)[1].downstream == pytest.approx(norm)
    words = [row for row in shown.rows if row.table == "words"]
    norm = np.sqrt(sum(row.gradient**2 for row in words))
    assert norm == pytest.approx(model.network.tables[0].grad.norm())


def test_the_other_mentions_are_looked_at(config_file):
    model = trained(config_file, *KINDS["document"], "data.documents={sentences: 5}")
    tokens = ["Anna", "Kovac", "hired", "ANNA", "."]
    shown = explain(model, tokens, 0)
    (mean,) = shown.context
    assert "(tokens: 3)" in mean.words
    assert mean.norm > 0
    assert shown.window_count == 2
    (mean,) = explain(model, tokens, 1).context
    assert "(tokens: none)" in mean.words
    assert mean.norm == 0


def test_the_context_is_told_after_its_layer(config_file):
    model = trained(config_file, *KINDS["both, layers"], "data.documents={sentences: 5}")
    shown = explain(model, ["Anna", "Kovac", "hired", "ANNA", "."], 0)
    text = " ".join(as_text(shown).split())
    m, v, g, z2 = (
        text.index(line)
        for line in (
            "m = the mean h of the other mentions in the sentence (tokens: 3): norm",
            "v = the mean h of the sentence: norm",
            "g = [h; m; v]",
            "z2 = W2 g + b2",
        )
    )
    assert text.index("h = tanh(z)") < m < v < g < z2
    hidden = model.scorer.hidden_at(model.encode(Tokens.of([shown.tokens])), np.arange(5))[0]
    _, mean = shown.context
    assert mean.norm == pytest.approx(np.linalg.norm(hidden.mean(axis=0)), rel=1e-5)


def test_the_losses_of_the_heads_of_one_type(config_file):
    model = trained(config_file, *KINDS["binary"])
    shown = explain(model, SENTENCE, 0, "O")
    s = shown.scores[1].score
    assert shown.before.loss == pytest.approx(np.log1p(np.exp(s)))
    assert shown.before.probability == pytest.approx(1 / (1 + np.exp(s)))
    model = trained(config_file, *KINDS["margin"])
    shown = explain(model, SENTENCE, 0)
    windows = model.encode(Tokens.of([SENTENCE])).stream.windows(np.array([0]))
    windows[:, :, 1] = UNKNOWN
    graph = ScoringGraph(model.network)
    corrupted = graph.scores(model.network.tables[0].data, windows, {}).item()
    assert shown.before.loss == pytest.approx(max(0, 1 - shown.scores[1].score + corrupted))
    assert f"s_c = {corrupted:.4g} is the score of a corrupted window" in as_text(shown)
    with pytest.raises(InputError, match="is for I-PER alone"):
        explain(model, SENTENCE, 0, "O")


def test_the_probability_of_a_tag_with_the_sentence_head(config_file):
    """p is the share of all sequences, here by enumeration of a sentence of two tokens."""
    model = trained(config_file, "model.head=sentence")
    shown = explain(model, ["Anna", "Oslo"], 1, "O")
    scores = model.scorer.scores(model.encode(Tokens.of([["Anna", "Oslo"]])))
    t = model.network.head.transitions.data
    weights = np.exp(t[-1, :-1, None] + scores[0][:, None] + t[:-1, :-1] + scores[1] + t[:-1, -1])
    expected = weights.sum(axis=0) / weights.sum()
    np.testing.assert_allclose([scored.probability for scored in shown.scores], expected)
    second = model.tags.index("O")
    p = weights[:, second].max() / weights.sum()
    assert shown.sequence == [model.tags[weights[:, second].argmax()], "O"]
    assert shown.before.loss == pytest.approx(-np.log(p) / 2)
    with pytest.raises(InputError, match="--tag I-LOC: it cannot stand at token 0"):
        explain(model, ["xyz", "."], 0, "I-LOC")
    assert explain(model, ["Anna", "Kovac", "hired"], 1, "E-LOC").sequence[0] == "B-LOC"


def test_tokens_are_found_by_number_or_word():
    tokens = ["In", "1997", "Anna", "met", "Anna"]
    assert find_token(tokens, "2") == 2
    assert find_token(tokens, "In") == 0
    assert find_token(tokens, "1997") == 1
    listed = "give a number of: 0 In, 1 1997, 2 Anna, 3 met, 4 Anna"
    for asked, problem in {
        "Anna": "occurs 2 times",
        "5": "is none of the tokens",
        "9" * 5000: "is none of the tokens",
        "-1": "is none of the tokens",
        "Oslo": "is none of the tokens",
    }.items():
        with pytest.raises(InputError, match=f"{re.escape(asked)}: {problem}; {listed}"):
            find_token(tokens, asked)


def test_what_cannot_be_explained(config_file):
    model = trained(config_file)
    with pytest.raises(InputError, match="no such tag; it has O, B-LOC"):
        explain(model, SENTENCE, 0, "B-NONE")
    with pytest.raises(InputError, match="has no tokens"):
        explain(model, [], 0)
    for rate in (-1, float("nan"), float("inf")):
        with pytest.raises(InputError, match="learning rate is a number from 0 on"):
            explain(model, SENTENCE, 0, learning_rate=rate)
    assert not np.isfinite(explain(model, SENTENCE, 0, learning_rate=1e300).after.loss)
    still = explain(model, SENTENCE, 0, learning_rate=0)
    assert still.after == still.before


def test_a_model_that_looks_at_columns_of_the_file_is_refused(config_file):
    model = trained(config_file)
    model.features.append(FeatureTable(FileColumn("pos"), RESERVED_VALUES))
    with pytest.raises(InputError, match="looks at the column 'pos' of its files"):
        explain(model, SENTENCE, 0)


def test_a_sentence_may_decide_otherwise_than_its_scores(config_file):
    """I-LOC has the best score, but no sequence of a single token has it."""
    model = trained(config_file)
    model.network.head.weights.data[...] = 0
    bias = model.network.head.bias.data
    bias[...], bias[model.tags.index("I-LOC")], bias[model.tags.index("O")] = 0, 2, 1.9
    shown = explain(model, ["xyz"], 0)
    assert (shown.best_score, shown.predicted, shown.tag) == ("I-LOC", "O", "O")
    text = " ".join(as_text(shown).split())
    assert "Predicted: O; I-LOC has the best score, but the sentence as a whole decides" in text


def test_the_page_holds_the_same_and_escapes_it(config_file):
    model = trained(config_file)
    tokens = ["<script>alert(1)</script>", "&amp;", '"><img']
    shown = explain(model, tokens, 0)
    page = Page(as_page(shown).decode("utf-8"))
    assert not page.all("script")
    assert not page.all("img")
    texts = [part for parts in page.texts.values() for part in parts]
    text = " ".join(texts)
    for token in tokens:
        assert token in text
    assert f"{shown.before.loss:.5g}" in text
    assert page.all("svg")
    for name in ("words", "z", "h", "U", "J"):
        assert name in texts
