"""What is written down of the training documents that are held out, and read again."""

import numpy as np
import pytest

from ner_window.config import Config
from ner_window.corpora.corpus import read_corpus
from ner_window.errors import InputError
from ner_window.training.recorded_selection import (
    SELECTION,
    parts_of_run,
    recorded_selection,
    save_selection,
)
from ner_window.training.selection import SelectionParts, parts_of_train
from tests.small_files import documents


@pytest.fixture
def train(tmp_path):
    path = tmp_path / "train.conll"
    path.write_text(documents(40, 1))
    return read_corpus(path)


def config_of(**data):
    return Config.model_validate({"data": {"train": "t", **data}, "embeddings": {"dimension": 3}})


@pytest.mark.parametrize("seed", range(5))
def test_what_is_written_is_read(train, tmp_path, seed):
    part = np.random.default_rng(seed).integers(0, 4, len(train))
    parts = SelectionParts(part == 0, part == 1, part == 2)
    save_selection(tmp_path, train, parts)
    read = recorded_selection(tmp_path, train)
    for name in ("learned_from", "held_out", "dropped"):
        assert getattr(read, name).tolist() == getattr(parts, name).tolist()


def test_a_reader_finds_the_lines_in_the_file(train, tmp_path):
    config = config_of(selection={"kind": "order", "fraction": 0.2})
    save_selection(tmp_path, train, parts_of_train(config, train))
    header, *rows = (tmp_path / SELECTION).read_text().splitlines()
    assert header.split("\t") == [
        "part",
        "first_sentence",
        "last_sentence",
        "first_line",
        "last_line",
    ]
    (learned, *first), (held_out, *second) = (row.split("\t") for row in rows)
    assert (learned, held_out) == ("learned-from", "held-out")
    assert [int(n) for n in (*first[:2], *second[:2])] == [1, 64, 65, 80]
    lines = train.path.read_text().splitlines()
    block = lines[int(second[2]) - 1 : int(second[3])]
    tokens = [line.split()[0] for line in block if line and "-DOCSTART-" not in line]
    assert tokens == [word for sentence in list(train)[64:] for word in sentence.tokens]


def test_without_a_record_it_is_chosen_and_without_a_selection_there_is_none(train, tmp_path):
    config = config_of(selection={"fraction": 0.2})
    chosen = parts_of_run(config, tmp_path, train)
    assert chosen.held_out.sum() == 16
    none = np.zeros(len(train), bool)
    save_selection(tmp_path, train, SelectionParts(chosen.held_out, ~chosen.held_out, none))
    assert parts_of_run(config, tmp_path, train).held_out.sum() == 64
    save_selection(tmp_path / "other", train, None)
    assert not (tmp_path / "other").exists()
    assert parts_of_run(config_of(dev="d"), tmp_path, train) is None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("held-out\t2\t80\t1\t2", "is damaged: .*does not follow"),
        ("held-out\t1\tx\t1\t2", "is damaged"),
        ("other\t1\t80\t1\t2", "is damaged"),
        ("held-out", "is damaged"),
        ("held-out\t1\t79\t1\t2", "is about 79 sentences, and .* has 80"),
    ],
)
def test_a_damaged_record_is_told(train, tmp_path, rows, reason):
    (tmp_path / SELECTION).write_text(f"part\n{rows}\n")
    with pytest.raises(InputError, match=f"{SELECTION} {reason}"):
        recorded_selection(tmp_path, train)


def test_a_folder_that_cannot_be_written_is_told(train, tmp_path):
    config = config_of(selection={"fraction": 0.2})
    with pytest.raises(InputError, match="cannot write"):
        save_selection(train.path, train, parts_of_train(config, train))
