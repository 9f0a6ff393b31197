"""The facts of a data check, counted by hand on a small corpus."""

import json

from ner_window.corpora.corpus import read_corpus
from ner_window.data_check import Duplicates, check_data
from ner_window.vectors.word_vectors import load_vectors
from tests.places import shared

DEV = """\
Oslo B-LOC
is O
cold O

Bergen B-LOC
is O
cold O

Bergen B-LOC
is O
cold O

The O
I-team I-GROUP
"""


def test_the_facts(corpus_file, vector_file, tmp_path):
    dev_file = tmp_path / "dev.conll"
    dev_file.write_text(DEV)
    corpora = {"train": read_corpus(corpus_file), "dev": read_corpus(dev_file)}
    report = check_data(corpora, load_vectors(vector_file))
    train, dev = report.splits["train"], report.splits["dev"]
    assert (train.documents, train.sentences, train.tokens) == (2, 3, 14)
    assert train.entities == {"LOC": 2, "ORG": 1, "PER": 2}
    assert (train.longest_sentence, train.longest_line) == (6, 9)
    assert train.unseen_tokens == 0
    assert train.missing_words == {
        "Kovac": 2,
        "Nordbank": 1,
        "cold": 1,
        "hired": 1,
        "in": 1,
        "visited": 1,
    }
    assert dev.broken_lines == [14]
    assert dev.duplicates == Duplicates(1, ["Bergen is cold"])
    assert dev.duplicates_of == {"train": Duplicates(1, ["Oslo is cold"])}
    assert round(dev.unseen_tokens, 1) == round(100 * 4 / 11, 1)
    assert dev.unseen_entity_tokens == 75
    assert list(dev.coverage) == ["exact", "lower-case", "digits", "training only", "unknown"]
    assert round(sum(dev.coverage.values())) == 100
    assert report.rare_labels == {"GROUP": 0, "LOC": 2, "ORG": 1, "PER": 2}
    assert report.labels_of_one_split == {"ORG": "train", "PER": "train", "GROUP": "dev"}
    assert "freeze the vectors" in report.recommendation
    text = str(report)
    for line in (
        "1 document (nothing marks more), 4 sentences, 11 tokens",
        "tags that break it: 1, line 14\n",
        "sentences that occur again: 1\n    for example: Bergen is cold",
        "sentences that train has too: 1\n    for example: Oslo is cold",
        "only dev has entities of type GROUP",
        "train has 14 tokens",
    ):
        assert line in text
    json.dumps(report.as_dict())


def test_without_vectors(corpus_file):
    report = check_data({"train": read_corpus(corpus_file)}, None)
    assert "embeddings.trainable has to be true" in report.recommendation
    assert report.splits["train"].coverage == {}
    assert "looked up" not in str(report)
    assert report.labels_of_one_split == {}


def test_every_pair_of_splits_is_compared(corpus_file, tmp_path):
    dev_file = tmp_path / "dev.conll"
    dev_file.write_text(DEV)
    train, dev = read_corpus(corpus_file), read_corpus(dev_file)
    report = check_data({"train": train, "dev": dev, "test": dev}, None)
    counts = {name: found.count for name, found in report.splits["test"].duplicates_of.items()}
    assert counts == {"train": 1, "dev": 4}
    assert "sentences that dev has too: 4" in str(report)
    assert report.rare_labels["GROUP"] == 0  # though two splits have it


def test_the_real_corpus():
    files = {"train": "eng.train", "dev": "eng.testa"}
    corpora = {
        split: read_corpus(shared(f"data/conll2003/{name}")) for split, name in files.items()
    }
    report = check_data(corpora, None)
    train, dev = report.splits["train"], report.splits["dev"]
    assert (train.sentences, train.tokens, sum(train.entities.values())) == (14041, 203621, 23499)
    assert (dev.sentences, dev.tokens, sum(dev.entities.values())) == (3250, 51362, 5942)
    assert train.scheme.startswith("iob1")
    assert len(train.broken_lines) == 2
    assert dev.broken_lines == []
