"""An explanation as one self-contained page: the answer, what it hangs on, the arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from ner_window.explanation.answer_sections import answer_meaning, answer_text, next_text, reading
from ner_window.explanation.explanation import Explanation
from ner_window.explanation.notation import notation
from ner_window.explanation.section import Bar, Formula, SectionTable
from ner_window.explanation.sections import answer_sections, arithmetic_sections
from ner_window.pages.figures import MINUS
from ner_window.pages.rendering import rendered

TEMPLATE = Path(__file__).parent / "explanation.html"
WIDE = 30  # characters: a cell that is to have room
NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # within HTML an SVG needs none


def as_page(shown: Explanation, ran: Sequence[str] = ()) -> bytes:
    """Return the page, in UTF-8.

    ``ran`` says what was run, in a few words each. Raises InputError where jinja2 is not installed.
    """
    radius = shown.places[-1].offset
    first = answer_sections(shown)
    page = rendered(
        TEMPLATE,
        title=f"{shown.tokens[shown.position]}: {reading(shown.answer.type)}",
        shown=shown,
        window=range(shown.position - radius, shown.position + radius + 1),
        answer=answer_text(shown),
        next=next_text(shown.answer),
        meaning=answer_meaning(shown),
        ran_facts=ran,
        first=first,
        links={section.name: section.title for section in first}
        | {"arithmetic": "The arithmetic", "graph": "The computation graph"},
        arithmetic=arithmetic_sections(shown),
        graph=Markup(shown.drawing.replace(NAMESPACE, "")),  # it escapes what it writes
        classes=_classes,
        is_bar=lambda cell: isinstance(cell, Bar),
        written=_written,
    )
    return page.encode("utf-8")


def _written(text: str, is_number: bool = False) -> str:
    """Return a piece of text as HTML, or as text that is still to be escaped."""
    if isinstance(text, Formula):
        return notation(text)
    return text.replace("-", MINUS) if is_number else text


def _classes(table: SectionTable) -> dict[str, str]:
    """Return the class of each column, by its heading."""
    looks = {}
    for column, *cells in zip(table.columns, *table.rows, strict=True):
        is_wide = any(isinstance(cell, str) and len(cell) > WIDE for cell in cells)
        looks[column.head] = "" if column.is_number else "text" if is_wide else "left"
    return looks
