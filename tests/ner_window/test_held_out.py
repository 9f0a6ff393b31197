"""Held-out sets beside the other files of a run: read, mapped, held apart."""

import pytest

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.run_data import RunData

NEW = "Clara B-person\nreads O\n\nBergen B-place\nand O\nRome B-place\nwait O\n"
TYPES = "data.held_out.new.types={person: PER, place: LOC}"
LONG = "all O\nof O\nthis O\nwas O\nknown O\nlong O\nbefore O\nthen O\n"


@pytest.fixture
def new(tmp_path):
    path = tmp_path / "new.conll"
    path.write_text(NEW, "utf-8")
    return path


@pytest.fixture
def read(config_file, new):
    def read_data(*overrides, hashes=None):
        config = load_config(config_file, [f"data.held_out.new.path={new}", *overrides])
        return RunData.read(config, hashes)

    return read_data


def test_a_set_is_read_in_the_types_of_training(read):
    data = read(TYPES)
    assert list(data.corpora) == ["train", "dev"]
    assert data.held_out["new"].entity_counts() == {"PER": 1, "LOC": 2}
    assert list(data.all_corpora) == ["train", "dev", "new"]


def test_a_set_is_held_to_its_hash(read, new):
    hashes = read(TYPES).hashes
    assert hashes.keys() == {"train", "dev", "new", "vectors"}
    assert read(TYPES, hashes=hashes).hashes == hashes
    new.write_text(NEW.replace("reads", "sings"), "utf-8")
    with pytest.raises(InputError, match="has changed since the run was started, whose new data"):
        read(TYPES, hashes=hashes)


def test_a_set_that_shares_no_type_is_told_what_to_write(read):
    with pytest.raises(InputError) as error:
        read()
    assert (
        "shares no type with train: it has person (1), place (2); train has LOC, ORG, PER"
        in str(error.value)
    )
    assert str(error.value).endswith("types: {person: PER, place: ?}")


def test_a_mapping_that_leaves_every_type_out_is_told_so(read):
    with pytest.raises(InputError) as error:
        read("data.held_out.new.types={person: null, place: null}")
    assert "its mapping leaves every type out (person, place), so that" in str(error.value)


def test_a_mapping_has_to_say_of_every_type_that_training_has_not(read):
    with pytest.raises(InputError) as error:
        read("data.held_out.new.types={person: PER}")
    assert "data.held_out.new.types: nothing is said of place (2); a type that is" in str(
        error.value
    )
    assert str(error.value).endswith("types: {person: PER, place: null}")
    with pytest.raises(InputError, match=r"types: \{place: LOC, person: PER\}$"):
        read("data.held_out.new.types={place: LOC}")


def test_types_without_a_mapping_are_warned_of_with_the_one_to_write(read, new):
    new.write_text(NEW.replace("place", "LOC"), "utf-8")
    data = read()
    assert data.held_out["new"].entity_counts() == {"person": 1, "LOC": 2}
    notes = list(data.notes())
    assert any("new (" in note and "person can never be predicted" in note for note in notes)
    (note,) = [note for note in notes if note.startswith("warning: data.held_out.new (")]
    assert note.endswith("null leaves it out: types: {person: PER}")


def test_a_model_of_one_type_misses_no_other(read, new):
    new.write_text(NEW.replace("place", "LOC"), "utf-8")
    head = "model.head={name: binary, target: LOC}"
    data = read(head)
    assert not any(note.startswith("warning: data.held_out.new (") for note in data.notes())
    new.write_text(NEW, "utf-8")
    assert "new" in read(head, "data.held_out.new.types={place: LOC}").held_out


def test_a_set_without_an_entity_is_refused(read, new):
    new.write_text("all O\nof O\n\nthis O\n", "utf-8")
    with pytest.raises(InputError, match=r"held_out\.new \(.*\) has no entity: nothing"):
        read()


def test_a_mapping_is_held_to_both_inventories(read):
    with pytest.raises(InputError, match=r"data\.held_out\.new\.types: train has no type 'LOK'"):
        read("data.held_out.new.types={place: LOK}")
    with pytest.raises(InputError, match="the file has no type 'plaze'"):
        read("data.held_out.new.types={plaze: LOC}")


def test_a_model_of_one_type_needs_that_type(read):
    head = "model.head={name: binary, target: ORG}"
    with pytest.raises(InputError, match=r"shares no type with model\.head: .* has ORG\."):
        read(TYPES, head)


def test_an_empty_set_is_refused_by_its_key(read, new):
    new.write_text("\n\n", "utf-8")
    with pytest.raises(
        InputError, match=r"data\.held_out\.new\.path: .*new\.conll holds no tokens"
    ):
        read(TYPES)
    new.unlink()
    with pytest.raises(InputError, match=r"data\.held_out\.new\.path: no such file: .*new\.conll"):
        read(TYPES)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (NEW.replace("Clara", "Zoë").encode("latin-1"), "(`data.held_out.new.encoding`)"),
        (NEW.encode("utf-16"), "(`data.held_out.new.encoding`)"),
        (
            NEW.replace("\n\n", "\n").replace("\n", " x\n").encode(),
            "; data.held_out.new.columns.tag names another)",
        ),
    ],
)
def test_what_is_to_be_set_of_a_set_is_named_by_its_own_key(read, new, content, key):
    new.write_bytes(content)
    with pytest.raises(InputError) as error:
        read(TYPES)
    assert str(error.value).startswith(f"data.held_out.new.path: {new}")
    assert key in str(error.value)
    assert "--" not in str(error.value)


def test_a_file_that_is_learned_from_is_no_held_out_set(read, new, corpus_file):
    new.write_bytes(corpus_file.read_bytes())
    with pytest.raises(
        InputError, match=r"is the file of train, .*: all of it, 3 sentences, is known"
    ):
        read()


def test_a_file_that_the_epoch_is_chosen_on_is_none_either(read, new, tmp_path):
    (tmp_path / "dev.conll").write_text(NEW, "utf-8")
    with pytest.raises(
        InputError, match="is the file of dev, which the epoch is chosen on"
    ) as error:
        read(TYPES, f"data.dev={tmp_path / 'dev.conll'}")
    assert "data.selection: {fraction: 0.1}" in str(error.value)
    chosen = [f"data.dev={tmp_path / 'dev.conll'}", "data.selection.fraction=0.5"]
    assert "warning: dev and new are two names for one file" in "\n".join(
        read(TYPES, *chosen).notes()
    )


def test_most_sentences_in_common_are_a_leak_and_a_few_a_warning(read, new, corpus_file):
    known = corpus_file.read_text("utf-8")
    corpus_file.write_text(f"{known}\n{LONG}", "utf-8")
    new.write_text(f"{NEW}\n{LONG}", "utf-8")
    with pytest.raises(InputError, match="1 of its 1 sentence of at least 8 tokens is in train"):
        read(TYPES)
    others = "\n".join(f"{LONG}{end} O\n" for end in ("now", "here"))
    new.write_text(f"{NEW}\n{LONG}\n{others}", "utf-8")
    (note,) = [note for note in read(TYPES).notes() if "sentences" in note and "dev" not in note]
    assert note.startswith("warning: data.held_out.new (")
    assert "1 of its 3 sentences of at least 8 tokens is in train" in note
