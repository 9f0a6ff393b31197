"""Two thousand damaged files: every reader takes them or refuses them in a sentence."""

import random

import pytest

from ner_window.model_folder.card import save_card
from ner_window.model_folder.folder import save_model
from tests.building import PROVENANCE_OF_A_RUN, small_model
from tests.fuzzing import TAGGED_SEEDS, TARGETS, attack, attack_model, attack_tagger
from tests.old_models import OLD_MODELS

INPUTS = 225  # for each of the nine readers


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_files_are_taken_or_refused(name, tmp_path):
    rng = random.Random(name)
    taken = sum(attack(TARGETS[name], tmp_path, rng) for _ in range(INPUTS))
    assert 0 < taken < INPUTS


@pytest.mark.parametrize("saved", ["float32", "float16", "reference"])
def test_damaged_models_are_taken_or_refused(saved, config_file, tmp_path):
    model, _, _ = small_model(config_file)
    save_model(model, tmp_path / "model", saved)
    save_card(tmp_path / "model", PROVENANCE_OF_A_RUN)
    rng = random.Random(saved)
    taken = sum(attack_model(tmp_path / "model", tmp_path, rng) for _ in range(INPUTS // 3))
    assert 0 < taken < INPUTS // 3


@pytest.mark.parametrize("folder", sorted(OLD_MODELS.glob("format-*")), ids=lambda path: path.name)
def test_damaged_models_of_older_formats_are_taken_or_refused(folder, tmp_path):
    rng = random.Random(folder.name)
    taken = sum(attack_model(folder, tmp_path, rng) for _ in range(INPUTS // 3))
    assert 0 < taken < INPUTS // 3


@pytest.mark.parametrize("kind", TAGGED_SEEDS)
def test_hostile_text_is_tagged_or_refused(kind, config_file, tmp_path):
    model, _, _ = small_model(config_file)
    save_model(model, tmp_path / "model")
    rng = random.Random(kind)
    taken = sum(
        attack_tagger(tmp_path / "model", tmp_path, rng, kind, output)
        for output in ("conll", "jsonl", "spans", "html")
        for _ in range(15)
    )
    assert taken > 0
