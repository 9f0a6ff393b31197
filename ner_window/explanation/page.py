"""An explanation as one self-contained page: the sections of the report, and the graph as SVG."""

from __future__ import annotations

from pathlib import Path

from ner_window.explanation.explanation import Explanation
from ner_window.explanation.sections import heading, sections
from ner_window.pages.rendering import rendered

TEMPLATE = Path(__file__).parent / "explanation.html"
NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # within HTML an SVG needs none


def as_page(shown: Explanation) -> bytes:
    """Return the page, in UTF-8. Raises InputError where jinja2 is not installed."""
    page = rendered(
        TEMPLATE,
        title=heading(shown),
        sections=sections(shown),
        graph=shown.drawing.replace(NAMESPACE, ""),
    )
    return page.encode("utf-8")
