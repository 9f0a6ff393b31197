"""The generated reviews: as many sentences as asked, and of each flaw as many, or none."""

from pathlib import Path

import pytest

from scripts.make_reviews import FLAWS, write_reviews

SIZES = {"train": 100, "dev": 25, "test": 25}


def sentences(path: Path) -> list[str]:
    blocks = path.read_text("utf-8").strip().split("\n\n")
    return [block for block in blocks if not block.startswith("-DOCSTART-")]


def tags(sentence: str) -> list[str]:
    return [line.split(" ")[1] for line in sentence.split("\n")]


def mentions(path: Path) -> list[tuple[str, str]]:
    """Return text and type of what begins with B-."""
    found = []
    for sentence in sentences(path):
        for line in sentence.split("\n"):
            word, tag = line.split(" ")
            if tag.startswith("B-"):
                found.append((word, tag[2:]))
            elif tag.startswith("I-") and found:
                found[-1] = f"{found[-1][0]} {word}", found[-1][1]
    return found


def broken(folder: Path) -> int:
    """Return how many mentions of training begin with I-."""
    count = 0
    for sentence in sentences(folder / "train.txt"):
        before = "O"
        for tag in tags(sentence):
            count += tag.startswith("I-") and before[2:] != tag[2:]
            before = tag
    return count


def of_types(folder: Path, split: str, types: set[str]) -> int:
    return sum(kind in types for _, kind in mentions(folder / f"{split}.txt"))


def noisy(folder: Path) -> int:
    marks = ("http", "@", "#", "!!!", "$", "£", "EUR", "😍", "⭐", ":(", "👍", "😡")
    return sum(
        any(mark in s for mark in marks)
        for split in SIZES
        for s in sentences(folder / f"{split}.txt")
    )


def leaks(folder: Path, split: str) -> int:
    train = set(sentences(folder / "train.txt"))
    return sum(sentence in train for sentence in sentences(folder / f"{split}.txt"))


def duplicates(folder: Path) -> int:
    train = sentences(folder / "train.txt")
    return len(train) - len(set(train))


def contradictions(folder: Path) -> int:
    """Return how many strings of training have two types, or stand without one too."""
    types: dict[str, set[str]] = {}
    for text, kind in mentions(folder / "train.txt"):
        types.setdefault(text, set()).add(kind)
    outside = ""
    for sentence in sentences(folder / "train.txt"):
        outside += " ".join(line[:-2] for line in sentence.split("\n") if line.endswith(" O"))
    return sum(len(kinds) > 1 or name in outside for name, kinds in types.items())


MEASURES = {
    "spellings": lambda folder: of_types(folder, "train", {"Brand", "PROD"}),
    "broken": broken,
    "noise": noisy,
    "long": lambda folder: sum(s.count("\n") > 100 for s in sentences(folder / "train.txt")),
    "duplicates": duplicates,
    "leaks": lambda folder: leaks(folder, "test"),
    "strays": lambda folder: of_types(folder, "test", {"GADGET"}),
    "unmarked": lambda folder: int("-DOCSTART-" not in (folder / "train.txt").read_text("utf-8")),
}


def test_clean_reviews(tmp_path):
    paths = write_reviews(tmp_path, SIZES)
    assert [path.name for path in paths] == ["train.txt", "dev.txt", "test.txt", "vectors.txt"]
    assert {path.stem: len(sentences(path)) for path in paths[:3]} == SIZES
    assert not any(measure(tmp_path) for measure in MEASURES.values())
    assert contradictions(tmp_path) == 0
    train, test = ({text for text, _ in mentions(path)} for path in (paths[0], paths[2]))
    assert len(test - train) > len(test) / 2


@pytest.mark.parametrize("name", MEASURES)
def test_a_flaw_by_itself(tmp_path, name):
    count = FLAWS[name]
    write_reviews(tmp_path, SIZES, {name: count})
    assert MEASURES[name](tmp_path) == count


def test_contradicting_labels(tmp_path):
    write_reviews(tmp_path, SIZES, {"inconsistent": 6})
    assert contradictions(tmp_path) >= 3


def test_the_same_seed_writes_the_same(tmp_path):
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_reviews(tmp_path / folder, SIZES, FLAWS, seed)
    texts = [(tmp_path / folder / "train.txt").read_text("utf-8") for folder in "abc"]
    assert texts[0] == texts[1] != texts[2]
