"""The choices of ``model.head``: what the network is asked for, and by which loss."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ner_window.config.variant import Variant


class HeadSettings(Variant):
    """What the network says of a token, and the loss that it learns by."""

    noun, plural, is_plain = "head", "heads", True

    scores_sequences: ClassVar[bool] = False
    """Whether it scores the tags of a sentence as a whole: their best path is all that counts."""
    compares_windows: ClassVar[bool] = False
    """Whether it learns from single windows beside others."""

    @property
    def only_type(self) -> str | None:
        """The one type of entity that it finds, None where it finds all."""
        return None


class SoftmaxHeadSettings(HeadSettings):
    """A tag for each token, by cross-entropy."""

    name: Literal["softmax"] = "softmax"


class SentenceHeadSettings(HeadSettings):
    """The tags of a whole sentence, with learned transitions, by the sentence's likelihood."""

    scores_sequences = True

    name: Literal["sentence"] = "sentence"


class OneTypeHeadSettings(HeadSettings):
    """Whether a token is of one type of entity."""

    target: str = Field(description="the type of entity that it finds")

    @property
    def only_type(self) -> str:
        return self.target


class BinaryHeadSettings(OneTypeHeadSettings):
    """Whether a token is of one type of entity, by logistic loss."""

    name: Literal["binary"] = "binary"


class MarginHeadSettings(OneTypeHeadSettings):
    """Whether a token is of one type of entity, by hinge loss against corrupted windows."""

    compares_windows = True

    name: Literal["margin"] = "margin"
    corruption: Literal["center", "window"] = Field(
        "center",
        description="what a true window is compared with: the same window with another word at its "
        "center, or another window",
    )
