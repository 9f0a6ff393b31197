"""The cut of text as a corpus has it, and by rules where the corpus says nothing.

Within a piece there are *places* between two characters: the corpus has a token that starts there,
or one that goes on. Training counts that for the surroundings of each place, from the most
particular to the most general:

    the piece             ``U.S.-led``, cut as it was cut before
    its shape             ``X.X.-xx``: X and x are letters, 9 digits, other signs are themselves
    the neighbors         the runs of letters, digits or one sign that meet at the place
    their shapes          ``99 .``: a number and a full stop

The most particular surroundings that were seen at least twice, and nearly always with the same
outcome, decide (a decision list, Rivest 1987; back-off as in Katz 1987). Only surroundings that
say something else than the more general ones and the rules are kept, some hundreds in a corpus.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Self

import regex

from ner_window.tokenization.offsets import Offsets
from ner_window.tokenization.piece_cut import PieceCut, piece_offsets, register
from ner_window.tokenization.rules import rule_starts
from ner_window.wording import counted

LETTERS = r"[\p{L}\p{M}\p{Join_Control}]+"
ATOM = regex.compile(rf"{LETTERS}|\p{{Nd}}+|\X")
RUN = regex.compile(rf"{LETTERS}|\p{{Nd}}+|(\X)\1*")
ABBREVIATION = regex.compile(r"\p{L}[\p{L}\p{M}.-]*\.$")
FEWEST = 2  # times that surroundings were seen, to decide
LEAST_SHARE = 0.8  # of the outcome that they had mostly
LONGEST = 100  # characters of a piece that is looked into; longer ones are cut by the rules
MOST_CLITICS = 1000
MOST_KNOWN = 50_000  # pieces whose cut is kept in memory

Known = dict[str, tuple[int, ...]]
"""Where tokens start in pieces that were met."""
Surroundings = tuple[str, str, str, bool]
"""Their level, what is before and after the place, whether the sentence ends right after that."""
CutPiece = tuple[str, tuple[int, ...], bool]
"""A piece, where its tokens start, and whether it ends its sentence."""
STORED_WORDS = ("clitics", "abbreviations")
LEVELS = ("piece", "shape", "neighbors", "neighbor shapes")


@register
class LearnedCut(PieceCut):
    """Cuts pieces as a corpus does.

    Parameters
    ----------
    borders
        Whether a token starts in surroundings: what the corpus says against the rules.
    clitics
        Tokens that start within a run of letters, such as the n't of *didn't*.
    abbreviations
        Words that have a full stop, within sentences: no sentence ends after one.
    """

    name: ClassVar[str] = "learned"

    def __init__(
        self,
        borders: Mapping[Surroundings, bool] = {},
        clitics: Iterable[str] = (),
        abbreviations: Iterable[str] = (),
    ) -> None:
        self.borders = dict(borders)
        self.clitics = tuple(clitics)
        self.abbreviations = frozenset(abbreviations)
        self._clitic = _pattern_of(self.clitics)
        self._known: tuple[Known, Known] = ({}, {})  # within a sentence, at its end

    def __str__(self) -> str:
        if not self.borders:
            return "by rules: training says nothing else"
        return f"as in training, {counted(len(self.borders), 'difference')} from the rules"

    def starts(self, piece: str, is_last: bool) -> Sequence[int]:
        known = self._known[is_last]
        starts = known.get(piece)
        if starts is None:
            starts = self._starts(piece, is_last)
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[piece] = starts
        return starts

    def _starts(self, piece: str, is_last: bool) -> tuple[int, ...]:
        by_rule = tuple(rule_starts(piece))
        if not self.borders or len(piece) > LONGEST:
            return by_rule
        places = sorted({*places_in(piece, self._clitic), *by_rule[1:]})
        runs = Runs.of(piece)

        def is_border(place: int) -> bool:
            known = map(self.borders.get, runs.surroundings(place, is_last))
            return next((border for border in known if border is not None), place in by_rule)

        return (0, *filter(is_border, places))

    def like(self, sentences: Iterable[tuple[str, Offsets]]) -> Self:
        counts: Counter[CutPiece] = Counter()
        within: Counter[str] = Counter()
        at_end: Counter[str] = Counter()
        for text, tokens in sentences:
            counts.update(_cut_pieces(text, tokens))
            for start, end in tokens:
                if text[end - 1] == "." and ABBREVIATION.fullmatch(word := text[start:end]):
                    (at_end if end == tokens[-1][1] else within)[word] += 1
        clitics = _clitics_in(counts)
        places = list(_places(counts, _pattern_of(clitics)))
        return type(self)(_borders(places), clitics, _abbreviations(within, at_end))

    def is_abbreviation(self, piece: str) -> bool:
        found = ABBREVIATION.search(piece)
        return found is not None and found.group() in self.abbreviations

    def stored(self) -> dict[str, Any]:
        borders = [[*surroundings, is_border] for surroundings, is_border in self.borders.items()]
        return {
            "borders": borders,
            "clitics": list(self.clitics),
            "abbreviations": sorted(self.abbreviations),
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        borders = {}
        for level, before, after, ends, is_border in stored["borders"]:
            if level not in LEVELS or not before or not after:
                raise ValueError(f"no place has the surroundings {level} {before!r} {after!r}")
            borders[level, str(before), str(after), bool(ends)] = bool(is_border)
        clitics, abbreviations = (list(map(str, stored[key])) for key in STORED_WORDS)
        if not all(clitics):
            raise ValueError("a clitic is empty")
        return cls(borders, clitics, abbreviations)

    def __getstate__(self) -> dict[str, Any]:
        return self.stored()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(type(self).restored(state).__dict__)


def _cut_pieces(text: str, tokens: Offsets) -> Iterator[CutPiece]:
    """Yield the pieces of a sentence as the corpus cuts them, but those within a token."""
    starts = {start for start, _ in tokens}
    spans = piece_offsets(text)
    for first, end in spans:
        if first in starts and end - first <= LONGEST:
            inner = tuple(place - first for place in range(first, end) if place in starts)
            yield text[first:end], inner, end == spans[-1][1]


def _abbreviations(within: Mapping[str, int], at_end: Mapping[str, int]) -> list[str]:
    """Return the words that nearly always go on, of those that were seen with a full stop."""
    return [
        word
        for word, count in within.items()
        if count >= FEWEST and count >= LEAST_SHARE * (count + at_end.get(word, 0))
    ]


def _clitics_in(counts: Mapping[CutPiece, int]) -> list[str]:
    """Return the tokens that start within a run of letters or digits, at least twice."""
    found: Counter[str] = Counter()
    for (piece, starts, _), count in counts.items():
        between_runs = {*places_in(piece), 0}
        for start, end in pairwise((*starts, len(piece))):
            if start not in between_runs:
                found[piece[start:end]] += count
    return sorted(clitic for clitic, n in found.most_common(MOST_CLITICS) if n >= FEWEST)


def _pattern_of(clitics: Sequence[str]) -> regex.Pattern[str] | None:
    """Return what matches one of these, the longest where several start at one place."""
    longest_first = sorted(clitics, key=len, reverse=True)
    return regex.compile("|".join(map(regex.escape, longest_first))) if clitics else None


def places_in(piece: str, clitic: regex.Pattern[str] | None = None) -> Iterator[int]:
    """Yield where a token may start within a piece: between runs, between signs, at clitics."""
    yield from (match.start() for match in ATOM.finditer(piece) if match.start())
    if clitic is not None:
        matches = clitic.finditer(piece, overlapped=True)
        yield from (match.start() for match in matches if match.start())


@dataclass(frozen=True)
class Runs:
    """The runs of a piece, of letters, of digits or of one sign: where they end, their shapes."""

    piece: str
    ends: list[int]
    shapes: list[str]

    @classmethod
    def of(cls, piece: str) -> Runs:
        """Find the runs of a piece."""
        matches = list(RUN.finditer(piece))
        ends, runs = [match.end() for match in matches], (match.group() for match in matches)
        return cls(piece, ends, list(map(shape_of, runs)))

    def surroundings(self, place: int, is_last: bool) -> Iterator[Surroundings]:
        """Yield those of a place, from the most particular to the most general."""
        yield "piece", self.piece[:place], self.piece[place:], is_last
        number = bisect_left(self.ends, place)
        next_number = number + (self.ends[number] == place)
        left = self.piece[self.ends[number - 1] if number else 0 : place]
        right = self.piece[place : self.ends[next_number]]
        shape_before, shape_after = shape_of(left), shape_of(right)
        before = "".join((*self.shapes[:number], shape_before))
        yield "shape", before, "".join((shape_after, *self.shapes[next_number + 1 :])), is_last
        ends = is_last and next_number + 1 == len(self.ends)
        yield "neighbors", left, right, ends
        yield "neighbor shapes", shape_before, shape_after, ends


def shape_of(run: str) -> str:
    """Return the shape of a run; of letters and digits it tells one from several."""
    if run[0].isalpha():
        kind = ("X" if run[0].isupper() else "x") + ("X" if run.isupper() else "x")
        return kind[: len(run)]
    if run[0].isdigit():
        return "99"[: len(run)]
    return run[:3]


@dataclass
class _Place:
    """A place, what the corpus does there and how often, and what is decided so far."""

    surroundings: Sequence[Surroundings]
    is_border: bool
    count: int
    decided: bool


def _places(counts: Mapping[CutPiece, int], clitic: regex.Pattern[str] | None) -> Iterator[_Place]:
    """Yield the places of pieces; at first the rules decide."""
    for (piece, starts, is_last), count in counts.items():
        by_rule = rule_starts(piece)
        runs = Runs.of(piece)
        for place in {*places_in(piece, clitic), *starts, *by_rule} - {0}:
            surroundings = list(runs.surroundings(place, is_last))
            yield _Place(surroundings, place in starts, count, place in by_rule)


def _borders(places: Sequence[_Place]) -> dict[Surroundings, bool]:
    """Return what surroundings decide, from the most general to the most particular ones.

    Those that decide at no place anything else than the more general ones are left out.
    """
    borders: dict[Surroundings, bool] = {}
    for level in reversed(range(len(LEVELS))):
        votes: dict[Surroundings, Counter[bool]] = defaultdict(Counter)
        for place in places:
            votes[place.surroundings[level]][place.is_border] += place.count
        decisions = dict(_decisions(votes))
        for place in places:
            surroundings = place.surroundings[level]
            decision = decisions.get(surroundings, place.decided)
            if decision != place.decided:
                borders[surroundings] = decision
                place.decided = decision
    return borders


def _decisions(
    votes: Mapping[Surroundings, Counter[bool]],
) -> Iterator[tuple[Surroundings, bool]]:
    for surroundings, of_outcome in votes.items():
        (outcome, count), *_ = of_outcome.most_common()
        if (total := of_outcome.total()) >= FEWEST and count >= LEAST_SHARE * total:
            yield surroundings, outcome
