"""What of an output may differ between two runs of the same code, and what a page says.

Only times, dates, memory and places are hidden: everything else has to be equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

TIMED_KEYS = "seconds|tokens_per_second|peak_memory_mb|started|date"
MASKS = [
    # "seconds": 0.09, of JSON and of YAML
    (re.compile(rf"""("?\b(?:{TIMED_KEYS})"?: ?)("[^"]*"|'[^']*'|[^\s,}}]+)"""), r"\1<time>"),
    # of this century, so that the dates of the news in the sample stay
    (re.compile(r"\b20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?"), "<date>"),
    (re.compile(r"\b[\d,]+(?:\.\d+)?(?= (?:tokens/s|tokens a second|tokens per second)\b)"), "<n>"),
    (re.compile(r"\b[\d,.]+(?:e[+-]\d+)? (?:s|min|h|seconds|minutes|hours)\b"), "<time>"),
    (re.compile(r"(?<=Peak memory\n)[\d,]+ MB"), "<memory>"),
]

# Members of an ensemble are trained side by side: who is done first is left to chance.
AS_THEY_COME = re.compile(r"(?:^member-\d+ is trained.*\n)+", re.MULTILINE)

INLINE_NAMES = """
a abbr b bdi cite code data dfn em font i kbd mark q s samp small span strong sub sup time tspan u
var wbr
"""
INLINE = frozenset(INLINE_NAMES.split())
HIDDEN = frozenset({"script", "style", "template"})


def masked(text: str, places: Mapping[str, str]) -> str:
    """Return a text without times and dates, and with names instead of ``places``."""
    for place in sorted(places, key=len, reverse=True):  # /a/b before /a
        text = text.replace(place, places[place])
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return AS_THEY_COME.sub(lambda found: "".join(sorted(found[0].splitlines(True))), text)


def visible_text(page: str) -> str:
    """Return what a page of HTML or SVG says, a line for each block of it.

    Which elements inside of a line carry the words makes no difference, nor does white space.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\0"))
    return "".join(f"{line}\n" for line in lines if line)


class _Reader(HTMLParser):
    """Gathers text; a NUL stands where a block starts or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in HIDDEN
        self._block(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in HIDDEN
        self._block(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)

    def _block(self, tag: str) -> None:
        if tag not in INLINE:
            self.parts.append("\0")
