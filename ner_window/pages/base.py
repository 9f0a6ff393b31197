"""The base of all pages: a skeleton with the shared style, filled in without any other package.

A page is this base and a content. Templates of jinja2 extend it under the name ``base.html``
(``rendering``); a page that is written while its content is read needs no more than ``around``.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent
CONTENT = "<!-- content -->"


def around(
    title: str, header: str, own_style: str, footer: str, sections: str = ""
) -> tuple[str, str]:
    """Return a page before and after its content. All that is handed in is HTML, or CSS.

    Parameters
    ----------
    title
        What the page is about: its title, and its first heading.
    header
        What stands between the heading and the content.
    own_style
        The rules of this kind of page; they come after the shared ones.
    footer
        What stands after the content.
    sections
        Links to the sections of the content: beside it on a wide screen, above it on a narrow one.
    """
    page = Template(_read("skeleton.html")).substitute(
        title=title,
        shared_style=shared_style(),
        own_style=own_style,
        header=header,
        sections=sections,
        content=CONTENT,
        footer=footer,
    )
    before, _, after = page.partition(f"{CONTENT}\n")
    return before, after


def shared_style() -> str:
    """Return the rules that all pages share."""
    return _read("style.css").rstrip()


def _read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")
