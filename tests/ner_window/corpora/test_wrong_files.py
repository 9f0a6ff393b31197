"""Files of other kinds are told in a sentence; a corpus with a slip keeps its line."""

import gzip
import io
import random
import zipfile

import pytest

from ner_window.corpora.corpus import problems_or_corpus, read_corpus
from ner_window.errors import InputError
from tests.fuzzing import FRAGMENTS, mutated
from tests.small_files import CORPUS

KAGGLE = "Sentence #,Word,POS,Tag\nSentence: 1,Oslo,NNP,B-geo\n,is,VBZ,O\n,cold,JJ,O\n"


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", "<a>Oslo</a>" * 50)
    return buffer.getvalue()


WRONG = {
    "commas": (KAGGLE, "parted by commas, and only tabs and spaces part columns here"),
    "a header": (KAGGLE, "without its header 'Sentence #,Word,POS,Tag'"),
    "quotes": ('"Oslo","B-LOC"\n"is, was","O"\n"cold","O"\n', "parted by commas"),
    "semicolons": (KAGGLE.replace(",", ";"), "parted by semicolons"),
    "latin-1": (KAGGLE.replace("cold", "caf\xe9").encode("latin-1"), "parted by commas"),
    "a header with tabs": (
        "Word\tTag\nOslo\tB-LOC\nis\tO\n",
        "looks like a header",
    ),
    "json": ('[{"text": "Oslo", "label": []}]', "is one JSON value"),
    "json over lines": ('{\n  "data": [\n    1\n  ]\n}', "is one JSON value"),
    "objects": ('{"text": "Oslo", "entities": []}\n', "its name ends in .jsonl"),
    "xml": ('<?xml version="1.0"?>\n<s><w>Oslo</w></s>\n', "is XML or HTML"),
    "html": ("<!DOCTYPE html>\n<html><body>Oslo\n</body></html>", "is XML or HTML"),
    "tei": ("<text>\n<p>Oslo is cold.</p>\n</text>", "is XML or HTML"),
    "vectors": ("the 1 2 3 4 5 6\nof 1 2 3 4 5 6\n. 1 2 3 4 5 6\n, 1 2 3 4 5 6\n", "word vectors"),
    "a config": ("seed: 1\ndata:\n  train: a.conll\nmodel:\n  window: 3\n", "looks like a config"),
    "text": (
        "Anna Kovac visited Oslo, and left.\nThen she came back to it again.\n",
        "running text",
    ),
    "one line": ("Anna Kovac visited Oslo in May.", "running text"),
    "zip": (zipped(), "is a zip archive or an office document"),
    "gzip": (gzip.compress(CORPUS.encode(), mtime=0), "is gzipped"),
    "pdf": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "is a PDF"),
    "utf-16": (CORPUS.encode("utf-16"), "is UTF-16"),
    "utf-32": (CORPUS.encode("utf-32"), "is UTF-32: convert it to UTF-8 (iconv -f utf-32"),
    "utf-16 without a mark": (CORPUS.encode("utf-16le"), "looks like UTF-16"),
}
SLIPS = {
    "a tag": CORPUS.replace("B-LOC", "LOC", 1),
    "a column": CORPUS.replace("visited O", "visited", 1),
    "commas in tokens": CORPUS.replace("visited", ",", 1).replace("B-LOC", "LOC", 1),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_of_another_kind_is_told(tmp_path, case):
    content, message = WRONG[case]
    path = tmp_path / "train.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as refused:
        read_corpus(path)
    assert str(refused.value).startswith(f"{path} ")
    assert message in str(refused.value)
    problems = problems_or_corpus(path)
    assert (problems.count, problems.first) == (1, [str(refused.value)])


@pytest.mark.parametrize("case", SLIPS)
def test_a_corpus_with_a_slip_is_a_corpus(tmp_path, case):
    (tmp_path / "train.txt").write_text(SLIPS[case])
    with pytest.raises(InputError, match=r"train.txt:\d+: "):
        read_corpus(tmp_path / "train.txt")


def test_columns_with_the_name_of_objects(tmp_path):
    (tmp_path / "train.jsonl").write_text(CORPUS)
    with pytest.raises(InputError, match=r"holds CoNLL columns .* rename it"):
        read_corpus(tmp_path / "train.jsonl")


def test_a_folder_names_its_files(tmp_path):
    (tmp_path / "train.txt").write_text(CORPUS)
    with pytest.raises(InputError, match=r"is a folder; name a file in it: train.txt"):
        read_corpus(tmp_path)


def test_all_lines_that_cannot_be_read_are_listed(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text("Oslo B-LOC\nis o\ncold\n\n\tO\n. .\nAnna per\nAnna per\n")
    problems = problems_or_corpus(path)
    assert problems.count == 6
    lines = [int(problem.removeprefix(f"{path}:").split(":")[0]) for problem in problems.first]
    assert sorted(lines) == [2, 3, 5, 6, 7, 8]
    assert "1 column where line 1 has 2" in str(problems)


def test_of_many_lines_the_first_are_kept(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text(CORPUS + "Oslo x\n" * 50)
    problems = problems_or_corpus(path)
    assert (problems.count, len(problems.first)) == (50, 20)
    assert str(problems).endswith("\nand 30 more")


def test_all_objects_that_cannot_be_read_are_listed(tmp_path):
    path = tmp_path / "train.jsonl"
    good = '{"text": "Oslo", "entities": []}\n'
    path.write_text(f'{good}{{"text": 1}}\n{good}x\n{{"text": " ", "entities": []}}\n')
    problems = problems_or_corpus(path)
    places = [problem.removeprefix(f"{path}:").split(":")[0] for problem in problems.first]
    assert places == ["2", "4"]


def test_a_corpus_that_can_be_read_is_returned(corpus_file):
    corpus = problems_or_corpus(corpus_file)
    assert list(corpus) == list(read_corpus(corpus_file))


@pytest.mark.parametrize("case", WRONG)
def test_no_wrong_file_gives_a_traceback(tmp_path, case):
    """Whatever has become of it: it is taken, or told."""
    content = WRONG[case][0]
    content = content if isinstance(content, bytes) else content.encode()
    rng = random.Random(case)
    for name in ("a.txt", "a.jsonl"):
        for _ in range(15):
            (tmp_path / name).write_bytes(mutated(content, rng) + rng.choice([b"", *FRAGMENTS]))
            try:
                read_corpus(tmp_path / name)
            except InputError as refused:
                assert str(refused).strip()
                assert problems_or_corpus(tmp_path / name).count
