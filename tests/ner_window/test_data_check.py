"""The facts of a data check, counted by hand on a small corpus."""

import json

import pytest

from ner_window.config import TextSettings
from ner_window.corpora.corpus import read_corpus
from ner_window.data_check import Duplicates, ambiguous_strings, check_data
from ner_window.run_data import learning_cut
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
    assert list(dev.coverage) == [
        *("exact", "normalized", "lower-case", "digits", "training only", "unknown")
    ]
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


TWEETS = "I'm O\nat O\n#Oslo B-LOC\n:) O\n\nyou're O\nlate O\n. O\nBye O\n. O\n\n"


def test_how_text_is_cut_like_the_corpus(tmp_path):
    path = tmp_path / "tweets.conll"
    path.write_text(10 * TWEETS)
    corpus = read_corpus(path, text_cut=learning_cut(TextSettings()))
    report = check_data({"train": corpus}, None)
    fit = report.splits["train"].text_fit
    assert fit.tokens_alike == 100
    assert fit.by_rules == pytest.approx(100 * 5 / 9)
    assert (fit.language, fit.whole_sentences, fit.better_language) == ("en", 50, None)
    assert "tokenized like this corpus: 100.0% of its tokens (by the rules alone 55.5%)" in str(
        report
    )
    assert "leave 50.0% of its sentences whole; text.language: null leaves all" in str(report)


def test_other_rules_may_fit_sentences_better(tmp_path):
    path = tmp_path / "dutch.conll"
    path.write_text(
        20 * "de O\nheer O\nVan B-PER\nBakker I-PER\nbv. O\nAmsterdam B-LOC\nkwam O\n. O\n\n"
    )
    fit = check_data({"train": read_corpus(path)}, None).splits["train"].text_fit
    assert (fit.whole_sentences, fit.better_language) == (0, "nl")


def test_characters_may_fit_better_than_what_is_learned(tmp_path):
    path = tmp_path / "characters.conll"
    path.write_text(
        "".join(f"{character} O\n" for character in "北京大学在北京海淀區頤和園路") + "\n"
    )
    report = check_data({"train": read_corpus(path)}, None)
    assert report.splits["train"].text_fit.better_tokenizer == "characters"
    assert "text.tokenizer: characters fits it better" in str(report)


def test_texts_without_tokens_are_cut_as_they_are(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": "Oslo.", "entities": [{"start": 0, "end": 4, "label": "LOC"}]}\n')
    assert check_data({"train": read_corpus(path)}, None).splits["train"].text_fit is None


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


LABELED = """\
Sony B-BRAND
makes O
New B-PRODUCT
York I-PRODUCT
. O

Sony B-BRAND
and O
Sony O
, O
New B-BRAND
York I-BRAND
, O
New O
York O
Times O

New B-PRODUCT
York I-PRODUCT
May B-PRODUCT
May O
May O
sony O
York O
"""


def test_strings_labeled_in_more_than_one_way(tmp_path):
    """Counted by hand: case counts, the longest string at a place, nothing within an entity."""
    path = tmp_path / "own.txt"
    path.write_text(LABELED)
    found = ambiguous_strings({"train": read_corpus(path)})
    assert [string.in_words(names_splits=False) for string in found] == [
        "Sony: BRAND 2 (lines 1, 7), O 1 (line 9)",
        "New York: PRODUCT 2 (lines 3, 18), BRAND 1 (line 11), O 1 (line 14)",
        "May: O 2 (lines 21, 22), PRODUCT 1 (line 20)",
    ]


def test_strings_of_several_files_are_compared(tmp_path, corpus_file):
    path = tmp_path / "own.txt"
    path.write_text("Oslo B-CITY\nin O\nin O\n\nAnna O\nKovac O\n")
    found = ambiguous_strings({"train": read_corpus(corpus_file), "dev": read_corpus(path)})
    assert [string.in_words(names_splits=True) for string in found] == [
        "Anna Kovac: PER 2 (train lines 3, 11), O 1 (dev line 5)",
        "Oslo: LOC 2 (train lines 6, 18), CITY 1 (dev line 1)",
    ]
    assert found[0].labelings[0].lines == {"train": [3, 11]}


def test_the_likeliest_slips_of_the_real_corpus():
    found = ambiguous_strings({"": read_corpus(shared("data/conll2003/eng.train"))})
    assert len(found) == 182  # of 8,082 strings
    assert [string.text for string in found[:3]] == ["American", "Brussels", "Essex"]
    words = [string.text for string in found if string.doubt[0]]
    assert "BONDS" in words
    assert all(string.doubt[0] for string in found[-len(words) :])  # homonyms come last


def test_warnings_are_what_is_likely_wrong(corpus_file, tmp_path):
    dev_file = tmp_path / "dev.conll"
    dev_file.write_text(DEV + "\nOslo B-Loc\n")
    corpora = {"train": read_corpus(corpus_file), "dev": read_corpus(dev_file)}
    broken, *types = check_data(corpora, None).warnings
    assert "1 tag breaks the scheme iob2, line 14; they are read as the shared task's" in broken
    assert f"ner-window data convert {dev_file} OUT --to iob2" in broken
    assert types == [
        "dev: 1 entity of GROUP can never be predicted: train has only LOC, ORG, PER",
        "dev: 1 entity of Loc can never be predicted: train has only LOC, ORG, PER",
        "the types LOC (5) and Loc (1) differ in case only: if they are one, give all its entities "
        "one name",
    ]


def test_files_without_an_entity(tmp_path, corpus_file):
    empty = tmp_path / "empty.conll"
    empty.write_text("Oslo O\n")
    none, some = read_corpus(empty), read_corpus(corpus_file)
    assert "dev has no entity" in check_data({"train": some, "dev": none}, None).warnings[0]
    assert "train has no entity" in check_data({"train": none, "dev": some}, None).warnings[0]


@pytest.mark.parametrize("name", ["conll2003/eng", "conll2002/ned"])
def test_real_corpora_have_no_warnings_but_broken_tags(name):
    parts = {"train": "train", "dev": "testa"}
    corpora = {split: read_corpus(shared(f"data/{name}.{end}")) for split, end in parts.items()}
    assert [one for one in check_data(corpora, None).warnings if "the scheme" not in one] == []


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
