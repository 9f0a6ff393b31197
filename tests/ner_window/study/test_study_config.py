"""The config of a study: checked whole, for every arm, before any data is read."""

from pathlib import Path
from typing import Literal

import pytest

from ner_window.config import (
    AnchorDecaySettings,
    MappedUnseenSettings,
    NeighborsUnseenSettings,
    NoDecaySettings,
    PretrainedUnseenSettings,
)
from ner_window.config.file import annotated_yaml, load_config
from ner_window.errors import InputError
from ner_window.study.arms import Arm, label_of, phrase_of
from ner_window.study.study_config import Study, load_study
from tests.places import ROOT

BASE = "data: {train: t, dev: d}\nembeddings: {path: v, scale: 0.5}\n"


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE)

    def load_text(text, *overrides):
        (tmp_path / "study.yaml").write_text(text)
        return load_study(tmp_path / "study.yaml", overrides)

    return load_text


def test_the_base_is_a_config_a_file_or_a_config_that_ships(load):
    named = load("base: base.yaml")
    assert load("base: {extends: base.yaml}") == named
    assert load("base:\n" + "".join(f"  {line}\n" for line in BASE.splitlines())) == named
    assert named.base == load_config(Path("base.yaml"))
    shipped = load("base: {extends: wnut17/frozen, training: {epochs: 3}}").base
    assert shipped.training.epochs == 3
    assert shipped.data.documents == named.base.data.documents


def test_settings_of_the_base_can_be_changed_from_the_command_line(load):
    study = load("base: base.yaml", "base.training.epochs=3", "arms=[frozen]")
    assert (study.base.training.epochs, study.arm_names) == (3, ["frozen"])


def test_held_out_sets_are_the_studys_and_no_trainings(load):
    study = load("base: base.yaml", "base.data.held_out.web.path=w", "arms=[frozen]")
    assert list(study.base.data.held_out) == ["web"]
    assert study.config_of("frozen", 3, 1.0).data.held_out == {}


@pytest.mark.parametrize("value", ["base.yaml", "{extends: base.yaml}"])
def test_the_base_can_be_named_on_the_command_line(load, value):
    named = load("base: base.yaml", "base.training.epochs=3")
    assert load("arms: []\nsizes: [all]", *changes(value)) == load(
        "base: base.yaml", *changes(value)
    )
    assert (
        load("base: {extends: wnut17/frozen}", f"base={value}", "base.training.epochs=3") == named
    )


def changes(base):
    return [f"base={base}", "arms=[frozen]", "sizes=[all]"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("arms: [frozen]", "base: missing"),
        ("base: nothing", "no starter config is called 'nothing'"),
        ("base: nothing.yaml", "no such config: .*nothing.yaml"),
        ("base: {extends: base.yaml, trainin: {}}", "base.trainin: unknown key; did you mean"),
        ("base: base.yaml\nsedes: 3", "sedes: unknown key; did you mean 'seeds'"),
        (
            "base: base.yaml\narms: [forzen]",
            "arms.0: the arms are 'frozen', .*, got 'forzen'; did you mean 'frozen'",
        ),
        ("base: base.yaml\narms: [frozen, frozen]", "arms: frozen stands there twice"),
        ("base: base.yaml\nsizes: [1.0]", "a share below 1, or `all`; got 1.0"),
        ("base: base.yaml\nsizes: [true]", "got True"),
        ("base: base.yaml\nsizes: [0]", "got 0"),
        ("base: base.yaml\nreported: test", "base.data.test: results are reported on it"),
        (
            "base: {extends: base.yaml, embeddings: {path: null, dimension: 3}}",
            "base.embeddings.path: a study is about pretrained vectors",
        ),
        (
            "base: {extends: base.yaml, regularization: {vectors: {name: zero, strength: 1}}}",
            "base.regularization.vectors: the arms decide on it",
        ),
        (
            "base: {extends: base.yaml, data: {subset: {tokens: 9}}}",
            "base.data.subset: a study draws its own",
        ),
    ],
)
def test_mistakes_are_named(load, text, message):
    with pytest.raises(InputError, match=message):
        load(text)


def test_a_base_that_extends_the_study_is_refused(load):
    with pytest.raises(InputError, match="leads back to this file"):
        load("base: study.yaml")


def test_remedies_of_the_base_are_for_their_arms_alone(load):
    remedies = "unseen: {name: neighbors, count: 3}}, regularization: {movement_dropout: 0.9}"
    study = load(
        f"base: {{extends: base.yaml, embeddings: {{{remedies}}}\n"
        "arms: [frozen, finetuned, movement_dropout, neighbors, mapped]"
    )
    configs = {arm: study.config_of(arm, 7, 0.9) for arm in study.arm_names}
    unseen = {arm: config.embeddings.unseen for arm, config in configs.items()}
    assert unseen == {
        **dict.fromkeys(configs, PretrainedUnseenSettings()),
        "neighbors": NeighborsUnseenSettings(count=3),
        "mapped": MappedUnseenSettings(),
    }
    rates = {arm: config.regularization.movement_dropout for arm, config in configs.items()}
    assert rates == {**dict.fromkeys(configs, 0), "movement_dropout": study.movement_dropout}


def test_each_arm_does_with_the_vectors_what_its_name_says(load):
    study = load(
        "base: {extends: base.yaml, embeddings: {learning_rate: 0.5}}\n"
        "arms: [frozen, finetuned, anchored, movement_dropout, neighbors, mapped, after_epoch, "
        "dropout_and_neighbors, scratch]\n"
        "anchor_strength: 0.3\nmovement_dropout: 0.4\nfrozen_epochs: 2"
    )
    configs = {arm: study.config_of(arm, 7, 0.9) for arm in study.arm_names}
    embeddings = {arm: config.embeddings for arm, config in configs.items()}
    assert embeddings["frozen"].trainable is False
    assert embeddings["frozen"].learning_rate is None
    assert embeddings["finetuned"].trainable is True
    assert embeddings["finetuned"].learning_rate == 0.5
    assert embeddings["after_epoch"].trainable.after_epoch == 2
    assert (embeddings["scratch"].path, embeddings["scratch"].dimension) == (None, 7)
    moved = {arm: each.unseen.name for arm, each in embeddings.items()}
    assert moved == {
        **dict.fromkeys(configs, "pretrained"),
        "neighbors": "neighbors",
        "dropout_and_neighbors": "neighbors",
        "mapped": "mapped",
    }
    rates = {arm: config.regularization.movement_dropout for arm, config in configs.items()}
    dropped = dict.fromkeys(["movement_dropout", "dropout_and_neighbors"], 0.4)
    assert rates == {**dict.fromkeys(configs, 0), **dropped}
    decays = {arm: config.regularization.vectors for arm, config in configs.items()}
    assert decays == {
        **dict.fromkeys(configs, NoDecaySettings()),
        "anchored": AnchorDecaySettings(strength=0.3),
    }
    saved = {arm: each.saved for arm, each in embeddings.items()}
    assert saved == {**dict.fromkeys(configs, "reference"), "scratch": "float32"}
    for config in configs.values():
        assert config.embeddings.scale == 0.5
        assert (config.data.dev, str(config.data.test)) == (None, "d")
        assert config.training.keep == "last"


def test_an_arm_from_elsewhere_can_be_named(load):
    class HalfRate(Arm):
        summary, phrase = "fine-tuned at a part of the rate", "slower vectors"
        name: Literal["part_rate"] = "part_rate"
        part: float = 0.5

        def change(self, settings, given):
            rate = given.base.training.learning_rate * self.part
            settings["embeddings"].update(trainable=True, learning_rate=rate)

    try:
        study = load("base: base.yaml\narms: [frozen, {name: part_rate, part: 0.25}]")
        assert study.arm_names == ["frozen", "part_rate"]
        rate = study.base.training.learning_rate
        assert study.config_of("part_rate", 7, 0.9).embeddings.learning_rate == rate / 4
        assert Study.model_validate(study.model_dump(by_alias=True)) == study
        assert phrase_of("part_rate") == "slower vectors"
        assert [label_of(name) for name in study.arm_names] == ["frozen", "part rate"]
    finally:
        del Arm.variants["part_rate"]


def test_random_vectors_have_the_spread_of_the_pretrained_ones(load):
    study = load("base: {extends: base.yaml, embeddings: {scale: null}}")
    assert study.config_of("scratch", 7, 0.9).embeddings.scale == 0.9


@pytest.mark.parametrize("name", ["sample", "conll2003", "wnut17"])
def test_the_studies_that_ship_are_valid_and_can_be_shown(name, tmp_path):
    path = ROOT / "configs" / "compare" / f"{name}.yaml"
    shown = tmp_path / "shown.yaml"
    shown.write_text(annotated_yaml(path, schema=Study))
    assert load_study(shown) == load_study(path)
