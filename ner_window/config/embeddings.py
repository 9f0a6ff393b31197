"""The section ``embeddings``: the word vectors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt, SerializeAsAny, model_validator

from ner_window.config.paths import ConfigPath
from ner_window.config.section import Section
from ner_window.config.unseen import PretrainedUnseenSettings, UnseenSettings

RANDOM_SCALE = 0.1  # so that what is learned of a word soon outweighs what chance began with


class UnfreezingSettings(Section):
    """Vectors that are frozen at first."""

    after_epoch: PositiveInt = Field(description="the last epoch in which they are frozen")


class EmbeddingSettings(Section):
    """The word vectors."""

    path: ConfigPath | None = Field(
        None, description="pretrained vectors; without them, vectors start at random"
    )
    trust: bool = Field(
        False, description="read a pickle, as gensim saves vectors; it may run any code in it"
    )
    dimension: PositiveInt | None = Field(
        None, description="numbers in a vector, d; taken from the file where there is one"
    )
    scale: PositiveFloat | None = Field(
        0.5,
        description="standard deviation that the vectors are brought to, by default "
        f"{RANDOM_SCALE:g} where they start at random; null: as they are",
    )
    saved: Literal["float32", "float16", "reference"] = Field(
        "float32",
        description="what the model folder holds of pretrained vectors: a copy (float32), one at "
        "half precision (float16), or the hash of their file alone (reference), by which they are "
        "found among the converted vectors of the machine",
    )
    trainable: bool | UnfreezingSettings = Field(
        True,
        description="fine-tune the vectors (true), freeze them (false), or freeze them at first "
        "(a mapping)",
    )
    learning_rate: PositiveFloat | None = Field(
        None, description="learning rate of the vectors; null: that of the rest"
    )
    unseen: SerializeAsAny[UnseenSettings] = Field(
        PretrainedUnseenSettings(),
        description="what becomes of words that training did not show, once the others have moved",
    )

    misspelled: bool = Field(
        False,
        description="look up a word that neither training nor the vectors have as one that it "
        "becomes when two neighboring letters are swapped, a doubled one is taken out or, for a "
        "training word, a missing one is put in",
    )

    @model_validator(mode="before")
    @classmethod
    def _scaled_as_they_start(cls, tree: Any) -> Any:
        if isinstance(tree, dict) and tree.get("path") is None:
            return {"scale": RANDOM_SCALE, **tree}
        return tree

    @model_validator(mode="after")
    def _consistent(self) -> EmbeddingSettings:
        if self.path is None and self.dimension is None:
            raise ValueError(
                "give `path`, a file of vectors, or `dimension`, for vectors that start at random"
            )
        if self.learning_rate is not None and self.trainable is False:
            raise ValueError("`learning_rate` has no effect on frozen vectors (trainable: false)")
        if self.unseen.needs_movement and (self.path is None or self.trainable is False):
            raise ValueError(
                f"`unseen: {self.unseen.name}` has no effect: words follow the movement of "
                "pretrained vectors, and there "
                + ("are none" if self.path is None else "is none (trainable: false)")
            )
        return self
