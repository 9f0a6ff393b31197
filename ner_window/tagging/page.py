"""Tagged text as a page: how many entities of each type, which names, then the text with its marks.

Pieces of text are marked in the processes that tag them. Where they come together, each mark gets
its number and its color, and is counted; what stands before the text is made at the end. None of it
needs a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from importlib.metadata import version
from itertools import count
from pathlib import Path

from ner_window.pages.base import around
from ner_window.pages.entity_types import COLORS, FULL_NAMES
from ner_window.tagging.assignment import Assignment
from ner_window.tagging.file_names import shown_names
from ner_window.tagging.name_list import MOST_NAMES, Name, NameList
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found
from ner_window.tokenization.rebuilding import rebuilt
from ner_window.wording import command_line, counted, listed, ordinal

FOLDER = Path(__file__).parent
UNSURE = 0.5  # what is less sure looks so
SHORT = 20  # characters of an entity that stays on one line
SHOWN_AT_ONCE = 8  # names of a type; others are folded away
NO_NAMES = "<p>None were found.</p>\n"

MARK = re.compile(r"<mark([^>]*)>([^<]*)<b>([^<]*)</b>")
HEADING = "<h2></h2>\n"  # where the text of the next file begins


def paragraph(piece: Piece, found: Sequence[Found]) -> str:
    """Return a piece with its entities marked, nothing where it has no tokens."""
    if not piece.tokens.token_count:
        return ""
    text, tokens = piece.text, piece.tokens.offsets
    assert tokens is not None
    if piece.has_given_tokens:
        text, tokens = rebuilt([text[start:end] for start, end in tokens])
    parts = ["<p>"]
    position = 0
    for entity in found:
        start, end = tokens[entity.first][0], tokens[entity.last][1]
        parts.append(escape(text[position:start]))
        parts.append(_mark(text[start:end], entity))
        position = end
    parts.append(f"{escape(text[position:])}</p>\n")
    return "".join(parts)


def _mark(text: str, entity: Found) -> str:
    looks = ["short"] if len(text) <= SHORT else []
    attributes = number = ""
    if entity.confidence is not None:
        looks += ["unsure"] if entity.confidence < UNSURE else []
        attributes = f' data-confidence="{entity.confidence!r}"'
        number = f"<i>{_shown_percent(entity.confidence)}</i>"
    if looks:
        attributes += f' class="{" ".join(looks)}"'
    return f"<mark{attributes}>{escape(text)}<b>{escape(entity.label)}</b>{number}</mark>"


def _shown_percent(confidence: float) -> str:
    """Return a probability that is never said to be none or all.

    It is rounded down: so what says 65% is not below 65%.
    """
    percent = min(round(100 * confidence), 99)
    percent -= confidence < percent / 100
    return f"{percent}%" if percent else "under 1%"


class TaggedPage:
    """A page about some text, which comes in parts."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.lists = {escape(name): NameList() for name in assignment.types}
        self._numbers = {name: number for number, name in enumerate(self.lists, start=1)}
        self._mentions = count(1)
        self._files = [escape(name) for name in shown_names(assignment.files)]
        self._begun = 0  # of the files

    def numbered(self, part: str) -> str:
        """Return the next part of the text, its marks counted, with numbers and colors."""
        start = self._heading() if part.startswith(HEADING) else ""
        return start + MARK.sub(self._numbered_mark, part.removeprefix(HEADING))

    def _numbered_mark(self, mark: re.Match[str]) -> str:
        attributes, text, label = mark.groups()
        place = next(self._mentions)
        self.lists[label].add(" ".join(text.split()), place)
        return (
            f'<mark id="m{place}" data-type="{self._numbers[label]}"{attributes}>'
            f"{text}<b>{label}</b>"
        )

    def _heading(self) -> str:
        """Return where the text of the next file begins, and that of the one before it ends."""
        end = "</section>\n" if self._begun else ""
        title = self._files[self._begun]
        self._begun += 1
        place = f"file-{self._begun}"
        return f'{end}<section class="text" id="{place}">\n{_section_title(place, title)}'

    def around(self, is_whole: bool) -> tuple[str, str]:
        """Return the page before and after its text; not whole is one whose input was cut short."""
        before, after = around(
            title=f"Entities in {self._subject()}",
            header="\n".join(self._header(is_whole)),
            own_style=(FOLDER / "page.css").read_text("utf-8") + "".join(self._colors()),
            footer="\n".join(self._footer()),
            sections=self._sections(),
        )
        end = "</section>\n" if self._begun else ""
        return f"{before}{self._name_lists()}{self._controls()}", f"{end}{after}"

    def _subject(self) -> str:
        first, *others = self._files
        return f"{first} and {counted(len(others), 'other file')}" if others else first

    def _header(self, is_whole: bool) -> Iterator[str]:
        total = self._mention_count
        kinds = [f"{names.mentions:,} {name}" for name, names in self.lists.items()]
        answer = f"<strong>{total:,}</strong> {'entity' if total == 1 else 'entities'}"
        yield f'<p class="answer">{answer}{f": {listed(kinds)}" if kinds else ""}</p>'
        if not is_whole:
            yield '<p class="notice" role="note">Tagging was cut short: this came before.</p>'
        facts = [f"model {escape(self.assignment.model)}", f"tagged on {date.today():%Y-%m-%d}"]
        if self.assignment.min_confidence:
            facts.append(f"confidence {self.assignment.min_confidence:g} or more")
        facts.append(f"ner-window {version('ner-window')}")
        yield f'<p class="ran">{" ".join(f"<span>{fact}</span>" for fact in facts)}</p>'

    def _sections(self) -> str:
        places = {"top": "Top", "names": "Names"}
        begun = self._files[: self._begun]
        places |= {f"file-{number}": name for number, name in enumerate(begun, start=1)}
        links = "".join(
            f'<li><a href="#{id}">{name.replace("/", "/<wbr>")}</a></li>\n'
            for id, name in places.items()
        )
        return f'<nav aria-label="Sections">\n<ul>\n{links}</ul>\n</nav>'

    def _name_lists(self) -> str:
        lists = "".join(
            f"<div>\n<h3>{self._legend(name, is_spelled_out=True)}</h3>\n{_names(names)}</div>\n"
            for name, names in self.lists.items()
            if names.mentions
        )
        title = _section_title("names", "Names")
        content = f'<div class="lists">\n{lists}</div>\n' if lists else NO_NAMES
        return f'<section id="names">\n{title}{content}</section>\n'

    def _legend(self, name: str, is_spelled_out: bool = False) -> str:
        full_name = FULL_NAMES.get(name, "") if is_spelled_out else ""
        mark = f'<mark data-type="{self._numbers[name]}">{name}</mark>'
        return f"{mark} {full_name} <small>{self.lists[name].mentions:,}</small>"

    def _controls(self) -> str:
        boxes = "".join(
            f'<label><input type="checkbox" id="show-{number}" checked> {self._legend(name)}'
            "</label>\n"
            for name, number in self._numbers.items()
        )
        slider = (FOLDER / "slider.html").read_text("utf-8") if self._has_slider else ""
        return (
            '<form class="controls" autocomplete="off">\n<fieldset>\n<legend>Marked in the text'
            f"</legend>\n{boxes}</fieldset>\n{slider}</form>\n"
        )

    @property
    def _has_slider(self) -> bool:
        return self.assignment.has_confidences and self._mention_count > 0

    @property
    def _mention_count(self) -> int:
        return sum(names.mentions for names in self.lists.values())

    def _footer(self) -> Iterator[str]:
        yield "<footer>"
        if self.assignment.has_confidences:
            yield (
                "<p>The number behind a type is the confidence: the probability, by the model, "
                "that exactly these words are an entity of this type, rounded down. Below 50% the "
                "border is dotted.</p>"
            )
        yield (
            "<p>As data, with places in the text: <code>ner-window tag</code> with "
            "<code>--output jsonl</code> or <code>--output spans</code>.</p>"
        )
        why = command_line(["ner-window", "explain", self.assignment.model, "a sentence"])
        yield (
            "<p>Why the model says so of a word, and by which numbers: "
            f"<code>{escape(why)} --token WORD --html why.html</code>.</p>\n</footer>"
        )
        if self._has_slider:
            yield f"<script>\n{(FOLDER / 'slider.js').read_text('utf-8')}</script>"

    def _colors(self) -> Iterator[str]:
        """Yield the color of each type, and the look of its marks where they are not wanted."""
        for number in self._numbers.values():
            kind = f'mark[data-type="{number}"]'
            color = (number - 1) % COLORS + 1
            yield f"{kind} {{ --type: var(--type-{color}); }}\n"
            unwanted = f"body:has(#show-{number}:not(:checked)) .text {kind}"
            yield f"{unwanted} {{ all: unset; }}\n"
            yield f"{unwanted} > * {{ display: none; }}\n"


def _section_title(place: str, title: str) -> str:
    return f'<h2><a class="self" href="#{place}">{title}</a></h2>\n'


def _names(names: NameList) -> str:
    first, others = names.names[:SHOWN_AT_ONCE], names.names[SHOWN_AT_ONCE:]
    shown = f'<ul class="names">\n{"".join(map(_name, first))}</ul>\n'
    if not others:
        return shown
    beyond = of_first = ""
    if names.of_others:
        of_first = f", of the first {MOST_NAMES}"
        beyond = f"<p>{counted(names.of_others, 'mention')} of names that come later</p>\n"
    return (
        f"{shown}<details>\n<summary>{counted(len(others), 'more name')}{of_first}</summary>\n"
        f'<ul class="names">\n{"".join(map(_name, others))}</ul>\n{beyond}</details>\n'
    )


def _name(name: Name) -> str:
    first, *others = name.places
    further = "".join(
        f' <a href="#m{place}" aria-label="{name.text}, {ordinal(number)} mention">'
        f"{ordinal(number)}</a>"
        for number, place in enumerate(others, start=2)
    )
    more = " ..." if name.mentions > len(name.places) else ""
    further = f" <small>{further.lstrip()}{more}</small>" if further else ""
    return f'<li><a href="#m{first}">{name.text}</a> <b>{name.mentions:,}</b>{further}</li>\n'
