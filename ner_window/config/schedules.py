"""The choices of ``training.schedule``: how the learning rate changes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from ner_window.config.variant import Variant


class ScheduleSettings(Variant):
    """How the learning rate changes: the factor on the initial one.

    t is the epochs since the warm-up, fractions counted, T those from there to the end.
    """

    noun, plural = "schedule", "schedules"


class TimedScheduleSettings(ScheduleSettings):
    """A function of the time alone."""

    warm_up: NonNegativeFloat = Field(
        0.0, description="epochs in which the rate first goes up in a straight line"
    )


class ConstantScheduleSettings(TimedScheduleSettings):
    """`1`."""

    name: Literal["constant"] = "constant"


class LinearScheduleSettings(TimedScheduleSettings):
    """`1 - t / T`."""

    name: Literal["linear"] = "linear"


class CosineScheduleSettings(TimedScheduleSettings):
    """`(1 + cos(pi t / T)) / 2`."""

    name: Literal["cosine"] = "cosine"


class HalvingScheduleSettings(TimedScheduleSettings):
    """`2^-floor(t / every)`."""

    name: Literal["halving"] = "halving"
    every: PositiveInt = Field(description="epochs between halvings")


class ExponentialScheduleSettings(TimedScheduleSettings):
    """`e^(-rate t)`."""

    name: Literal["exponential"] = "exponential"
    rate: PositiveFloat = Field(description="how fast it falls")


class CyclicalScheduleSettings(TimedScheduleSettings):
    """Up and down in straight lines."""

    half_cycle: PositiveFloat = Field(description="epochs from the lowest rate to the highest")


class TriangularScheduleSettings(CyclicalScheduleSettings):
    """From 0.1 up to 1 in a straight line in `half_cycle` epochs, down again in as many, and so
    on.
    """

    name: Literal["triangular"] = "triangular"


class Triangular2ScheduleSettings(CyclicalScheduleSettings):
    """As `triangular`, with the height of the triangle halved after each cycle."""

    name: Literal["triangular2"] = "triangular2"


class PlateauScheduleSettings(ScheduleSettings):
    """Halved when F1, or without held-out data the loss, has not been better than ever for more
    than `patience` epochs.
    """

    name: Literal["plateau"] = "plateau"
    patience: NonNegativeInt = Field(description="epochs without a better score that are tolerated")
