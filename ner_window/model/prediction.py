"""What a model finds in sentences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import Scheme


@dataclass(frozen=True)
class Prediction:
    """The entities of some sentences: ``spans`` of tokens and the ``confidences`` (spans,) of them.

    ``tags`` (tokens,) are those of the scheme that the model was trained in. Confidences are None
    where the model has none, or where nobody asked for them.
    """

    tags: Strings
    spans: Spans
    confidences: FloatArray | None = None

    def tags_in(self, scheme: Scheme) -> Strings:
        """Return the tag of each token, in another scheme."""
        return self.spans.tags(len(self.tags), scheme)

    def of_confidence(self, least: float) -> Prediction:
        """Return the prediction without the entities that are less sure."""
        if self.confidences is None:
            return self
        is_sure = self.confidences >= least
        return Prediction(self.tags, self.spans.subset(is_sure), self.confidences[is_sure])

    def of_types(self, types: Collection[str]) -> Prediction:
        """Return the prediction without the entities of other types."""
        confidences = self.confidences
        if confidences is not None:
            is_wanted = np.array([name in types for name in self.spans.names], bool)
            confidences = confidences[is_wanted[self.spans.types]]
        return Prediction(self.tags, self.spans.of_types(types), confidences)
