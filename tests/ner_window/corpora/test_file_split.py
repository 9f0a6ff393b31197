"""One labelled file, taken apart: nothing lost, no sentence on two sides, shares kept."""

import json
from collections import Counter
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.file_split import FileSplit
from ner_window.corpora.stratification import stratified, stratified_draw
from ner_window.errors import InputError

LAYOUT = Layout(token=1, tag=2, comment="# ")
SHARES = [0.5, 0.25, 0.25]

sentences = st.lists(
    st.sampled_from(
        [
            "Anna B-PER",
            "1997 O",
            "a O",
            "b O",
            "c O",
            "d B-ORG",
            "Bo B-PER",
            "Oslo B-LOC",
            "Zürich B-LOC",
            "in O",
            "rains O",
        ]
    ),
    min_size=1,
    max_size=3,
)
between = st.lists(st.sampled_from(["", "  ", "# a comment", "1 -DOCSTART- O x"]), max_size=4)


@st.composite
def column_files(draw):
    """Lines of four columns, with comments, borders and blank lines anywhere between sentences."""
    lines = draw(between)
    for sentence in draw(st.lists(sentences, min_size=12, max_size=30)):
        lines += [f"{number} {row} x" for number, row in enumerate(sentence)]
        lines += draw(between) or [""]
        if draw(st.booleans()):
            lines.append("")
    return lines


@st.composite
def json_files(draw):
    """Texts of one or two sentences, some with the number of their document."""
    lines = []
    for text in draw(st.lists(sentences, min_size=12, max_size=30)):
        words = " ".join(row.split()[0] for row in text) + draw(
            st.sampled_from(["", ". It rains."])
        )
        document = draw(st.sampled_from([{}, {"document": None}, {"document": 3}]))
        lines += [json.dumps({"text": words, "entities": [], **document}, indent=None)]
        lines += draw(st.sampled_from([[], [], [""]]))
    return lines


def divided(path, layout, units, seed=1, shares=SHARES):
    """Write the parts of a file; return the split and their paths, None where it is too small."""
    try:
        parted = FileSplit.of(path, layout, shares, seed, units)
    except InputError as error:
        assert "cannot be divided" in str(error) or "marks no documents" in str(error)
        return None
    paths = [path.with_name(f"part-{part}{path.suffix}") for part in range(len(shares))]
    parted.write({path: [part] for part, path in enumerate(paths)})
    return parted, paths


def lines_of(path, layout):
    return path.read_bytes().decode(layout.encoding).split("\n")


def check_divided(path, layout, units):
    result = divided(path, layout, units)
    if result is None:
        return
    parted, paths = result
    whole = read_corpus(path, layout)
    tokens = [list(read_corpus(part, layout).tokens) for part in paths]
    # what is read of a part is what the file has of it
    assert tokens == [list(parted.corpus_of([part]).tokens) for part in range(len(paths))]
    assert sum(map(len, tokens)) == len(whole)
    # each line of the file is in one part, in the order of the file
    lines, in_parts = lines_of(path, layout), [lines_of(part, layout) for part in paths]
    assert Counter(chain(*in_parts)) - Counter(lines) <= Counter([""] * len(paths))
    assert not Counter(lines) - Counter(chain(*in_parts))
    for part in in_parts:
        rest = iter(lines)
        assert all(line in rest for line in part[:-1])
    together = [set(map(tuple, part)) for part in tokens]
    shared = set.union(*(one & other for one in together for other in together if one is not other))
    if parted.partition.units.name == "documents":
        documents = whole.tokens.documents
        assert all(
            len(set(parted.partition.of_sentence[documents == d].tolist())) == 1
            for d in np.unique(documents)
        )
        assert shared == {tuple(whole[number].tokens) for number in parted.partition.shared}
    elif path.suffix != ".jsonl":
        assert not shared


@given(
    column_files(),
    st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-be", "utf-32"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["documents", "sentences", None]),
)
def test_columns_are_parted_line_by_line(lines, encoding, end, units):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "all.txt"
        path.write_bytes(end.join(lines).encode(encoding))
        layout = Layout(LAYOUT.token, LAYOUT.tag, comment=LAYOUT.comment, encoding=encoding)
        check_divided(path, layout, units)


@settings(max_examples=40)
@given(json_files(), st.sampled_from(["documents", "sentences", None]))
def test_records_are_parted_line_by_line(lines, units):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "all.jsonl"
        path.write_text("\n".join(lines), "utf-8")
        check_divided(path, Layout(), units)


@pytest.mark.parametrize("border", ["-DOCSTART- O\n\n", "\n"])
@pytest.mark.parametrize("by", [None, "sentences"])
def test_what_is_dropped_leaves_documents_as_they_are(tmp_path, border, by):
    path, layout = tmp_path / "all.txt", Layout(comment="# ")
    texts = [
        "".join(
            f"# text {n} {m}\nname{(7 * n + m) % 37 if (n * m) % 5 > 1 else 0} B-LOC\nrains O\n\n"
            for m in range(1, 2 + n % 3)
        )
        for n in range(30)
    ]
    path.write_text(border.join(texts))
    found = set()
    for seed in range(6):
        parted = FileSplit.of(path, layout, SHARES, seed, by, "unseen-names")
        files = {tmp_path / f"{seed}-{part}.txt": [part] for part in range(3)}
        parted.write(files)
        for file, parts in files.items():
            read, expected = read_corpus(file, layout), parted.corpus_of(parts)
            assert list(read.tokens) == list(expected.tokens)
            documents = read.tokens.document_of, expected.tokens.document_of
            same = [np.diff(numbers) != 0 for numbers in documents]
            assert by or same[0].tolist() == same[1].tolist()
            assert file.read_text().count("# text") == len(read)
        found |= set(parted.partition.of_sentence.tolist())
    assert found == {-1, 0, 1, 2}


def test_a_record_is_dropped_as_a_whole(tmp_path):
    path = tmp_path / "all.jsonl"
    rows = []
    for n in range(30):
        name, town = f"name{n % 9}", f"town{n % 7}"
        spans = [{"start": 0, "end": 5, "label": "PER"}, {"start": 12, "end": 17, "label": "LOC"}]
        rows.append(json.dumps({"text": f"{name} lives {town}. It rains.", "entities": spans}))
    path.write_text("\n".join(rows))
    found = set()
    for seed in range(6):
        parted = FileSplit.of(path, Layout(), [0.8, 0.2], seed, None, "unseen-names")
        found |= set(parted.partition.of_sentence.tolist())
        files = [tmp_path / f"{seed}-{part}.jsonl" for part in range(2)]
        parted.write({file: [part] for part, file in enumerate(files)})
        read = [list(read_corpus(file).tokens) for file in files]
        assert read == [list(parted.corpus_of([part]).tokens) for part in range(2)]
        assert set(map(len, parted.partition.of_sentence.reshape(-1, 2).T.tolist())) == {30}
    assert -1 in found


def test_where_nothing_marks_documents_blocks_stand_in_for_them(tmp_path):
    path = tmp_path / "all.txt"
    path.write_text(corpus_text(400))
    for kind in ("order", "unseen-names", "far"):
        parted = FileSplit.of(path, Layout(), [0.8, 0.1, 0.1], 1, kind=kind).partition
        assert parted.units.name == "blocks"
        for start in range(0, 400, 20):
            assert len(set(parted.of_sentence[start : start + 20].tolist()) - {-1}) <= 1
    assert FileSplit.of(path, Layout(), SHARES, 1).partition.units.name == "sentences"
    path.write_text(corpus_text(60))
    few = FileSplit.of(path, Layout(), [0.8, 0.1, 0.1], 1, kind="order").partition
    assert few.units.name == "sentences"


def corpus_text(count):
    types = ["PER"] * 6 + ["LOC"] * 3 + ["ORG"]
    rows = [
        f"name{n} B-{types[n % 10]}\nsings O\n" if n % 3 else f"it{n} O\n" for n in range(count)
    ]
    return "\n".join(rows)


@settings(max_examples=30)
@given(st.integers(60, 200), st.integers(0, 5), st.floats(0.1, 0.3), st.floats(0.1, 0.3))
def test_shares_are_kept_in_all_and_by_type(count, seed, dev, test):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "all.txt"
        path.write_text(corpus_text(count))
        shares = [1 - dev - test, dev, test]
        parted = FileSplit.of(path, Layout(), shares, seed)
        whole = parted.corpus.entity_counts()
        for part, share in enumerate(shares):
            corpus = parted.corpus_of([part])
            assert len(corpus) == pytest.approx(share * count, abs=2)
            for name, total in whole.items():
                assert corpus.entity_counts()[name] == pytest.approx(share * total, abs=1.5)


def test_the_seed_alone_decides(tmp_path):
    path = tmp_path / "all.txt"
    path.write_text(corpus_text(80))
    one, again, other = (
        FileSplit.of(path, Layout(), SHARES, seed).part_of_line.tolist() for seed in (1, 1, 2)
    )
    assert one == again != other


def test_documents_that_share_a_line_of_text_are_kept_together_while_they_are_few(tmp_path):
    def documents(count, shared_by):
        path = tmp_path / f"{shared_by}.txt"
        texts = [
            f"-DOCSTART- O\n\nname{n} B-PER\n\n"
            + ("Rome O\n\n" if n < shared_by else f"it{n} O\n\n")
            for n in range(count)
        ]
        path.write_text("".join(texts))
        return FileSplit.of(path, Layout(), SHARES, 1).partition

    few = documents(40, shared_by=5)
    assert few.units.name == "documents"
    assert few.shared == []
    assert len(set(few.of_sentence[:10].tolist())) == 1
    many = documents(40, shared_by=20)  # together they are half of the file
    assert many.shared == [1]
    assert len(set(many.of_sentence.tolist())) == 3


def test_few_documents_are_parted_by_sentences_unless_asked_for(tmp_path):
    path = tmp_path / "all.txt"
    path.write_text(f"-DOCSTART- O\n\n{corpus_text(30)}\n" * 3)
    assert FileSplit.of(path, Layout(), SHARES, 1).partition.units.name == "sentences"
    path.write_text("".join(f"-DOCSTART- O\n\nname{n} B-PER\n\n" for n in range(3)))
    parted = FileSplit.of(path, Layout(), SHARES, 1, "documents")
    assert sorted(parted.partition.of_sentence.tolist()) == [0, 1, 2]


def test_all_files_appear_or_none(tmp_path):
    path = tmp_path / "all.txt"
    path.write_text(corpus_text(40))
    parted = FileSplit.of(path, Layout(), SHARES, 1)
    (tmp_path / "b.txt").write_text("mine")
    with pytest.raises(InputError, match=r"b\.txt exists"):
        parted.write({tmp_path / "a.txt": [0], tmp_path / "b.txt": [1, 2]})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all.txt", "b.txt"]
    with pytest.raises(InputError, match="cannot write"):
        parted.write({tmp_path / "b.txt" / "new" / "a.txt": [0]})


@pytest.mark.parametrize(
    ("text", "shares", "reason"),
    [
        ("a O\n\nb O\n", [0.8, 0.1, 0.1], "2 distinct sentences cannot be divided into 3 parts"),
        ("a O\n\n" * 50, [0.8, 0.2], "1 distinct sentence cannot"),
    ],
)
def test_too_little_is_refused(tmp_path, text, shares, reason):
    path = tmp_path / "all.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=reason):
        FileSplit.of(path, Layout(), shares, 1)
    with pytest.raises(InputError, match="marks no documents"):
        FileSplit.of(path, Layout(), shares, 1, "documents")


@pytest.mark.parametrize("divide", [stratified, stratified_draw])
def test_a_rare_label_is_spread_and_none_upsets_the_sizes(divide):
    rng = np.random.default_rng(5)
    counts = np.column_stack((np.full(300, 1), rng.poisson(1, 300), np.arange(300) < 10))
    parts = divide(counts, [0.8, 0.1, 0.1], np.random.default_rng(1))
    held = np.array([counts[parts == part].sum(axis=0) for part in range(3)])
    assert held[:, 2].tolist() == [8, 1, 1]
    expected = np.outer([0.8, 0.1, 0.1], counts.sum(axis=0))
    assert np.abs(held - expected).max() <= 1


@pytest.mark.parametrize("things", [40, 150, 600])
@pytest.mark.parametrize("shares", [[0.8, 0.1, 0.1], [0.9, 0.1]])
def test_what_chance_decides_costs_no_balance(things, shares):
    rng = np.random.default_rng(7)
    sizes = 1 + rng.negative_binomial(1, 0.08, things)
    counts = np.column_stack((sizes, *(rng.poisson(rate * sizes) for rate in (0.5, 0.2, 0.05))))

    def missed(divide, seed):
        parts = divide(counts, shares, np.random.default_rng(seed))
        held = np.array([counts[parts == part].sum(axis=0) for part in range(len(shares))])
        gap = held / counts.sum(axis=0) - np.array(shares)[:, np.newaxis]
        return ((gap**2).sum(axis=1) / shares).sum()

    seeds = range(10)
    drawn, in_order = ([missed(each, s) for s in seeds] for each in (stratified_draw, stratified))
    assert np.mean(drawn) <= max(1.5 * np.mean(in_order), 1e-4)
