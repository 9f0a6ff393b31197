"""An explanation as one self-contained page: the sections of the report, and the graph as SVG."""

from __future__ import annotations

from importlib.resources import files

from ner_window.errors import InputError
from ner_window.explanation.explanation import Explanation
from ner_window.explanation.sections import heading, sections

TEMPLATE = "explanation.html"
NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # within HTML an SVG needs none


def as_page(shown: Explanation) -> bytes:
    """Return the page, in UTF-8. Raises InputError where jinja2 is not installed."""
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError:
        raise InputError(
            "a page needs jinja2, which is missing; pip install 'ner-window[report]' brings it"
        ) from None
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(template_text()).render(
        heading=heading(shown),
        sections=sections(shown),
        drawing=Markup(shown.drawing.replace(NAMESPACE, "")),  # it escapes what it writes
    )
    return page.encode("utf-8")


def template_text() -> str:
    """Return the template, which ships beside this file."""
    return files(__package__).joinpath(TEMPLATE).read_text("utf-8")
