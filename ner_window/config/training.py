"""The section ``training``: how the weights are learned."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PositiveFloat,
    PositiveInt,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from ner_window.config.augment import AugmentSettings
from ner_window.config.optimizers import AdamSettings, OptimizerSettings
from ner_window.config.schedules import LinearScheduleSettings, ScheduleSettings
from ner_window.config.section import Section

DEFAULT_BATCH_TOKENS = 32
FEWEST_EPOCHS, FEWEST_STEPS = 15, 5000  # where the config does not say how many epochs


class TrainingSettings(Section):
    """How long, in which steps and by which rule the weights are learned."""

    alternatives = ("batch_tokens", "batch_size")

    epochs: PositiveInt | None = Field(
        None,
        description=f"passes over the training data, at most; null: {FEWEST_EPOCHS}, or as many as "
        f"make {FEWEST_STEPS:,} steps where that is more",
    )
    batch_tokens: Annotated[
        PositiveInt | None, WithJsonSchema({"type": "integer", "exclusiveMinimum": 0})
    ] = Field(
        DEFAULT_BATCH_TOKENS,
        description="tokens in a mini-batch; where the head or the context looks at sentences or "
        "documents, about so many in whole ones, and a document that has more is taken in parts",
    )
    batch_size: PositiveInt | None = Field(
        None,
        description="in place of `batch_tokens`: how many windows a mini-batch has (null: 256), "
        "with the head or the context sentence how many sentences (32), with the contexts document "
        "and both how many documents (2)",
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
    augment: AugmentSettings = AugmentSettings()
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

    def epochs_of(self, steps: int) -> int:
        """Return how many epochs of so many steps there are, at most."""
        return self.epochs or max(FEWEST_EPOCHS, -(-FEWEST_STEPS // steps))

    @model_validator(mode="before")
    @classmethod
    def _no_null_tokens(cls, tree: Any) -> Any:
        if isinstance(tree, dict) and tree.get("batch_tokens", 1) is None:
            raise ValueError("`batch_tokens` is a number, not null; for another unit: `batch_size`")
        return tree

    @model_serializer(mode="wrap")
    def _with_one_batch(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write the one size of a batch that is in force."""
        settings: dict[str, Any] = handler(self)
        del settings["batch_tokens" if self.batch_tokens is None else "batch_size"]
        return settings

    @model_validator(mode="after")
    def _consistent(self) -> TrainingSettings:
        if self.patience is not None and self.keep == "last":
            raise ValueError("with `patience` the best weights are kept: `keep: last` contradicts")
        if self.restarts > 1 and self.ensemble > 1:
            raise ValueError("`restarts` keep one network, an `ensemble` keeps all: choose one")
        return self
