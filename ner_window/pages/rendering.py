"""Filling in the templates of pages: the one place that knows jinja2.

Whatever is filled in is escaped, and a name that a template does not get is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ner_window.errors import InputError
from ner_window.pages.base import FOLDER, around
from ner_window.pages.figures import (
    hundredths_figure,
    interval_figure,
    p_figure,
    percent_figure,
    rounded_figure,
    share_figure,
    signed_figure,
)
from ner_window.wording import counted

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

FOOTER = '{% from "macros.html" import footer with context %}{{ footer() }}'
EXTRA = ("jinja2", "matplotlib")  # templates, and the plots that most pages have


def rendered(template: Path, **content: object) -> str:
    """Return a page from a template, which extends ``base.html`` and sets, or gets, ``title``.

    It has the blocks ``own_style``, ``header``, ``sections``, ``main`` and ``footer`` to fill, and
    finds other templates beside itself, then beside this file (``macros.html``, to be imported
    "with context": macros use the page's ``glossary``). Raises InputError where jinja2 is not
    installed.
    """
    if missing := missing_for_pages(("jinja2",)):
        raise InputError(f"a page needs {missing}")
    from ner_window.pages.glossary import Glossary  # needs the extra

    glossary = Glossary()
    content |= {"glossary": glossary, "term": glossary.term, "version": version("ner-window")}
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
        counted=counted,
        percent=percent_figure,
        signed=signed_figure,
        hundredths=hundredths_figure,
        share=share_figure,
        interval=interval_figure,
        p_value=p_figure,
        figure=rounded_figure,
        tokens="{:,.0f}".format,
        dotted=_dotted,
    )
    return environment


def _dotted(key: str) -> Markup:
    """Return the name of a setting, which may be parted after its dots and nowhere else."""
    from markupsafe import Markup

    return Markup(".<wbr>").join(key.split("."))


def _base() -> str:
    """Return the base as a template, with blocks where pages differ."""
    before, after = around(
        title="{{ title }}",
        header=_block("header"),
        sections=_block("sections"),
        own_style=_block("own_style"),
        footer=_block("footer", FOOTER),
    )
    return f"{before}{_block('main')}{after}"


def _block(name: str, content: str = "") -> str:
    return f"{{% block {name} %}}{content}{{% endblock %}}"
