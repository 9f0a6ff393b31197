"""How a text with entities becomes sentences of tokens, and where its entities are among them.

Where a text is scored, its sentences and tokens come from the text alone, as when it is tagged. An
entity whose borders no tokens meet is *misaligned* then: nothing that is made of whole tokens can
be equal to it. Where a text is learned from, it may be cut at the borders of its entities, too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ner_window.tokenization.offsets import Offsets, bounded, split_at
from ner_window.tokenization.tokenizer import BY_RULES, Tokenizer


class TextEntity(NamedTuple):
    """An entity of a text, in characters."""

    start: int
    end: int
    label: str


class PlacedEntity(NamedTuple):
    """An entity of a text and the tokens that it touches: ``first`` to ``after`` - 1 of the text.

    ``is_aligned`` tells that it starts and ends where these do, within one sentence.
    """

    entity: TextEntity
    first: int
    after: int
    is_aligned: bool


@dataclass(frozen=True)
class CutText:
    """The sentences of a text, none of which is empty, and its entities, in their order.

    ``cuts`` counts the tokens that were cut because an entity starts or ends within them,
    ``cut_entities`` the entities that no token border would meet otherwise.
    """

    sentences: list[Offsets]
    entities: list[PlacedEntity]
    cuts: int = 0
    cut_entities: int = 0


@dataclass(frozen=True)
class TextCut:
    """What cuts texts: a tokenizer and, ``at_entities``, the borders of their entities."""

    tokenizer: Tokenizer = BY_RULES
    at_entities: bool = False

    def of(self, text: str, entities: Iterable[TextEntity], tokens: Offsets | None) -> CutText:
        """Cut a text whose entities do not overlap; ``tokens`` are those that it came with.

        Entities that touch no token are left out.
        """
        entities = sorted(entities)
        found = self.tokenizer.cut(text) if tokens is None else [tokens] if tokens else []
        placed = place(entities, as_tagged(found))
        if not self.at_entities:
            return CutText(as_tagged(found), placed)
        borders = sorted({border for each in entities for border in (each.start, each.end)})
        pieces = [split_at(each, borders) for each in _joined(found, entities)]
        return CutText(
            sentences=pieces,
            entities=[each._replace(is_aligned=True) for each in place(entities, pieces)],
            cuts=sum(map(len, pieces)) - sum(map(len, found)),
            cut_entities=sum(not each.is_aligned for each in placed),
        )


def as_tagged(sentences: Iterable[Offsets]) -> list[Offsets]:
    """Return sentences as they are tagged: those that never end are cut."""
    parts = []
    for tokens in sentences:
        start = 0
        for length in bounded(len(tokens)):
            parts.append(tokens[start : start + length])
            start += length
    return parts


def place(entities: Iterable[TextEntity], sentences: Sequence[Offsets]) -> list[PlacedEntity]:
    """Return where entities are in the sentences of their text, without those that are nowhere."""
    tokens = [token for sentence in sentences for token in sentence]
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    sentence_of = [number for number, each in enumerate(sentences) for _ in each]
    placed = []
    for entity in entities:
        first, after = bisect_right(ends, entity.start), bisect_left(starts, entity.end)
        if first < after:
            is_aligned = (
                starts[first] == entity.start
                and ends[after - 1] == entity.end
                and sentence_of[first] == sentence_of[after - 1]
            )
            placed.append(PlacedEntity(entity, first, after, is_aligned))
    return placed


def untouched(entities: Iterable[TextEntity], cut: CutText, tokens: Offsets | None) -> str:
    """Return, in words, the first entity that touches no token of its text.

    ``tokens`` are those that the text came with.
    """
    first = min(set(entities) - {each.entity for each in cut.entities})
    why = "covers no letter or sign" if tokens is None else "touches none of the `tokens`"
    return f"the entity from {first.start} to {first.end} {why}"


def _joined(sentences: Iterable[Offsets], entities: Sequence[TextEntity]) -> list[Offsets]:
    """Join sentences of which one ends within an entity."""
    joined: list[Offsets] = []
    for tokens in sentences:
        if joined and _is_within(entities, joined[-1][-1][1], tokens[0][0]):
            joined[-1] = joined[-1] + tokens
        else:
            joined.append(tokens)
    return joined


def _is_within(entities: Sequence[TextEntity], end: int, start: int) -> bool:
    """Tell whether an entity has what ends a sentence and what starts the next."""
    return any(entity.start < end and start < entity.end for entity in entities)


AS_TAGGED = TextCut()
"""Texts are cut as those who have no other tokenizer tag them."""
AT_ENTITIES = TextCut(at_entities=True)
"""Texts are cut so that no entity is lost, as where a file is rewritten."""
