"""A sentence with entities marked by several sides: what annotators say, and what models say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import Spans


@dataclass(frozen=True)
class Label:
    """An entity at a segment of a sentence; ``name`` is empty where the segment goes on with it."""

    name: str
    confidence: float | None = None


@dataclass(frozen=True)
class Segment:
    """Neighboring tokens that each side has in the same entity, None outside of any."""

    text: str
    labels: list[Label | None]
    is_at_fault: bool

    @property
    def is_marked(self) -> bool:
        """Whether any side has an entity here."""
        return any(label is not None for label in self.labels)


@dataclass(frozen=True)
class Layer:
    """The entities of a side, and its confidence in each, (spans,), NaN or None where unknown."""

    spans: Spans
    confidences: FloatArray | None = None


def marked_segments(
    words: Strings, bounds: slice, layers: Sequence[Layer], *faults: tuple[int, int]
) -> Iterator[Segment]:
    """Yield a sentence cut where any entity starts or ends.

    Parameters
    ----------
    words
        Those of the text.
    bounds
        The place of the sentence in it.
    layers
        The sides, in the order of the labels.
    faults
        Start and end of the tokens that it is about, of each stretch of them.
    """
    cuts = {bounds.start, bounds.stop}
    for layer in layers:
        spans = layer.spans
        inside = (spans.starts < bounds.stop) & (spans.ends > bounds.start)
        ends = np.concatenate((spans.starts[inside], spans.ends[inside]))
        cuts |= set(ends.clip(bounds.start, bounds.stop).tolist())
    for start, end in pairwise(sorted(cuts)):
        yield Segment(
            text=" ".join(words.part(slice(start, end))),
            labels=[_label(layer, start) for layer in layers],
            is_at_fault=any(first <= start < last for first, last in faults),
        )


def _label(layer: Layer, start: int) -> Label | None:
    """Return what is to be written at a token of the span that covers it."""
    spans = layer.spans
    number = int(np.searchsorted(spans.starts, start, side="right")) - 1
    if number < 0 or spans.ends[number] <= start:
        return None
    if spans.starts[number] < start:
        return Label("")
    sure = np.nan if layer.confidences is None else float(layer.confidences[number])
    first = int(np.searchsorted(spans.starts, start))  # misaligned ones can share a token
    names = [spans.names[type_number] for type_number in spans.types[first : number + 1].tolist()]
    return Label(" ".join(names), None if np.isnan(sure) else sure)
