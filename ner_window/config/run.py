"""A whole config: what a run is made of."""

from __future__ import annotations

from pydantic import Field, NonNegativeInt, model_validator

from ner_window.config.data import DataSettings
from ner_window.config.embeddings import EmbeddingSettings
from ner_window.config.features import FeatureSettings
from ner_window.config.model import ModelSettings
from ner_window.config.regularization import RegularizationSettings
from ner_window.config.section import Section
from ner_window.config.text import TextSettings
from ner_window.config.training import TrainingSettings


class DebugSettings(Section):
    """Checks of the gradients, for those who change the model."""

    gradient_check: bool = Field(False, description="check the whole model before the first step")
    anomaly: bool = Field(False, description="stop at the operation that makes the first NaN")


class Config(Section):
    """A training run."""

    seed: NonNegativeInt = Field(1, description="decides all that is left to chance")
    data: DataSettings
    text: TextSettings = TextSettings()
    embeddings: EmbeddingSettings
    features: FeatureSettings = FeatureSettings()
    model: ModelSettings = ModelSettings()
    regularization: RegularizationSettings = RegularizationSettings()
    training: TrainingSettings = TrainingSettings()
    debug: DebugSettings = DebugSettings()

    @property
    def vector_learning_rate(self) -> float:
        """The initial learning rate of the vectors: their own, or that of the rest."""
        own = self.embeddings.learning_rate
        return self.training.learning_rate if own is None else own

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        decay = self.regularization.vectors
        if decay.moves_vectors and self.embeddings.trainable is False:
            raise ValueError("regularization.vectors has no effect on frozen vectors")
        if decay.needs_pretrained and self.embeddings.path is None:
            raise ValueError(f"regularization.vectors.name: {decay.name} needs pretrained vectors")
        if self.regularization.movement_dropout and (
            self.embeddings.trainable is False or self.embeddings.path is None
        ):
            raise ValueError(
                "regularization.movement_dropout has no effect where no pretrained vectors are "
                "fine-tuned (embeddings.path, embeddings.trainable)"
            )
        rates = self.regularization.dropout.hidden
        if isinstance(rates, list) and len(rates) != len(self.model.layers):
            raise ValueError(
                f"regularization.dropout.hidden lists {len(rates)} rates, but model.hidden has "
                f"{len(self.model.layers)} layers"
            )
        if self.data.dev is None and self.data.selection is None:
            self._check_without_selection()
        return self

    def _check_without_selection(self) -> None:
        """Raise ValueError for what needs held-out data to choose by."""
        if self.training.keep == "best":
            raise ValueError(
                "without data.dev, the best epoch is chosen on part of the training data "
                "(data.selection: {fraction: 0.1}), or the last one is kept (training.keep: last)"
            )
        if self.training.restarts > 1:
            raise ValueError(
                "without data.dev, the best of several training.restarts is chosen on part of the "
                "training data: data.selection: {fraction: 0.1}"
            )
