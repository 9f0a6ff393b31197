"""The section ``model``: the network and how its scores are decoded."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveInt, SerializeAsAny, field_validator, model_validator

from ner_window.config.contexts import ContextSettings, WindowContextSettings
from ner_window.config.heads import HeadSettings, SoftmaxHeadSettings
from ner_window.config.nonlinearities import NonlinearitySettings, TanhSettings
from ner_window.config.section import Section


class ModelSettings(Section):
    """The window network and how its scores are decoded."""

    moved = {  # noqa: RUF012 (pydantic has it as a class variable)
        "target": ("head", "target"),
        "corruption": ("head", "corruption"),
        "context_after": ("context", "after"),
    }

    head: SerializeAsAny[HeadSettings] = Field(
        SoftmaxHeadSettings(), description="what is found, and by which loss it is learned"
    )
    context: SerializeAsAny[ContextSettings] = Field(
        WindowContextSettings(), description="what h is joined by"
    )
    window: PositiveInt = Field(5, description="tokens in a window, the center one included; odd")
    hidden: PositiveInt | list[PositiveInt] = Field(
        100, description="units of the hidden layer, or of each of several"
    )
    nonlinearity: SerializeAsAny[NonlinearitySettings] = Field(
        TanhSettings(), description="f in h = f(W x + b)"
    )
    initializer: Literal[
        "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "uniform", "normal"
    ] = Field("xavier_uniform", description="of W and U; biases start at zero")
    decode: Literal["viterbi", "argmax"] = Field(
        "viterbi", description="best legal tag sequence, or best tag of each token"
    )

    @field_validator("window")
    @classmethod
    def _odd(cls, window: int) -> int:
        if window % 2 == 0:
            raise ValueError(f"a window has a center token, so its size is odd, not {window}")
        return window

    @field_validator("hidden")
    @classmethod
    def _some(cls, hidden: int | list[int]) -> int | list[int]:
        if hidden == []:
            raise ValueError("a network has one hidden layer at least")
        return hidden

    @property
    def layers(self) -> list[int]:
        """The units of each hidden layer."""
        return self.hidden if isinstance(self.hidden, list) else [self.hidden]

    @property
    def joined_layer(self) -> int | None:
        """The number of the layer that the context joins, None where it is the window alone."""
        return self.context.joined_layer(len(self.layers))

    @model_validator(mode="after")
    def _consistent(self) -> ModelSettings:
        head, layers = self.head, len(self.layers)
        if head.compares_windows and self.joined_layer is not None:
            raise ValueError(f"the head {head.name} compares single windows: its context is window")
        if self.joined_layer is not None and self.joined_layer > layers:
            raise ValueError(
                f"`context.after` is {self.joined_layer}, but there are {layers} hidden layers"
            )
        if head.scores_sequences and self.decode == "argmax":
            raise ValueError(
                f"the head {head.name} is decoded by viterbi: it scores whole sequences"
            )
        return self
