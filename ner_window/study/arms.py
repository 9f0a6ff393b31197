"""The arms of a study: what each does with the word vectors, as settings of a run."""

from __future__ import annotations

from typing import Any, Literal, get_args

from ner_window.config import Config

Arm = Literal["frozen", "finetuned", "anchored", "after_epoch", "scratch"]
ARMS: tuple[Arm, ...] = get_args(Arm)
NAMES: dict[Arm, str] = {
    "frozen": "frozen vectors",
    "finetuned": "fine-tuned vectors",
    "anchored": "anchored vectors",
    "after_epoch": "vectors unfrozen later",
    "scratch": "random vectors",
}
SUMMARIES: dict[Arm, str] = {
    "frozen": "pretrained vectors, never changed",
    "finetuned": "pretrained vectors, changed like every other weight",
    "anchored": "fine-tuned, and pulled back towards their pretrained values",
    "after_epoch": "frozen at first, then fine-tuned",
    "scratch": "random vectors of the same dimension and spread, trained from there",
}

Tree = dict[str, Any]


def arm_tree(arm: Arm, base: Config, anchor_strength: float, frozen_epochs: int) -> Tree:
    """Return the settings of an arm, on top of those of the base config, not yet checked.

    Vectors with a learning rate of their own keep it where they move.
    """
    tree = base.model_dump(by_alias=True)
    embeddings: Tree = tree["embeddings"]
    embeddings["trainable"] = _trainable(arm, frozen_epochs)
    embeddings["saved"] = "reference"
    if arm == "frozen":
        embeddings["learning_rate"] = None
    if arm == "anchored":
        decay = {"name": "anchor", "strength": anchor_strength}
        tree["regularization"]["vectors"] = decay
    if arm == "scratch":
        embeddings.update(path=None, trust=False, saved="float32")
    return tree


def _trainable(arm: Arm, frozen_epochs: int) -> bool | Tree:
    return {"after_epoch": frozen_epochs} if arm == "after_epoch" else arm != "frozen"
