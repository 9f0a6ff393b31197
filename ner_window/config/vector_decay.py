"""The choices of ``regularization.vectors``."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, PositiveFloat

from ner_window.config.variant import Variant


class VectorDecaySettings(Variant):
    """What keeps fine-tuned vectors from going too far, decoupled from the optimizer.

    lambda is `strength`, lr the learning rate of the vectors; each formula holds after each step,
    for the vector e of every word.
    """

    noun, plural = "vector decay", "vector decays"

    moves_vectors: ClassVar[bool] = True
    """Whether it does anything."""
    needs_pretrained: ClassVar[bool] = False
    """Whether it goes back to pretrained vectors."""


class NoDecaySettings(VectorDecaySettings):
    """Nothing."""

    moves_vectors = False

    name: Literal["none"] = "none"


class ActiveDecaySettings(VectorDecaySettings):
    """One that moves vectors."""

    strength: PositiveFloat = Field(description="lambda")


class AnchorDecaySettings(ActiveDecaySettings):
    """`e <- e0 + (1 - lr lambda) (e - e0)`, e0 being the pretrained vector of the word."""

    needs_pretrained = True

    name: Literal["anchor"] = "anchor"


class ZeroDecaySettings(ActiveDecaySettings):
    """`e <- (1 - lr lambda) e`."""

    name: Literal["zero"] = "zero"


class FrequencyWeightedDecaySettings(ActiveDecaySettings):
    """As `zero`, but for the words of the batch only."""

    name: Literal["frequency_weighted"] = "frequency_weighted"
