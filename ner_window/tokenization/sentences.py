"""The cut of a text into sentences, by the rules of a language."""

from __future__ import annotations

import re

WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")  # white space beyond ASCII
BLANK_LINE = re.compile(r"\n\s*\n")
HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")


def paragraph_ends(text: str) -> list[int]:
    """Return where blank lines end the paragraphs of a text."""
    return [match.end() for match in BLANK_LINE.finditer(text)]


def sentence_ends(text: str, language: str) -> list[int]:
    """Return where the sentences of a text end, by the rules of a language, such as ``en``."""
    from sentencex import get_sentence_boundaries

    # Where a no-break space stands before a full stop, the library panics: it cuts within bytes.
    text = WIDE_SPACE.sub(" ", text)
    try:
        boundaries = get_sentence_boundaries(language, text)
    except UnicodeEncodeError:
        boundaries = get_sentence_boundaries(language, HALF_CHARACTER.sub("\ufffd", text))
    return [boundary["end_index"] for boundary in boundaries if not boundary["text"].isspace()]
