"""Formulas as HTML: what terminals write in a line gets its indices and exponents."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

REPLACED = (
    (re.compile(r" in R\^(\d+)"), " \N{ELEMENT OF} \N{DOUBLE-STRUCK CAPITAL R}<sup>\\1</sup>"),
    (re.compile(r"\bin R\^(\d+)"), "\N{ELEMENT OF} \N{DOUBLE-STRUCK CAPITAL R}<sup>\\1</sup>"),
    (re.compile(r"\^\(([^()]*)\)"), r"<sup>\1</sup>"),
    (re.compile(r"\^(\w+)"), r"<sup>\1</sup>"),
    (re.compile(r"\b(d?[A-Za-z])_?(\d+)\b"), r"\1<sub>\2</sub>"),
    (re.compile(r"\b(d?[A-Za-z]|sum)_(\w)_?(\w*)"), r"\1<sub>\2\3</sub>"),
    (re.compile(r"(?<=[\s(=])-(?=[\d\s(a-z])|^-"), "\N{MINUS SIGN}"),
    (re.compile("&gt;="), "\N{GREATER-THAN OR EQUAL TO}"),
    (re.compile("&lt;="), "\N{LESS-THAN OR EQUAL TO}"),
)


def notation(formula: str) -> Markup:
    """Return ``h^2``, ``W2``, ``s_t`` and ``x in R^290`` as a book has them."""
    text = str(escape(formula))
    for pattern, replacement in REPLACED:
        text = pattern.sub(replacement, text)
    return Markup(text)
