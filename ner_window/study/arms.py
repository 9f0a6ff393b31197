"""The arms of a study: what each does with the word vectors.

An arm is a section of a study's config: it says what it changes in the settings of the base config,
and what it is called on pages. One defined elsewhere can be named as soon as its class is there:

    class HalfRate(Arm):
        summary, phrase = "fine-tuned at half the rate", "vectors at half the rate"
        name: Literal["half_rate"] = "half_rate"

        def change(self, settings: Tree, given: Given) -> None:
            settings["embeddings"]["learning_rate"] = given.base.training.learning_rate / 2
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from ner_window.config import (
    Config,
    MappedUnseenSettings,
    NeighborsUnseenSettings,
    UnseenSettings,
    Variant,
)

ArmName = str
"""What an arm is called in configs and results."""

Tree = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """What an arm starts from: the base config, the pretrained vectors, the rest of the study.

    ``dimension`` and ``deviation`` are those of the vectors, ``movement_dropout`` is a rate.
    """

    base: Config
    dimension: int
    deviation: float
    anchor_strength: float
    movement_dropout: float
    frozen_epochs: int


class Arm(Variant):
    """What is done with the word vectors."""

    noun, plural, is_plain = "arm", "arms", True
    summary: ClassVar[str]
    """What describes it on pages."""
    label: ClassVar[str] = ""
    """What tables and plots on pages call it; its name, unless it says otherwise."""
    phrase: ClassVar[str]
    """What its vectors are called in a sentence."""
    is_far_off: ClassVar[bool] = False
    """Whether its results are so far from the others' that a plot of differences leaves it out."""

    @abstractmethod
    def change(self, settings: Tree, given: Given) -> None:
        """Change the settings of the base config, which are not checked as yet.

        Vectors with a learning rate of their own keep it where they move.
        """


class FrozenArm(Arm):
    """The vectors never change."""

    summary, phrase = "pretrained vectors, never changed", "frozen vectors"

    name: Literal["frozen"] = "frozen"

    def change(self, settings: Tree, given: Given) -> None:
        settings["embeddings"].update(trainable=False, learning_rate=None)


class FinetunedArm(Arm):
    """The vectors change."""

    summary, label = "pretrained vectors, changed by training", "fine-tuned"
    phrase = "fine-tuned vectors"

    name: Literal["finetuned"] = "finetuned"

    def change(self, settings: Tree, given: Given) -> None:
        settings["embeddings"]["trainable"] = True


class AnchoredArm(Arm):
    """The vectors are pulled back to their pretrained values."""

    summary = "fine-tuned, and pulled back towards their pretrained values"
    phrase = "anchored vectors"

    name: Literal["anchored"] = "anchored"

    def change(self, settings: Tree, given: Given) -> None:
        settings["embeddings"]["trainable"] = True
        decay = {"name": "anchor", "strength": given.anchor_strength}
        settings["regularization"]["vectors"] = decay


class MovementDropoutArm(Arm):
    """The vectors change, and are now and then taken back to their pretrained values."""

    summary = "fine-tuned, and now and then taken back to their pretrained values for a step"
    phrase = "vectors with movement dropout"

    name: Literal["movement_dropout"] = "movement_dropout"

    def change(self, settings: Tree, given: Given) -> None:
        settings["embeddings"]["trainable"] = True
        settings["regularization"]["movement_dropout"] = given.movement_dropout


class FollowingArm(Arm):
    """The vectors change, and words that training did not show follow their neighbors in it."""

    summary = "fine-tuned, and words that training did not show moved like their neighbors in it"
    label, phrase = "neighbors follow", "vectors whose neighbors follow"

    name: Literal["neighbors"] = "neighbors"

    def change(self, settings: Tree, given: Given) -> None:
        unseen = _as_in_base(given, NeighborsUnseenSettings())
        settings["embeddings"].update(trainable=True, unseen=unseen)


class MappedArm(Arm):
    """The vectors change, and words that training did not show are mapped after them."""

    summary = "fine-tuned, and words that training did not show moved by the map that fits the rest"
    phrase = "vectors with a map for the others"

    name: Literal["mapped"] = "mapped"

    def change(self, settings: Tree, given: Given) -> None:
        unseen = _as_in_base(given, MappedUnseenSettings())
        settings["embeddings"].update(trainable=True, unseen=unseen)


class DropoutAndNeighborsArm(Arm):
    """The vectors change with movement dropout, and words that training did not show follow."""

    summary = "fine-tuned with movement dropout, and new words moved like their neighbors"
    phrase = "vectors with movement dropout whose neighbors follow"

    name: Literal["dropout_and_neighbors"] = "dropout_and_neighbors"

    def change(self, settings: Tree, given: Given) -> None:
        MovementDropoutArm().change(settings, given)
        FollowingArm().change(settings, given)


class AfterEpochArm(Arm):
    """The vectors are frozen at first."""

    summary, label = "frozen at first, then fine-tuned", "unfrozen later"
    phrase = "vectors unfrozen later"

    name: Literal["after_epoch"] = "after_epoch"

    def change(self, settings: Tree, given: Given) -> None:
        settings["embeddings"]["trainable"] = {"after_epoch": given.frozen_epochs}


class ScratchArm(Arm):
    """The vectors start at random."""

    summary = "random vectors of the same dimension and spread, trained from there"
    label, phrase = "from scratch", "random vectors"
    is_far_off = True

    name: Literal["scratch"] = "scratch"

    def change(self, settings: Tree, given: Given) -> None:
        embeddings = given.base.embeddings
        settings["embeddings"].update(
            trainable=True,
            path=None,
            trust=False,
            saved="float32",
            dimension=embeddings.dimension or given.dimension,
            scale=embeddings.scale or given.deviation,
        )


def _as_in_base(given: Given, way: UnseenSettings) -> UnseenSettings:
    """Return a way with unseen words with the settings of the base config, where it has this."""
    own = given.base.embeddings.unseen
    return own if isinstance(own, type(way)) else way


def phrase_of(name: ArmName) -> str:
    """Return what the vectors of an arm are called in a sentence."""
    phrase: str = Arm.variants[name].phrase
    return phrase


def label_of(name: ArmName) -> str:
    """Return what an arm is called in tables and plots."""
    return Arm.variants[name].label or name.replace("_", " ")


class ArmPair(Protocol):
    """Two arms of which the one is subtracted from the other."""

    @property
    def one(self) -> ArmName:
        """What is subtracted."""

    @property
    def other(self) -> ArmName:
        """From what."""


def labels_of(pair: ArmPair) -> str:
    """Return what a difference is called: ``fine-tuned - frozen``."""
    return f"{label_of(pair.other)} - {label_of(pair.one)}"
