"""What is tagged by what, for formats that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Assignment:
    """The names of a model and of files to tag, and the types of the entities that it finds.

    Of a model without confidences, ``has_confidences`` is False. Entities below ``min_confidence``
    are left out.
    """

    model: str
    types: Sequence[str]
    has_confidences: bool
    min_confidence: float
    files: Sequence[str]
