"""Bundled and pruned model folders: what they hold, what they know, what they refuse."""

from dataclasses import replace

import numpy as np
import pytest

from ner_window.config import PretrainedUnseenSettings
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.model_folder.bundling import bundle_model, prune_model
from ner_window.model_folder.card import CARD, save_card
from ner_window.model_folder.description import read_description
from ner_window.model_folder.folder import load_model, save_model
from ner_window.model_folder.summary import summarize
from ner_window.model_folder.wheel import wheel_name
from ner_window.tagging.tabulation import scorer_of
from ner_window.vectors.word_vectors import load_vectors
from tests.building import PROVENANCE_OF_A_RUN, small_model, trained_model
from tests.old_models import OLD_MODELS, OLD_TAGS, OLD_TEXT

TEXT = Tokens.of([["Anna", "flew", "from", "Bergen", "to", "Oslo"], ["1998"], ["Nordbank", "zzz"]])
IN_TRAINING = ["anna", "oslo", ".", "0000", "is"]  # of the words that have vectors; bergen is not


def contents(folder):
    """Return the files of a folder, without its name in the commands of the card."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    for words, rest in ((b" tag ", b" text.txt\n"), (b" model info ", b"\n")):
        command = words + folder.name.encode() + rest
        files[CARD] = files.get(CARD, b"").replace(command, words + b"FOLDER" + rest)
    return files


@pytest.fixture
def whole(config_file, tmp_path):
    model = trained_model(config_file)
    save_model(model, tmp_path / "whole")
    save_card(tmp_path / "whole", PROVENANCE_OF_A_RUN)
    return tmp_path / "whole"


@pytest.fixture
def light(whole, tmp_path):
    """The same model by reference."""
    save_model(load_model(whole), tmp_path / "light", "reference")
    save_card(tmp_path / "light", PROVENANCE_OF_A_RUN)
    return tmp_path / "light"


def test_a_bundle_of_a_reference_is_the_whole_model(whole, light, tmp_path):
    bundle_model(light, tmp_path / "out")
    assert contents(tmp_path / "out") == contents(whole)


def test_the_card_of_a_copy_tells_of_a_wheel_that_lies_beside_it(whole, tmp_path):
    bundle_model(whole, tmp_path / "without")
    (tmp_path / wheel_name()).write_bytes(b"")
    prune_model(whole, tmp_path / "with", 2)
    texts = [(tmp_path / name / CARD).read_text("utf-8").split() for name in ("without", "with")]
    assert ["lies beside this folder." in " ".join(text) for text in texts] == [False, True]


def test_vectors_can_be_brought(whole, light, tmp_path, vector_file, monkeypatch):
    monkeypatch.setenv("NER_WINDOW_CACHE", str(tmp_path / "elsewhere"))
    with pytest.raises(InputError, match="refers to the vectors"):
        bundle_model(light, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    bundle_model(light, tmp_path / "out", load_vectors(vector_file))
    assert contents(tmp_path / "out") == contents(whole)


def test_half_precision_and_back(whole, tmp_path, vector_file):
    bundle_model(whole, tmp_path / "half", precision="float16")
    assert read_description(tmp_path / "half").vectors.saved == "float16"
    assert "half precision" in (tmp_path / "half" / CARD).read_text()
    bundle_model(tmp_path / "half", tmp_path / "copy")
    assert contents(tmp_path / "copy") == contents(tmp_path / "half")
    with pytest.raises(InputError, match="--vectors FILE"):
        bundle_model(tmp_path / "half", tmp_path / "out", precision="float32")
    bundle_model(tmp_path / "half", tmp_path / "out", load_vectors(vector_file), "float32")
    assert contents(tmp_path / "out") == contents(whole)


@pytest.mark.parametrize("way", ["neighbors", "mapped"])
def test_words_that_training_did_not_show_move_in_every_copy_alike(config_file, tmp_path, way):
    model = trained_model(config_file, f"embeddings.unseen={way}", "training.epochs=10")
    scores = model.scorer.scores(model.encode(TEXT))
    encoder = replace(model.encoder, unseen=PretrainedUnseenSettings())
    staying = replace(model, encoder=encoder)
    assert np.abs(scores - staying.scorer.scores(staying.encode(TEXT))).max() > 0.01  # Bergen
    np.testing.assert_allclose(scorer_of(model, 1 << 16).scores(TEXT), scores, rtol=1e-4, atol=1e-5)
    save_model(model, tmp_path / "light", "reference")
    save_card(tmp_path / "light", PROVENANCE_OF_A_RUN)
    bundle_model(tmp_path / "light", tmp_path / "whole")
    prune_model(tmp_path / "light", tmp_path / "pruned", keep=3)  # of which Bergen is
    for name in ("light", "whole", "pruned"):
        copy = load_model(tmp_path / name)
        np.testing.assert_array_equal(copy.scorer.scores(copy.encode(TEXT)), scores)


@pytest.mark.parametrize("way", ["neighbors", "mapped"])
def test_words_stay_where_training_has_none_of_the_vectors(config_file, vector_file, way):
    vector_file.write_text("bergen 0.1 0.2 0.3\nflew 0.2 0.1 0.4\n", "utf-8")
    model = trained_model(config_file, f"embeddings.unseen={way}")
    encoder = replace(model.encoder, unseen=PretrainedUnseenSettings())
    staying = replace(model, encoder=encoder)
    np.testing.assert_array_equal(
        model.scorer.scores(model.encode(TEXT)), staying.scorer.scores(staying.encode(TEXT))
    )


def test_pruning_keeps_the_training_words_and_the_first(whole, tmp_path):
    model = load_model(whole)
    prune_model(whole, tmp_path / "pruned", keep=0)
    pruned = load_model(tmp_path / "pruned")
    words = [pruned.vectors.index.word(row) for row in range(len(pruned.vectors))]
    assert words == IN_TRAINING
    known = Tokens.of([["Anna", "is", "Oslo", "."]])
    np.testing.assert_array_equal(
        pruned.scorer.scores(pruned.encode(known)), model.scorer.scores(model.encode(known))
    )
    assert pruned.encode(known).coverage == model.encode(known).coverage
    assert pruned.encode(TEXT).coverage.tokens["unknown"] == 5  # bergen is no longer known
    assert model.encode(TEXT).coverage.tokens["unknown"] == 4
    prune_model(whole, tmp_path / "three", keep=3)
    three = load_model(tmp_path / "three")
    assert three.tag(TEXT) == model.tag(TEXT)
    assert len(three.vectors) == 6
    assert three.vectors.deviation == model.vectors.deviation


def test_a_pruned_folder_says_so(whole, tmp_path):
    prune_model(whole, tmp_path / "pruned", keep=2, precision="float16")
    known = read_description(tmp_path / "pruned").vectors
    assert (known.kept, known.saved, known.name) == (2, "float16", "vectors.txt")
    card = " ".join((tmp_path / "pruned" / CARD).read_text().split())
    assert "the first 2 words and those of the training data" in card
    assert "measured before they were left out" in card
    summary = str(summarize(tmp_path / "pruned"))
    assert "5 words, float16, the first 2 and those of training" in summary
    assert "measured with all vectors, at whole precision" in summary


def test_pruning_twice_is_pruning_to_the_least(whole, tmp_path):
    prune_model(whole, tmp_path / "two", keep=2)
    prune_model(tmp_path / "two", tmp_path / "one", keep=1)
    prune_model(whole, tmp_path / "at-once", keep=1)
    assert contents(tmp_path / "one") == contents(tmp_path / "at-once")
    with pytest.raises(InputError, match="was pruned to 2 words already; 3 are more"):
        prune_model(tmp_path / "two", tmp_path / "out", keep=3)
    with pytest.raises(InputError, match="cannot be saved as a reference"):
        save_model(load_model(tmp_path / "two"), tmp_path / "out", "reference")


def test_nothing_is_overwritten(whole, tmp_path):
    (tmp_path / "out").mkdir()
    for make in (bundle_model, lambda source, out: prune_model(source, out, 1)):
        with pytest.raises(InputError, match="exists"):
            make(whole, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_random_vectors_are_in_the_model_already(config_file, tmp_path, vector_file):
    model, _, _ = small_model(config_file, "embeddings.path=null", "embeddings.dimension=4")
    save_model(model, tmp_path / "m")
    with pytest.raises(InputError, match="nothing to prune"):
        prune_model(tmp_path / "m", tmp_path / "out", 1)
    with pytest.raises(InputError, match="started at random"):
        bundle_model(tmp_path / "m", tmp_path / "out", load_vectors(vector_file))
    bundle_model(tmp_path / "m", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "m")


@pytest.mark.parametrize("name", ["format-1", "format-2"])
def test_old_folders_are_bundled_in_the_format_of_today(name, tmp_path):
    bundle_model(OLD_MODELS / name, tmp_path / "out", precision="float16")
    assert load_model(tmp_path / "out").tag(OLD_TEXT) == OLD_TAGS
    assert summarize(OLD_MODELS / name).vector_shape == (6, 3)


def test_numbers_beyond_half_precision_are_told(config_file, tmp_path):
    (tmp_path / "vectors.txt").write_text("anna 1e5 0 0\noslo 1 1 1\n")
    model, _, _ = small_model(config_file)
    save_model(model, tmp_path / "m")
    with pytest.raises(InputError, match="vector of 'anna' holds a number beyond 65504"):
        bundle_model(tmp_path / "m", tmp_path / "out", precision="float16")
    assert not (tmp_path / "out").exists()
