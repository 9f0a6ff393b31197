"""The choices of ``embeddings.unseen``: what becomes of words that training did not show."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from ner_window.config.variant import Variant


class UnseenSettings(Variant):
    """What vector a word has that training did not show, once those of training have moved.

    e0 is the pretrained vector of a word, e its vector after training.
    """

    noun, plural, is_plain = "way with unseen words", "ways with unseen words", True

    needs_movement: ClassVar[bool] = True
    """Whether it rests on how far training words have moved."""


class PretrainedUnseenSettings(UnseenSettings):
    """Its pretrained vector, `e = e0`: it stays where it was."""

    needs_movement = False

    name: Literal["pretrained"] = "pretrained"


class NeighborsUnseenSettings(UnseenSettings):
    """It moves as the nearest training words did, `e = e0 + sum of w_k (e_k - e0_k)`.

    They are those with the largest cosine of pretrained vectors; the weights w_k are proportional
    to a power of it, negative ones counting as 0, and add up to 1.
    """

    name: Literal["neighbors"] = "neighbors"
    count: PositiveInt = Field(5, description="how many training words it follows")
    """Five have the best mean F1 on the far splits of CoNLL-2003 and WNUT-17, 0.1 before ten and
    0.2 before twenty: scripts/measure_remedies.py."""
    power: PositiveFloat = Field(4.0, description="of the cosine: larger, and the nearest decide")


class MappedUnseenSettings(UnseenSettings):
    """It moves by the linear map that fits the training words best, `e = e0 + A e0 + c`.

    A and c minimize the mean of |e - e0 - A e0 - c|^2 over the training words, plus ridge times the
    variance of the vectors times |A|^2. It is for study: neighbors mostly do better
    (docs/other-text.md, "What helps new words").
    """

    name: Literal["mapped"] = "mapped"
    ridge: PositiveFloat = Field(0.1, description="what keeps A small")
