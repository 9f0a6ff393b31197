"""The data of a run: every file of its config, read in one way and held to what it was."""

import pytest

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.run_data import RunData


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
