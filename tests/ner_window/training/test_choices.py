"""Every schedule, optimizer and decay of the config has its user; others may be entered."""

from typing import Literal

import numpy as np
import pytest
from pydantic import Field, PositiveFloat, PositiveInt

import autodiff as ad
from ner_window import config
from ner_window.training import optimizers, schedules, vector_decay
from tests.building import small_model


@pytest.mark.parametrize(
    ("family", "users"),
    [
        (config.ScheduleSettings, schedules.SCHEDULES),
        (config.OptimizerSettings, optimizers.OPTIMIZERS),
        (config.VectorDecaySettings, {config.NoDecaySettings: None, **vector_decay.DECAYS}),
    ],
)
def test_every_choice_of_the_config_has_its_user(family, users):
    assert set(family.variants.values()) == set(users)


@pytest.fixture
def elsewhere(monkeypatch):
    """A schedule, an optimizer and a decay that the package does not know."""
    for family in (config.ScheduleSettings, config.OptimizerSettings, config.VectorDecaySettings):
        monkeypatch.setattr(family, "variants", dict(family.variants))

    class Once(config.ScheduleSettings):
        """1 for a step, then `then`."""

        name: Literal["once"] = "once"
        then: PositiveFloat = Field(description="the factor of all steps but the first")

    class Divided(config.OptimizerSettings):
        """Stochastic gradient descent, the rate divided."""

        name: Literal["divided"] = "divided"
        by: PositiveInt = Field(2, description="what the rate is divided by")

    class Doubled(config.ActiveDecaySettings):
        """As `zero`, twice."""

        name: Literal["doubled"] = "doubled"

    class DividedSGD(ad.SGD):
        def __init__(self, parameters, learning_rate, by):
            super().__init__(parameters, learning_rate / by)

    monkeypatch.setitem(
        schedules.SCHEDULES,
        Once,
        lambda section, epoch, epochs: schedules.Schedule(
            lambda step: 1.0 if step == 0 else section.then
        ),
    )
    monkeypatch.setitem(
        optimizers.OPTIMIZERS, Divided, optimizers.OptimizerKind(DividedSGD, ad.SGD)
    )
    monkeypatch.setitem(
        vector_decay.DECAYS,
        Doubled,
        lambda section, words: vector_decay.VectorDecay(words, 2 * section.strength, None, True),
    )


def test_choices_from_elsewhere_are_trained_with(elsewhere, config_file):
    model, trainer, _ = small_model(
        config_file,
        "training.schedule={name: once, then: 0.5}",
        "training.optimizer={name: divided, by: 4}",
        "regularization.vectors={name: doubled, strength: 0.1}",
    )
    before = {name: array.copy() for name, array in model.network.named_arrays().items()}
    record = next(trainer.run())
    assert record.learning_rate == trainer.config.training.learning_rate * 0.5
    after = model.network.named_arrays()
    assert all(np.isfinite(array).all() for array in after.values())
    assert any((after[name] != array).any() for name, array in before.items())


@pytest.mark.parametrize(
    "setting",
    [
        "constant",
        "linear",
        "cosine",
        "{name: halving, every: 2}",
        "{name: exponential, rate: 0.1}",
        "{name: triangular, half_cycle: 1.5}",
        "{name: triangular2, half_cycle: 1.5}",
    ],
)
def test_a_schedule_of_the_time_does_not_look_at_the_score(setting, config_file):
    settings = config.load_config(config_file, [f"training.schedule={setting}"])
    schedule = schedules.schedule_of(settings, 10)
    before = [schedule.factor(step) for step in range(40)]
    for score in (1.0, 0.5, 0.5, 0.4):
        schedule.observe(score)
    assert [schedule.factor(step) for step in range(40)] == before
    assert schedule.state_dict() == {}
    schedule.load_state_dict({})


def test_a_plateau_goes_on_from_its_state(config_file):
    setting = ["training.schedule={name: plateau, patience: 0}"]
    settings = config.load_config(config_file, setting)
    first, second = (schedules.schedule_of(settings, 10) for _ in range(2))
    for score in (1.0, 0.5):
        first.observe(score)
    assert (first.factor(0), second.factor(0)) == (0.5, 1.0)
    second.load_state_dict(first.state_dict())
    second.observe(0.9)
    assert second.factor(0) == 0.25


def test_a_warm_up_comes_before_the_schedule(config_file):
    setting = ["training.schedule={name: linear, warm_up: 0.5}", "training.epochs=2"]
    schedule = schedules.schedule_of(config.load_config(config_file, setting), 10)
    assert [schedule.factor(step) for step in (0, 4, 5, 20)] == pytest.approx([0.2, 1, 1, 0])
