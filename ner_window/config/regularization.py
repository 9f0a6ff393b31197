"""The section ``regularization``: what keeps a network from learning by heart."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, NonNegativeFloat, SerializeAsAny

from ner_window.config.section import Section
from ner_window.config.vector_decay import NoDecaySettings, VectorDecaySettings

Rate = Annotated[float, Field(ge=0, lt=1)]


class DropoutSettings(Section):
    """Probability with which an element is dropped during training."""

    input: NonNegativeFloat = Field(0.0, lt=1, description="of the window vector x")
    hidden: Rate | list[Rate] = Field(
        0.5, description="of the hidden layer h; a list has the probability of each layer"
    )

    def all_of(self, layers: int) -> list[float]:
        """Return the rates of x and of the h of each layer."""
        of_layers = self.hidden if isinstance(self.hidden, list) else [self.hidden] * layers
        return [self.input, *of_layers]


class RegularizationSettings(Section):
    """What keeps the network from learning the training data by heart."""

    l2: NonNegativeFloat = Field(0.0, description="lambda in lambda/2 (||W||^2 + ||U||^2)")
    l1: NonNegativeFloat = Field(0.0, description="lambda in lambda (|W| + |U|)")
    dropout: DropoutSettings = DropoutSettings()
    word_dropout: NonNegativeFloat = Field(
        0.0, lt=1, description="probability with which a training word becomes unknown"
    )
    movement_dropout: float = Field(
        0.0,
        ge=0,
        le=1,
        description="probability with which a fine-tuned vector is the pretrained one for a step, "
        "which teaches the network what to make of words that do not move",
    )
    adversarial: NonNegativeFloat = Field(
        0.0,
        description="length of the perturbation of the trained vectors and features of a batch, in "
        "the direction that raises the loss most, from which each step learns besides; takes twice "
        "the time; 0: none",
    )
    vectors: SerializeAsAny[VectorDecaySettings] = Field(
        NoDecaySettings(), description="what keeps fine-tuned vectors from going too far"
    )
