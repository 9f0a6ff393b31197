"""The section ``training.augment``: sentences in other cases, and with noise, to learn from."""

from __future__ import annotations

from pydantic import Field, model_validator

from ner_window.config.section import Section

FAMILIES = (
    ("sentence", ("lower", "upper", "title")),
    ("word", ("swapped", "dropped", "doubled")),
    ("mark", ("lost_punctuation", "changed_punctuation")),
)


class AugmentSettings(Section):
    """What is perturbed of the training text, drawn anew for each epoch."""

    lower: float = Field(0.0, ge=0, le=1, description="share of sentences in small letters")
    upper: float = Field(0.0, ge=0, le=1, description="share of sentences in capitals")
    title: float = Field(
        0.0, ge=0, le=1, description="share of sentences with every word capitalized"
    )
    swapped: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of words (of four letters or more, here and in the next two) with two "
        "neighboring letters swapped",
    )
    dropped: float = Field(0.0, ge=0, le=1, description="share of words that lack a letter")
    doubled: float = Field(
        0.0, ge=0, le=1, description="share of words in which a letter stands twice"
    )
    lost_punctuation: float = Field(
        0.0, ge=0, le=1, description="share of punctuation marks, outside of entities, left out"
    )
    changed_punctuation: float = Field(
        0.0, ge=0, le=1, description="share of those marks that become others of their kind"
    )

    @property
    def rates(self) -> dict[str, float]:
        """The rates above 0, by the name of the perturbation."""
        return {name: rate for name, rate in self if rate}

    @model_validator(mode="after")
    def _at_most_all(self) -> AugmentSettings:
        for noun, keys in FAMILIES:
            if sum(getattr(self, key) for key in keys) > 1:
                raise ValueError(
                    f"a {noun} is perturbed in one way at most: the rates {', '.join(keys)} sum to "
                    "more than 1"
                )
        return self
