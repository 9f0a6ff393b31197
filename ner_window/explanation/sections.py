"""The sections of an explanation, in their order."""

from __future__ import annotations

from ner_window.explanation.answer_sections import scores, without
from ner_window.explanation.backward_sections import backward, reaching, rows, step
from ner_window.explanation.explanation import Explanation
from ner_window.explanation.forward_sections import forward, loss, window
from ner_window.explanation.section import Section


def answer_sections(shown: Explanation) -> list[Section]:
    """Return what the answer hangs on, and the scores of the tags."""
    return [without(shown), scores(shown)]


def arithmetic_sections(shown: Explanation) -> list[Section]:
    """Return the arithmetic, in the order of the way through the window and back."""
    parts = (window, forward, loss, backward, reaching, rows, step)
    return [part(shown) for part in parts]
