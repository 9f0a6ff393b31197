"""The words that moved furthest, before and after, in the plane that shows most of them.

The plane is that of the first two principal components of their *pretrained* vectors, by singular
value decomposition; the tuned vectors are projected onto the same plane, so that an arrow between
the two shows movement and nothing else. Movement across the plane is not seen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ner_window.study.trained_words import TrainedWords

MOST_WORDS = 18
FEWEST_WORDS = 3  # fewer make no plane
Point = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """A word of a type, from where it was to where it is."""

    word: str
    type: str
    before: Point
    after: Point


@dataclass(frozen=True)
class Projection:
    """Arrows in a plane, which holds ``share`` (0 to 1) of the variance of the pretrained vectors.

    ``movement`` is the share (0 to 1) of the squared movement that lies in the plane.
    """

    arrows: list[Arrow]
    share: float
    movement: float

    def as_dict(self) -> dict[str, Any]:
        """Return all numbers as plain values, for JSON."""
        return asdict(self)


def projection(trained: TrainedWords) -> Projection | None:
    """Project the words that moved furthest; None where too few moved to make a plane."""
    words = trained.furthest(MOST_WORDS)
    if len(words) < FEWEST_WORDS:
        return None
    before, after = trained.before[words].astype(float), trained.after[words].astype(float)
    center = before.mean(axis=0)
    _, lengths, directions = np.linalg.svd(before - center, full_matrices=False)
    plane = directions[:2] * np.where(directions[:2].sum(axis=1, keepdims=True) < 0, -1, 1)
    starts, ends = (before - center) @ plane.T, (after - center) @ plane.T
    return Projection(
        arrows=[
            Arrow(trained.words[word], trained.types[word], (start[0], start[1]), (end[0], end[1]))
            for word, start, end in zip(words.tolist(), starts.tolist(), ends.tolist(), strict=True)
        ],
        share=_share(lengths[:2], lengths),
        movement=_share(ends - starts, after - before),
    )


def _share(part: np.ndarray[Any, Any], whole: np.ndarray[Any, Any]) -> float:
    """Return the share of the sum of squares, 0 of nothing."""
    total = float(np.square(whole).sum())
    return float(np.square(part).sum()) / total if total else 0.0
