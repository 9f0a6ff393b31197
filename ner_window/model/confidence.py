"""How sure a model is of an entity: what the number means, and how it is computed.

**A confidence is the probability that exactly these tokens are an entity of this type**: that it
starts at its first token, goes on to its last, and ends there. It is the share of all tag
sequences that are read as having this entity, each weighed by its probability.

- What sequences there are: those that the model can predict. With ``decode: viterbi`` they are the
  legal ones, whether the transitions are learned (sentence head) or are not (softmax head); with
  ``decode: argmax``, and with the heads of one type, every token has its tag by itself.
- What a sequence weighs: e^(sum of its scores and learned transitions, divided by the temperature
  of the model), which is fitted on what the epoch was chosen on and never changes a tag.
- How it is read: as the shared task's scorer does, see ``corpora.spans``. Where a scheme writes the
  end of an entity (iobes, bilou) one legal sequence of tags has it; with others what stands beside
  it counts, too.

Everybody asks here: tagging, evaluation, reports, explanations. Sources: the shares, Culotta and
McCallum 2004, section 3; the temperature, Guo et al. 2017, section 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import BoolArray, FloatArray, IntArray
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import OUTSIDE, split_tag, starts_span
from ner_window.model.tag_sequences import TagSequences

TOKENS_AT_ONCE = 1 << 16  # bounds the memory of the sums


@dataclass(frozen=True)
class _Reading:
    """What is read of k tags as an entity of one type, or as being in none.

    It has ``tags`` (m,), numbers of those that a token of it may have. ``enters`` (k + 1, m) tells
    after which tag it may start, ``stays`` (m, m) how it goes on, ``leaves`` (m, k + 1) before
    which tag it may end; row and column k are the borders of the sentence.
    """

    tags: IntArray
    enters: BoolArray
    stays: BoolArray
    leaves: BoolArray


class EntityProbabilities:
    """The probabilities of entities in sentences whose k tags are these, in the order of scores."""

    def __init__(self, tags: Sequence[str]) -> None:
        types = [split_tag(tag)[1] for tag in tags]
        around = [*tags, OUTSIDE]
        starts = np.array([[starts_span(left, right) for right in around] for left in around])
        self._entities = {
            name: _entity_reading(np.flatnonzero([name == of_tag for of_tag in types]), starts)
            for name in set(types) - {""}
        }
        outside = np.flatnonzero([tag == OUTSIDE for tag in tags])
        k, m = len(tags), len(outside)
        self._outside = _Reading(
            outside, np.ones((k + 1, m), bool), np.ones((m, m), bool), np.ones((m, k + 1), bool)
        )

    def of_spans(
        self,
        scores: FloatArray,
        spans: Spans,
        lengths: IntArray,
        transitions: FloatArray | None,
    ) -> FloatArray:
        """Return the probability of each span, (spans,): that it is an entity of its type.

        It is 0 for a type that the tags do not have.

        Parameters
        ----------
        scores
            Those of all tags, (tokens, k).
        spans
            The entities that are asked for.
        lengths
            How many tokens each sentence has, (sentences,).
        transitions
            Added for each pair of neighbors, (k + 1, k + 1), minus infinity where a pair is
            illegal; row k is the start of a sentence, column k its end. None where the tags of the
            tokens are independent.
        """
        readings = [self._entities.get(name) for name in spans.names]
        return _shares(scores, spans, lengths, transitions, readings)

    def of_none(
        self,
        scores: FloatArray,
        spans: Spans,
        lengths: IntArray,
        transitions: FloatArray | None,
    ) -> FloatArray:
        """Return the probability of each span, (spans,), that none of its tokens is in an entity.

        Parameters as :meth:`of_spans` has them.
        """
        readings = [self._outside] * len(spans.names)
        return _shares(scores, spans, lengths, transitions, readings)


def _shares(
    scores: FloatArray,
    spans: Spans,
    lengths: IntArray,
    transitions: FloatArray | None,
    readings: Sequence[_Reading | None],
) -> FloatArray:
    """Return how much of all sequences is read so, by type. Other sentences are left out."""
    shares, of_span = np.zeros(len(spans)), spans.sentences
    if len(spans) == 0:
        return shares
    for sentences in _blocks(np.unique(of_span), lengths):
        is_kept = np.zeros(len(lengths), bool)
        is_kept[sentences] = True
        tokens, asked = np.repeat(is_kept, lengths), np.flatnonzero(is_kept[of_span])
        sequences = TagSequences.of(scores[tokens], lengths[sentences], transitions)
        number = np.cumsum(tokens) - 1
        extents = _Extents.of(
            sequences,
            number[spans.starts[asked]],
            number[spans.ends[asked] - 1],
            np.cumsum(lengths[sentences]),
        )
        for type_, reading in enumerate(readings):
            members = spans.types[asked] == type_
            if reading is not None and members.any():
                shares[asked[members]] = _share(sequences, extents.subset(members), reading)
    return np.minimum(shares, 1.0)


def _entity_reading(tags: IntArray, starts: BoolArray) -> _Reading:
    """Return how the tags of one type are read; ``starts`` tells which pairs begin an entity."""
    goes_on = ~starts
    goes_on[:, -1] = False
    is_other = np.ones(len(starts), bool)
    is_other[tags] = False
    leaves = starts[tags] | is_other
    return _Reading(tags, starts[:, tags], goes_on[np.ix_(tags, tags)], leaves)


def _blocks(sentences: IntArray, lengths: IntArray) -> Iterator[IntArray]:
    """Yield sentences (n,), some thousands of tokens at a time."""
    places = np.cumsum(lengths[sentences]) // TOKENS_AT_ONCE
    yield from np.split(sentences, np.flatnonzero(np.diff(places)) + 1)


@dataclass(frozen=True)
class _Extents:
    """Where n entities are: ``first`` and ``last`` token, and what stands beside them.

    ``before`` (n, k + 1) is alpha of the token before the first, ``after`` (n, k + 1) the weights
    of what may come from the one after the last on; column k is the border of the sentence.
    """

    first: IntArray
    last: IntArray
    before: FloatArray
    after: FloatArray

    @classmethod
    def of(
        cls, sequences: TagSequences, first: IntArray, last: IntArray, sentence_ends: IntArray
    ) -> _Extents:
        """Look up what stands beside; ``sentence_ends`` are one past the last tokens."""
        before, after = (np.zeros((len(first), len(sequences.steps))) for _ in range(2))
        sentence = np.searchsorted(sentence_ends, first, side="right")
        is_inner = ~np.isin(first, np.append(0, sentence_ends))
        before[~is_inner, -1] = 1
        before[is_inner, :-1] = sequences.alpha[sequences.row[first[is_inner] - 1]]
        is_inner = last + 1 != sentence_ends[sentence]
        following = sequences.row[last[is_inner] + 1]
        after[~is_inner, -1] = sequences.ending[sentence[~is_inner]]
        after[is_inner, :-1] = sequences.emitted[following] * sequences.beta[following]
        return cls(first, last, before, after)

    def subset(self, is_member: BoolArray) -> _Extents:
        """Return those for which ``is_member`` (n,) is true."""
        return _Extents(
            self.first[is_member],
            self.last[is_member],
            self.before[is_member],
            self.after[is_member],
        )


def _share(sequences: TagSequences, extents: _Extents, reading: _Reading) -> FloatArray:
    """Return the weight of the sequences that are read so at each place, (n,)."""
    tags, steps = reading.tags, sequences.steps
    order = np.argsort(extents.first - extents.last, kind="stable")  # longest first
    first, sizes = extents.first[order], (extents.last - extents.first)[order]

    def emitted(count: int, place: int) -> FloatArray:
        """Return e^score of the tags at a place of the first entities, (count, tags)."""
        rows = sequences.row[first[:count] + place]
        weights: FloatArray = sequences.emitted[rows[:, np.newaxis], tags]
        return weights

    sums = (extents.before[order] @ (steps[:, tags] * reading.enters)) * emitted(len(order), 0)
    stays = steps[np.ix_(tags, tags)] * reading.stays
    for place in range(1, int(sizes.max()) + 1):
        count = int(np.searchsorted(-sizes, -place, side="right"))
        sums[:count] = (sums[:count] @ stays) * emitted(count, place)
    shares = np.empty(len(sums))
    leaves = steps[tags] * reading.leaves
    shares[order] = ((sums @ leaves) * extents.after[order]).sum(axis=1)
    return shares
