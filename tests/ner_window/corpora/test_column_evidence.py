"""Columns are told from running text by their first lines."""

import pytest

from ner_window.corpora.column_evidence import column_evidence
from tests.places import ROOT, shared

TAGGED = "Oslo B-LOC\nis O\ncold O\n. O\n\nAnna B-PER\nleft O"
COLUMNS = {
    "tags last": (TAGGED, "2 columns, tags in the last"),
    "tabs": (TAGGED.replace(" ", "\t"), "2 columns, tags in the last"),
    "spaces to line up": (TAGGED.replace(" ", "    "), "2 columns, tags in the last"),
    "a border and a comment": (f"-DOCSTART- -X- O O\n\n# id 1\n{TAGGED}", "tags in the last"),
    "tags in the middle": ("Oslo B-LOC 1\nis O 2\ncold O 3", "3 columns, tags in column 1"),
    "only two lines": ("Oslo B-LOC\nfell O", "2 columns, tags in the last"),
    "no entity": ("it O\nis O\ncold O", "2 columns, tags in the last"),
    "a ragged line": (f"{TAGGED}\n{TAGGED}\nbad line here\n{TAGGED}", "tags in the last"),
    "a slip in a tag": (f"{TAGGED}\n{TAGGED}\nbad o\n{TAGGED}", "tags in the last"),
    "no tags": ("Oslo\nis\ncold\n.\n\nAnna\nleft\n.", "one token a line"),
    "parts of speech": ("Oslo NNP\nis VBZ\ncold JJ\n. .\n\nAnna NNP", "2 columns, a token"),
}
TEXTS = {
    "nothing": "",
    "blank lines": "\n\n \n",
    "a sentence": "Anna Kovac visited Oslo.",
    "one line that ends in a tag": "She had hepatitis B-virus",
    "two lines that end in one": "vitamin B-12\nvitamin B-6",
    "names": "Anna Kovac\nPeter Maier\nLi Wei\nBob Smith\nEva Green\nJan Vos",
    "words": "Oslo\nBergen\nLima\nRome\nParis\nCairo",
    "a table": "name\tcity\nAnna\tOslo\nPeter\tRome\nLi\tLima\nBob\tParis\nEva\tCairo",
    "tokens": "Oslo is cold .\nAnna left .\nHe came back to Oslo .",
    "no spaces": "\n".join(["東京は日本の首都であり世界でも有数の都市である"] * 6 + ["."]),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_columns_are_recognized(case):
    text, expected = COLUMNS[case]
    assert expected in column_evidence(text.split("\n"))


@pytest.mark.parametrize("case", TEXTS)
def test_text_is_not_taken_for_columns(case):
    assert column_evidence(TEXTS[case].split("\n")) is None


def test_prose_is_not_taken_for_columns():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    assert pages
    for path in pages:
        assert column_evidence(path.read_text("utf-8").split("\n")) is None, path


@pytest.mark.parametrize(
    "name",
    ["conll2003/eng.train", "conll2002/ned.train", "wikigold/wikigold.conll"]
    + ["wnut17/wnut17train.conll"],
)
def test_real_corpora_are_recognized(name):
    lines = shared(f"data/{name}").read_text("utf-8").split("\n")
    assert column_evidence(lines[:500]).endswith("tags in the last")
