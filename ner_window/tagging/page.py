"""Tagged text as a page. It is written while the text is read, so that it needs no template."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ner_window.pages.base import around
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found

STYLE = Path(__file__).parent / "page.css"
HUES = (210, 25, 130, 280, 175, 330, 55, 245)


def page_around(types: Sequence[str]) -> tuple[str, str]:
    """Return the page before and after its paragraphs; each type of entity has a color."""
    names = [escape(name) for name in types]
    colors = [
        f'mark[data-type="{name}"] {{ --hue: {HUES[number % len(HUES)]}; }}\n'
        for number, name in enumerate(names)
    ]
    legend = "".join(f'<li><mark data-type="{name}">{name}</mark></li>' for name in names)
    return around(
        title="Entities",
        header=f'<ul class="legend" aria-label="Types of entities">{legend}</ul>',
        own_style=STYLE.read_text("utf-8") + "".join(colors),
        footer="<footer><p>Tagged by ner-window.</p></footer>",
    )


def paragraph(piece: Piece, found: Sequence[Found]) -> str:
    """Return a piece with its entities marked, nothing where it has no tokens."""
    parts = ["<p>"]
    position = 0
    for entity in found:
        start, end = piece.tokens.extent(entity.first, entity.last)
        sure = "" if entity.confidence is None else f' title="{entity.confidence:.2f}"'
        parts.append(escape(piece.text[position:start]))
        parts.append(f'<mark data-type="{escape(entity.label)}"{sure}>')
        parts.append(f"{escape(piece.text[start:end])}<b>{escape(entity.label)}</b></mark>")
        position = end
    parts.append(f"{escape(piece.text[position:])}</p>\n")
    return "".join(parts) if piece.tokens.token_count else ""
