"""The data of a run: every file of its config, read in one way and held to what it was."""

import json

import numpy as np
import pytest

from ner_window.config import TextSettings
from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.errors import InputError
from ner_window.model.building import build_model
from ner_window.run_data import RunData, learning_cut


@pytest.fixture
def config(config_file, corpus_file):
    dev = corpus_file.with_name("dev.conll")
    dev.write_text(corpus_file.read_text("utf-8") + "\nMore O\n", "utf-8")
    return load_config(config_file, [f"data.dev={dev}"])


def test_the_same_files_have_the_same_hashes(config):
    data = RunData.read(config)
    assert list(data.corpora) == ["train", "dev"]
    assert data.hashes.keys() == {"train", "dev", "vectors"}
    assert RunData.read(config, data.hashes).hashes == data.hashes


@pytest.mark.parametrize("name", ["train", "dev", "vectors"])
def test_a_file_that_has_changed_is_named(config, name):
    hashes = {**RunData.read(config).hashes, name: "0" * 64}
    with pytest.raises(InputError, match=f"has changed since the study .* whose {name}.*: SHA-256"):
        RunData.read(config, hashes, "the study")


def test_a_file_that_is_gone_is_named(config):
    hashes = RunData.read(config).hashes
    config.data.dev.unlink()
    with pytest.raises(InputError, match="the dev data of the run, is gone"):
        RunData.read(config, hashes)


def test_corpora_at_hand_are_not_read_again(config):
    hashes = RunData.read(config).hashes
    kept = {}
    first, again = (RunData.read(config, hashes, kept=kept) for _ in range(2))
    assert again.corpora["train"] is first.corpora["train"]
    assert len(kept) == 2


def test_broken_tags_and_cut_tokens_are_noted(config):
    assert list(RunData.read(config).notes()) == []
    config.data.dev.write_text("Anna B-PER\nLee I-PER\nruns I-LOC\n", "utf-8")
    (note,) = RunData.read(config).notes()
    assert note.startswith("warning: dev (") and "the scheme iob2" in note


LINE = '{"text": "I\'m in #Oslo :) Bye.", "entities": [{"start": 7, "end": 12, "label": "LOC"}]}\n'
TOKENS = ["I'm", "in", "#Oslo", ":)", "Bye", "."]


@pytest.fixture
def config_of_texts(config_file):
    """Tokens to learn from, texts to score on, and a held-out set of texts."""
    names = ("train.conll", "dev.jsonl", "other.jsonl")
    train, dev, other = (config_file.with_name(name) for name in names)
    lines = "\n".join(f"{token} {'B-LOC' if token == '#Oslo' else 'O'}" for token in TOKENS)
    train.write_text(3 * f"{lines}\n\n", "utf-8")
    dev.write_text(LINE, "utf-8")
    other.write_text(LINE.replace("Bye", "It is late. So long"), "utf-8")
    sets = f"data.held_out={{other: {{path: {other}}}}}"
    return load_config(config_file, [f"data.train={train}", f"data.dev={dev}", sets])


def words(corpus):
    return [word for sentence in corpus.tokens for word in sentence]


def test_texts_are_cut_as_the_tokens_that_are_learned_from(config_of_texts):
    data = RunData.read(config_of_texts)
    assert words(data.corpora["dev"]) == TOKENS
    rest = ["It", "is", "late", ".", "So", "long", "."]
    assert words(data.held_out["other"]) == [*TOKENS[:4], *rest]
    rng = np.random.default_rng(0)
    model = build_model(config_of_texts, data.corpora["train"], data.vectors, rng)
    assert model.tokenizer.stored() == data.corpora["train"].tokenizer.stored()
    part = data.corpora["train"].subset(np.array([True, False, False]))
    assert part.tokenizer is data.corpora["train"].tokenizer


def test_texts_are_cut_as_the_config_says(config_of_texts):
    def of(**text):
        config = config_of_texts.model_copy(update={"text": TextSettings(**text)})
        return RunData.read(config).held_out["other"].tokens

    assert of(tokenizer="rules")[0][:2] == ["I", "'m"]
    assert of(tokenizer="characters")[0] == list("I'min#Oslo:)Itislate.")
    assert (len(of(language="en")), len(of(language=None))) == (2, 1)


@pytest.mark.parametrize("at_entities", [True, False])
def test_texts_that_are_learned_from_may_be_cut_at_their_entities(config_of_texts, at_entities):
    text = TextSettings(cut_at_entities=at_entities)
    config_of_texts.data.train.with_suffix(".jsonl").write_text(
        '{"text": "Oslo/Smith", "entities": [{"start": 0, "end": 4, "label": "LOC"}]}\n'
    )
    train = config_of_texts.data.train.with_suffix(".jsonl")
    data = config_of_texts.data.model_copy(update={"train": train})
    read = RunData.read(config_of_texts.model_copy(update={"text": text, "data": data}))
    corpus = read.corpora["train"]
    assert (corpus.cut_entities, corpus.misaligned is None) == (int(at_entities), at_entities)
    assert words(corpus) == (["Oslo", "/Smith"] if at_entities else ["Oslo/Smith"])
    assert corpus.tokenizer.stored() == corpus.text_cut.tokenizer.stored()


FRENCH = "l'Oslo dit non."
ELIDED = [(0, 2), (2, 6), (7, 10), (11, 14), (14, 15)]


def french(text=FRENCH, tokens=ELIDED, **others):
    given = [{"start": start, "end": end} for start, end in tokens]
    entities = [{"start": 2, "end": 6, "label": "LOC"}]
    return json.dumps({"text": text, "entities": entities, "tokens": given, **others}) + "\n"


def trained_on(tmp_path, lines):
    path = tmp_path / "train.jsonl"
    path.write_text(lines, "utf-8")
    return read_corpus(path, text_cut=learning_cut(TextSettings(language=None)))


def test_the_cut_is_learned_from_the_text_that_tokens_came_with(tmp_path):
    corpus = trained_on(tmp_path, 2 * french("x'Oslo dit non."))
    assert corpus.tokenizer.tokens_of("x'Oslo dit non.") == ["x'", "Oslo", "dit", "non", "."]
    assert corpus.tokens.text_of(0) == ("x'Oslo dit non.", ELIDED)
    part = corpus.subset(np.array([True, False]))
    assert part.tokenizer is corpus.tokenizer


def test_a_text_without_tokens_hinders_nobody_from_learning_of_the_others(tmp_path):
    raw = json.dumps({"text": "u'Oslo dit non.", "entities": []}) + "\n"
    corpus = trained_on(tmp_path, raw + 2 * french("x'Oslo dit non.") + raw)
    assert corpus.tokenizer.tokens_of("x'Oslo dit")[:2] == ["x'", "Oslo"]


def test_a_text_that_is_tokens_with_spaces_between_is_taken_for_tokens(tmp_path):
    text = "Oslo 's port , now"
    bounds = [(0, 4), (5, 7), (8, 12), (13, 14), (15, 18)]
    corpus = trained_on(
        tmp_path,
        2
        * french(text, bounds).replace(
            '"start": 2, "end": 6, "label"', '"start": 0, "end": 4, "label"'
        ),
    )
    assert corpus.tokens.text_of(0)[0] == "Oslo's port, now"
