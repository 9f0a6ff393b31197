"""What in a few lines of text says that they are CoNLL columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ner_window.corpora.conll import DOCUMENT_BORDER, split_columns
from ner_window.corpora.tags import OUTSIDE, is_tag

MOST_RAGGED = 0.1  # of the lines; a file with a slip is still one of columns
FEWEST_TAGGED = 2
FEWEST_BARE = 5  # lines; below, a full stop on a line of its own proves nothing
LONGEST_TOKEN = 12  # characters in the mean; lines of a language without spaces are longer
PUNCTUATION = frozenset(".,!?;:")


def column_evidence(lines: Sequence[str]) -> str | None:
    """Return how lines are columns, as in ``2 columns, tags in the last``, if they are.

    Nearly all lines have as many columns as the others. One column holds tags, both O and others
    where there are few lines; or the first holds a punctuation mark alone, which is a token.
    """
    rows = [columns for line in lines if (columns := split_columns(line)) and _is_token(columns)]
    if not rows:
        return None
    (width, count), *_ = Counter(map(len, rows)).most_common(1)
    if count < (1 - MOST_RAGGED) * len(rows):
        return None
    rows = [row for row in rows if len(row) == width]
    tagged = [column for column in range(width) if _are_tags([row[column] for row in rows])]
    if width > 1 and tagged:
        where = "the last" if width - 1 in tagged else f"column {tagged[-1]}"
        return f"{width} columns, tags in {where}"
    is_short = sum(len(row[0]) for row in rows) <= LONGEST_TOKEN * len(rows)
    if len(rows) >= FEWEST_BARE and is_short and any(row[0] in PUNCTUATION for row in rows):
        return "one token a line" if width == 1 else f"{width} columns, a token in each line"
    return None


def _is_token(columns: Sequence[str]) -> bool:
    return not columns[0].startswith("#") and columns[0] != DOCUMENT_BORDER


def _are_tags(values: Sequence[str]) -> bool:
    """Tell whether these are tags; few lines may end in a word that looks like one."""
    tags = [value for value in values if is_tag(value)]
    if len(values) < FEWEST_TAGGED or len(tags) < (1 - MOST_RAGGED) * len(values):
        return False
    return len(values) > FEWEST_TAGGED or (OUTSIDE in tags and len(set(tags)) > 1)
