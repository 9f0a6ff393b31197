"""The lookup table of a feature: its values, numbered by row.

The values that training shows more than once get a row, all others share the row *unknown*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import compress
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Categorical
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.features.feature import Feature, feature_class

RESERVED_VALUES = ("<padding>", "<unknown>")
UNKNOWN_VALUE = 1
LEAST_COUNT = 2


class FeatureTable:
    """A feature with the values that have rows of their own: the rows of its lookup table.

    ``values`` are in the order of the rows, the two reserved ones first.
    """

    def __init__(self, feature: Feature, values: Sequence[str]) -> None:
        self.feature = feature
        self.values = list(values)
        self._row = {value: row for row, value in enumerate(self.values)}

    @classmethod
    def of_training(cls, feature: Feature, *texts: Tokens) -> FeatureTable:
        """Return the table of the values that training shows more than once, in any text."""
        seen: set[str] = set()
        for text in texts:
            column = feature.column_of(text.normalized)
            is_seen = column.counts() >= LEAST_COUNT
            seen.update(compress(column.categories, is_seen))
        return cls(feature, [*RESERVED_VALUES, *sorted(seen)])

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> FeatureTable:
        """Return the table that ``stored`` describes.

        Raises KeyError, TypeError or ValueError where that is not what :meth:`stored` gave,
        InputError where the kind of feature is not known.
        """
        feature = TypeAdapter(feature_class(stored["kind"])).validate_python(stored["settings"])
        return cls(feature, stored["values"])

    def stored(self) -> dict[str, Any]:
        """Return what a model folder keeps of the table, as plain values."""
        settings = asdict(self.feature)  # type: ignore[call-overload]
        return {"kind": self.feature.kind, "settings": settings, "values": self.values}

    @property
    def name(self) -> str:
        """The name of the feature."""
        return self.feature.name

    def __len__(self) -> int:
        return len(self.values)

    def encode(self, text: Tokens) -> Categorical[IntArray]:
        """Return the row of each token's value, as a column."""
        column = self.feature.column_of(text.normalized)
        rows = (self._row.get(value, UNKNOWN_VALUE) for value in column.categories)
        return Categorical(np.fromiter(rows, np.int32, len(column.categories)), column.codes)
