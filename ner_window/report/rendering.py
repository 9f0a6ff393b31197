"""Filling in the templates of pages; whatever comes from a corpus or a config is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ner_window.evaluation.breakdown import interval_text

TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, **content: object) -> str:
    """Return a page."""
    return _environment().get_template(template).render(content)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
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
        figure="{:.3g}".format,
        tokens="{:,.0f}".format,
    )
    return environment


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _share(value: float) -> str:
    """Return a share in percent, never rounded to none or all."""
    if value < 0.005:
        return "under 1%"
    return "over 99%" if value >= 0.995 else f"{value:.0%}"
