"""Filling in the templates of pages: the one place that knows jinja2.

Whatever is filled in is escaped, and a name that a template does not get is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ner_window.errors import InputError
from ner_window.pages.base import FOLDER, around
from ner_window.wording import interval_text, p_text

if TYPE_CHECKING:
    from jinja2 import Environment

EXTRA = ("jinja2", "matplotlib")  # templates, and the plots that most pages have


def rendered(template: Path, **content: object) -> str:
    """Return a page from a template, which extends ``base.html`` and sets, or gets, ``title``.

    It has the blocks ``own_style``, ``header``, ``main`` and ``footer`` to fill, and finds other
    templates beside itself, then beside this file (``macros.html``). Raises InputError where
    jinja2 is not installed.
    """
    if missing := missing_for_pages(("jinja2",)):
        raise InputError(f"a page needs {missing}")
    return _environment(template.parent).get_template(template.name).render(content)


def missing_for_pages(needed: Sequence[str] = EXTRA) -> str | None:
    """Return what is not installed, and how to install it; None where everything is there."""
    missing = [name for name in needed if find_spec(name) is None]
    if not missing:
        return None
    return f"{' and '.join(missing)}; install with: pip install 'ner-window[report]'"


@cache
def _environment(folder: Path) -> Environment:
    from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader(
            [DictLoader({"base.html": _base()}), FileSystemLoader([folder, FOLDER])]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        grouped="{:,}".format,
        percent=_percent,
        share=_share,
        interval=interval_text,
        p_value=p_text,
        figure="{:.3g}".format,
        tokens="{:,.0f}".format,
    )
    return environment


def _base() -> str:
    """Return the base as a template, with blocks where pages differ."""
    before, after = around(
        title="{{ title }}",
        header="{% block header %}{% endblock %}",
        own_style="{% block own_style %}{% endblock %}",
        footer="{% block footer %}<footer><p>Written by ner-window.</p></footer>{% endblock %}",
    )
    return f"{before}{{% block main %}}{{% endblock %}}{after}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _share(value: float) -> str:
    """Return a share in percent, never rounded to none or all."""
    if value < 0.005:
        return "under 1%"
    return "over 99%" if value >= 0.995 else f"{value:.0%}"
