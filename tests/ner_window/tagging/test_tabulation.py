"""The tabulated network against the plain one: the same decisions, whatever the model."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ner_window.config.file import load_config
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.model.building import build_model
from ner_window.model.contexts.mentions import mean_of_others
from ner_window.run_data import layout_of
from ner_window.tagging.tabulation import TabulatedScorer
from ner_window.tagging.token_table import BYTES_PER_TOKEN, TokenTable
from ner_window.vectors.word_vectors import load_vectors
from tests.places import shared

ONE_TYPE = ["model.target=PER"]
MODELS = {
    "softmax": [],
    "argmax": ["model.decode=argmax"],
    "sentence": ["model.head=sentence"],
    "binary": ["model.head=binary", *ONE_TYPE],
    "margin": ["model.head=margin", *ONE_TYPE],
    "document": ["model.context=document"],
    "document and sentence": ["model.context=document", "model.head=sentence"],
    "document and binary": ["model.context=document", "model.head=binary", *ONE_TYPE],
    "two layers": ["model.hidden=[6, 5]"],
    "three layers, document": ["model.hidden=[6, 5, 4]", "model.context=document"],
    **{
        f"{context} after {layer} of three": [
            f"model={{context: {context}, context_after: {layer}, nonlinearity: {name}}}",
            "model.hidden=[6, 5, 4]",
        ]
        for context in ("sentence", "document", "both")
        for layer, name in ((1, "tanh"), (1, "relu"), (2, "prelu"))
    },
    "sentence context": ["model.context=sentence"],
    "both contexts": ["model.context=both", "model.head=sentence"],
    "window of one": ["model.window=1"],
    "wide window": ["model.window=9"],
    "no vectors": ["embeddings.path=null", "embeddings.dimension=4"],
    "all features of a token": [
        "features.shape=3",
        "features.prefixes={lengths: [1, 3], dimension: 2}",
        "features.suffixes={lengths: [2], dimension: 2}",
    ],
    **{
        f"{name}, {hidden}": [f"model.nonlinearity={name}", f"model.hidden={hidden}"]
        for name in ("sigmoid", "hard_tanh", "relu", "leaky_relu", "prelu")
        for hidden in ("7", "[7, 4]")
    },
}
WORDS = [
    "Anna",
    "anna",
    "ANNA",
    "Oslo",
    "Kovac",
    "is",
    "cold",
    ".",
    "1997",
    "1996",
    "東京",
    "é" * 70,
]
TOKENS = st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=5))
SENTENCES = st.lists(st.lists(TOKENS, max_size=9), max_size=9)


def made(config_file, *overrides):
    """An untrained model whose every parameter is at random."""
    config = load_config(config_file, overrides)
    vectors = load_vectors(config.embeddings.path) if config.embeddings.path else None
    rng = np.random.default_rng(5)
    model = build_model(config, read_corpus(config.data.train, layout_of(config)), vectors, rng)
    for parameter in model.network.dense_parameters:
        parameter.data[...] += rng.normal(0, 0.5, parameter.shape).astype(np.float32)
    return model


def assert_alike(model, table, sentences):
    """The scores agree, and so do the tags, unless two sequences are as good as each other."""
    plain = model.scorer.scores(model.encode(sentences))
    fast = table.scores(sentences)
    np.testing.assert_allclose(fast, plain, rtol=1e-4, atol=1e-5)
    found, expected = (
        model.decoder.decode(scores, sentences.lengths).codes for scores in (fast, plain)
    )
    if not np.array_equal(found, expected):
        np.testing.assert_allclose(
            sequence_score(model, plain, found, sentences.lengths),
            sequence_score(model, plain, expected, sentences.lengths),
            rtol=1e-4,
        )


def sequence_score(model, scores, tags, lengths):
    """The sum that decoding makes as large as it can: of scores and transitions."""
    total = scores[np.arange(len(tags)), tags].sum()
    if model.decoder.search == "argmax":
        return total
    border, ends = len(model.tags), np.cumsum(lengths)
    for sentence in np.split(tags, ends[:-1]):
        path = [border, *sentence, border]
        total += model.decoder.transitions[path[:-1], path[1:]].sum() if len(sentence) else 0
    return total


@pytest.mark.parametrize("name", MODELS)
def test_decisions_are_those_of_the_plain_path(name, config_file):
    model = made(config_file, *MODELS[name])
    row_bytes = 4 * len(model.network.hidden[0].bias.data) * model.network.window + BYTES_PER_TOKEN
    most_bytes = (model.network.window + 6) * row_bytes  # sentences lie across pieces
    table = TabulatedScorer(model, most_bytes, tokens_per_block=3)

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(SENTENCES, st.data())
    def check(tokens, data):
        borders = data.draw(st.lists(st.integers(0, 1), min_size=len(tokens), max_size=len(tokens)))
        sentences = Tokens.of_documents([tokens])
        sentences = replace(sentences, documents=np.cumsum(np.array(borders, np.int64)))
        assert_alike(model, table, sentences)

    check()
    assert len(table.tokens) <= table.tokens.capacity == 6 + model.network.window


def test_features_that_look_around(config_file, tmp_path):
    names = tmp_path / "names"
    names.write_text("Anna Kovac\nOslo\n", "utf-8")
    columns = tmp_path / "columns.conll"
    columns.write_text("Anna NNP B-PER\nKovac NNP I-PER\nin IN O\nOslo NNP B-LOC\n" * 2, "utf-8")
    model = made(
        config_file,
        f"data.train={columns}",
        f"features.gazetteers={{files: {{X: {names}}}, dimension: 3}}",
        "features.columns={pos: {column: 1, dimension: 2}}",
    )
    tokens = [["Anna", "Kovac", "visited", "Oslo"], [], ["Kovac", "Anna"]]
    parts = ["NNP", "NNP", "VBD", "NNP", "NNP", "unheard of"]
    without = Tokens.of_documents([tokens])
    sentences = replace(without, columns={"pos": Strings.of(parts)})
    table = TabulatedScorer(model, 0)
    assert_alike(model, table, sentences)
    with pytest.raises(InputError, match="looks at the column 'pos'"):
        table.scores(without)


def test_rows_used_least_make_room():
    asked = []

    def vectors_of(tokens):
        asked.extend(tokens)
        return np.array([[ord(token)] for token in tokens], np.float32)

    weights = np.ones((1, 1, 2), np.float32)
    table = TokenTable(weights, np.zeros(2), vectors_of, np.zeros(1), 0, least_rows=4)
    for tokens in ("aab", "acd", "ae", "aafg", "bca"):
        rows = table.rows(tokens)
        assert table.tables[0, rows, 0].tolist() == [ord(token) for token in tokens]
        assert len(table) <= table.capacity == 4
    assert asked.count("a") == 1
    assert len(asked) > len(set(asked)), "nothing was evicted"


def test_long_tokens_are_not_kept():
    table = TokenTable(
        np.ones((1, 1, 2), np.float32),
        np.zeros(2),
        lambda tokens: np.ones((len(tokens), 1), np.float32),
        np.zeros(1),
        0,
        least_rows=4,
    )
    table.rows(["x" * 1_000_000, "y"])
    assert len(table) == 2
    table.rows(["y"])
    assert len(table) == 1


def test_threads_share_a_table(config_file):
    model = made(config_file, "model.context=document")
    table = TabulatedScorer(model, 8000)  # for some twenty words
    rng = np.random.default_rng(0)
    tasks = [
        Tokens.of_documents([[[f"W{n}" for n in rng.integers(0, 60, 12)] for _ in range(20)]])
        for _ in range(8)
    ]
    alone = [TabulatedScorer(model, 1 << 20).scores(task) for task in tasks]
    wrong = []

    def work(task, expected):
        scores = [table.scores(task) for _ in range(5)]
        wrong.extend(s for s in scores if not np.allclose(s, expected, rtol=1e-4, atol=1e-5))

    threads = [threading.Thread(target=work, args=pair) for pair in zip(tasks, alone, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 99))
def test_the_mean_of_others(groups, seed):
    groups = np.array(groups)
    rows = np.random.default_rng(seed).normal(size=(len(groups), 2))
    means = mean_of_others(rows, groups)
    for i, group in enumerate(groups):
        others = [rows[k] for k in range(len(groups)) if k != i and groups[k] == group]
        expected = np.mean(others, axis=0) if others else np.zeros(2)
        np.testing.assert_allclose(means[i], expected, atol=1e-9)


@pytest.mark.parametrize("head", ["softmax", "sentence"])
def test_decisions_on_real_text(config_file, head):
    corpus = read_corpus(shared("data/conll2003/eng.testa"))
    model = made(config_file, f"model.head={head}", "model.context=document", "features.shape=5")
    assert_alike(model, TabulatedScorer(model, 1 << 20), corpus.tokens)
