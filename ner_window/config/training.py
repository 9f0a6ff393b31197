"""The section ``training``: how the weights are learned."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt, SerializeAsAny, model_validator

from ner_window.config.optimizers import AdamSettings, OptimizerSettings
from ner_window.config.schedules import LinearScheduleSettings, ScheduleSettings
from ner_window.config.section import Section


class TrainingSettings(Section):
    """How long, in which steps and by which rule the weights are learned."""

    epochs: PositiveInt = Field(12, description="passes over the training data, at most")
    batch_size: PositiveInt | None = Field(
        None,
        description="in a mini-batch: windows (null: 256), with the head or the context "
        "sentence sentences (32), with the contexts document and both documents (2)",
    )
    optimizer: SerializeAsAny[OptimizerSettings] = Field(
        AdamSettings(),
        description="how the weights follow their gradients",
    )
    learning_rate: PositiveFloat = Field(
        0.001, description="initial learning rate; `ner-window find-lr` suggests one"
    )
    schedule: SerializeAsAny[ScheduleSettings] = Field(
        LinearScheduleSettings(), description="how the learning rate changes"
    )
    clip_norm: PositiveFloat | None = Field(
        None, description="largest norm of the gradient of all parameters; null: any"
    )
    keep: Literal["best", "last"] = Field(
        "best", description="the weights that are kept: of the epoch with the best F1, or the last"
    )
    patience: PositiveInt | None = Field(
        None, description="epochs without a better F1 before training stops; null: it does not"
    )
    restarts: PositiveInt = Field(
        1, description="trainings from different initial weights; the best one is kept"
    )
    ensemble: PositiveInt = Field(
        1,
        description="networks, trained in parallel from different initial weights, whose scores "
        "are averaged",
    )

    @model_validator(mode="after")
    def _consistent(self) -> TrainingSettings:
        if self.patience is not None and self.keep == "last":
            raise ValueError("with `patience` the best weights are kept: `keep: last` contradicts")
        if self.restarts > 1 and self.ensemble > 1:
            raise ValueError("`restarts` keep one network, an `ensemble` keeps all: choose one")
        return self
