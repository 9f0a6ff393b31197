"""Choices are sections told apart by their name; other packages may add to them."""

from typing import Literal

import pytest
from pydantic import Field, PositiveInt

from ner_window.config import (
    Config,
    HeadSettings,
    ModelSettings,
    ScheduleSettings,
    Section,
    TrainingSettings,
    Variant,
    load_config,
)
from ner_window.config.file import annotated_yaml
from ner_window.errors import InputError
from tests.ner_window.config.written import MINIMAL, load, origins

FAMILIES = Variant.__subclasses__()


@pytest.fixture
def cubic():
    """A schedule that the package does not know."""

    class Cubic(ScheduleSettings):
        """`(1 - t / T)^3`."""

        name: Literal["cubic"] = "cubic"
        delay: PositiveInt = Field(description="epochs before it falls")
        floor: float = Field(0.1, description="where it ends")

    yield Cubic
    del ScheduleSettings.variants["cubic"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_variant_tells_what_it_is_and_what_its_settings_are(family):
    assert family.variants
    for name, variant in family.variants.items():
        assert variant.model_fields["name"].default == name
        assert variant.__doc__ != family.__doc__
        assert all(
            field.description for key, field in variant.model_fields.items() if key != "name"
        )


def test_a_variant_from_elsewhere_is_taken(cubic, tmp_path):
    config = load(tmp_path, MINIMAL, "training.schedule={name: cubic, delay: 2}")
    assert config.training.schedule == cubic(delay=2)
    assert Config.model_validate(config.model_dump(by_alias=True)) == config
    shown = origins(
        annotated_yaml(tmp_path / "config.yaml", ["training.schedule={name: cubic, delay: 2}"])
    )
    assert shown["training.schedule.delay"] == "--set"
    assert shown["training.schedule.floor"] == "default"


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (
            "cubik",
            r"the schedules are 'constant', .* and 'cubic', got 'cubik'; did you mean 'cubic'",
        ),
        ("cubic", "training.schedule: the schedule cubic needs `delay`: epochs before it falls"),
        ("{name: cubic, dealy: 1}", "schedule.dealy: unknown key; did you mean 'delay'"),
        ("{name: cubic, delay: 0}", "training.schedule.delay: .* greater than 0, got 0"),
        (
            "{name: cubic, delay: 1, every: 2}",
            "`every` belongs to the schedule halving, not to cubic",
        ),
        ("{delay: 1}", "`delay` belongs to the schedule cubic, not to linear"),
        ("{name: [1]}", r"the schedules are .*, got \[1\]"),
        ("3", "the schedules are .*, got 3"),
        ("[a]", "the schedules are"),
    ],
)
def test_mistakes_in_a_variant_are_named(cubic, tmp_path, schedule, message):
    with pytest.raises(InputError, match=message):
        load(tmp_path, MINIMAL, f"training.schedule={schedule}")


def test_a_key_of_a_variant_is_found_from_elsewhere(tmp_path):
    with pytest.raises(InputError, match=r"target: .* did you mean 'model.head.target'\?"):
        load(tmp_path, MINIMAL + "target: LOC\n")


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(TypeError, match=r"a head is called 'softmax' already: .*SoftmaxHead"):

        class Hard(HeadSettings):
            name: Literal["softmax"] = "softmax"

    assert ModelSettings().head == HeadSettings.variants["softmax"]()


def test_a_name_alone_and_its_mapping_are_the_same():
    assert TrainingSettings.model_validate(
        {"schedule": "cosine"}
    ) == TrainingSettings.model_validate({"schedule": {"name": "cosine", "warm_up": 0}})
    assert (
        ModelSettings.model_validate({"head": {"name": "sentence"}}).model_dump()["head"]
        == "sentence"
    )


def test_without_a_name_it_is_the_default():
    schedule = TrainingSettings.model_validate({"schedule": {"warm_up": 2}}).schedule
    assert (schedule.name, schedule.warm_up) == ("linear", 2)


def test_variants_are_made_in_python_too():
    head = HeadSettings.variants["binary"](target="LOC")
    assert ModelSettings(head=head).head is head


def test_a_section_is_all_that_a_setting_needs(tmp_path):
    """Default, check, messages and what is shown follow from one declaration."""

    class Sounds(Section):
        """What words sound like."""

        rhymes: PositiveInt = Field(3, description="syllables that are compared")

    class Longer(Config):
        sounds: Sounds = Sounds()

    path = tmp_path / "config.yaml"
    path.write_text(MINIMAL)
    assert origins(annotated_yaml(path, ["sounds.rhymes=4"], Longer))["sounds.rhymes"] == "--set"
    assert origins(annotated_yaml(path, [], Longer))["sounds.rhymes"] == "default"
    for setting, message in {
        "sounds.rhimes=1": "sounds.rhimes: unknown key; did you mean 'rhymes'",
        "rhymes=1": "did you mean 'sounds.rhymes'",
        "sounds.rhymes=0": "sounds.rhymes: .* greater than 0, got 0",
        "sounds.rhymes=true": "`rhymes` is neither true nor false",
    }.items():
        with pytest.raises(InputError, match=message):
            annotated_yaml(path, [setting], Longer)
    with pytest.raises(InputError, match="sounds: unknown key"):
        load_config(path, ["sounds.rhymes=1"])
