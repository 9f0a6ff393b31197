"""An explanation as sections of sentences and tables, and those as text for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from ner_window.explanation.explanation import (
    ExplainedLayer,
    ExplainedRow,
    Explanation,
    FoundEntity,
    TagOutcome,
)

WIDTH = 100  # characters


@dataclass(frozen=True)
class ExplanationTable:
    """A table; ``numbers`` are the columns that are set to the right."""

    header: list[str]
    rows: list[list[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ExplanationSection:
    """A part of an explanation: sentences and formulas first, then the table, if there is one."""

    title: str
    lines: list[str] = field(default_factory=list)
    table: ExplanationTable | None = None


def heading(shown: Explanation) -> str:
    """Return what an explanation is about, in a line."""
    return f"Token {shown.position}, {shown.tokens[shown.position]!r}, in: {' '.join(shown.tokens)}"


def sections(shown: Explanation) -> list[ExplanationSection]:
    """Return what there is to read, in the order of the way through the window and back."""
    return [
        _window(shown),
        _forward(shown),
        _scores(shown),
        _loss(shown),
        _backward(shown),
        _tokens(shown),
        _rows(shown),
        _step(shown),
    ]


def as_text(shown: Explanation) -> str:
    """Return the explanation as text, at most 100 columns wide."""
    blocks = [_wrapped(heading(shown))]
    for number, section in enumerate(sections(shown), start=1):
        table = [] if section.table is None else list(_aligned(section.table))
        lines = [part for line in section.lines for part in _wrapped(line)]
        blocks.append([f"{number}. {section.title}", *(f"   {line}" for line in [*lines, *table])])
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks) + "\n"


def _window(shown: Explanation) -> ExplanationSection:
    rows = [
        [
            f"{place.offset:+d}" if place.offset else "0",
            "(padding)" if place.token is None else place.token,
            place.row,
            place.found,
            ", ".join(f"{name}: {value}" for name, value in place.features),
        ]
        for place in shown.places
    ]
    lines = ["Each token is a row of the word table, and a row of the table of each feature."]
    header = ["place", "token", "row looked up", "found", "features"]
    if not shown.places[0].features:
        header, rows = header[:-1], [row[:-1] for row in rows]
    return ExplanationSection("The window", lines, ExplanationTable(header, rows, frozenset({0})))


def _forward(shown: Explanation) -> ExplanationSection:
    norms = ", ".join(f"{place.offset or 0:+d} {place.norm:.3g}" for place in shown.places)
    lines = [
        f"x ({shown.x_size},): the vectors of the tokens; norm of each token's part: "
        + norms.replace("+0 ", "0 "),
    ]
    for number, layer in enumerate(shown.layers, start=1):
        lines += _layer(layer)
        if number == shown.joined_layer:
            lines += _context(shown, layer.h)
    return ExplanationSection(
        "Forward: from the window to h", [*lines, f"{shown.scores_formula}: see below"]
    )


def _context(shown: Explanation, h: str) -> Iterator[str]:
    """Yield a line for each part that joins h, and one for what it makes with them."""
    for part in shown.context:
        yield f"{part.symbol} = {part.words}: norm {part.norm:.4g}"
    yield f"g = [{'; '.join([h, *(part.symbol for part in shown.context)])}]"


def _layer(layer: ExplainedLayer) -> list[str]:
    largest = ", ".join(f"{layer.h}[{unit}] = {value:+.3f}" for unit, value in layer.largest)
    return [
        f"{layer.z_formula}  ({layer.units},): norm {layer.z_norm:.4g}",
        f"{layer.h_formula}  ({layer.units},): norm {layer.h_norm:.4g}; "
        f"{layer.blocked} of {layer.units} units {layer.blocked_means}",
        f"largest: {largest}",
    ]


def _scores(shown: Explanation) -> ExplanationSection:
    rows = [
        [
            scored.tag,
            f"{scored.score:.3f}",
            "" if scored.probability is None else f"{scored.probability:.4f}",
            ", ".join(_marks(shown, scored.tag)),
        ]
        for scored in shown.scores
    ]
    predicted = f"Predicted: {shown.predicted}"
    if shown.predicted != shown.best_score:
        predicted += (
            f"; {shown.best_score} has the best score, but the sentence as a whole "
            "decides otherwise"
        )
    lines = [shown.meaning, predicted + ".", *_entity(shown.entity)]
    return ExplanationSection(
        "Forward: scores",
        lines,
        ExplanationTable(["tag", "score", "p", ""], rows, frozenset({1, 2})),
    )


def _entity(entity: FoundEntity | None) -> Iterator[str]:
    """Yield what is found, and how sure the model is of it."""
    if entity is None or entity.confidence is None:
        return
    yield (
        f"Found: {entity.type}, {entity.text!r}, confidence {entity.confidence:.4f}: the "
        "probability that exactly these tokens are an entity of this type, among all sequences of "
        "tags that can be predicted, at the temperature of the model. p is that of the loss."
    )


def _marks(shown: Explanation, tag: str) -> Iterator[str]:
    if tag == shown.predicted:
        yield "predicted"
    if tag == shown.tag:
        yield "the loss is for this one"


def _loss(shown: Explanation) -> ExplanationSection:
    lines = [f"{shown.loss_formula} = {shown.before.loss:.5g}   for tag = {shown.tag}"]
    lines += shown.loss_notes
    lines.append("Neither dropout nor penalties are in it.")
    return ExplanationSection("The loss", lines)


def _backward(shown: Explanation) -> ExplanationSection:
    lines = [
        "downstream gradient = upstream gradient x local gradient. Numbers are norms, of a local "
        "gradient those of what it is made of; I passes on what it gets.",
    ]
    if shown.window_count > 1:
        lines.append(f"The graph runs on {shown.window_count} windows; norms are over all of them.")
    rows = [
        [
            step.node if number == 0 else "",
            f"{step.upstream:.4g}" if number == 0 else "",
            edge.local,
            "" if edge.local_norm is None else f"{edge.local_norm:.4g}",
            edge.input,
            f"{edge.downstream:.4g}",
        ]
        for step in shown.steps
        for number, edge in enumerate(step.edges)
    ]
    header = ["node", "upstream", "local gradient", "|local|", "to", "downstream"]
    return ExplanationSection(
        "Backward, from the top down", lines, ExplanationTable(header, rows, frozenset({1, 3, 5}))
    )


def _tokens(shown: Explanation) -> ExplanationSection:
    rows = [
        [
            f"{place.offset:+d}" if place.offset else "0",
            "(padding)" if place.token is None else place.token,
            f"{place.norm:.4g}",
            f"{place.word_gradient:.4g}",
            f"{place.feature_gradient:.4g}",
        ]
        for place in shown.places
    ]
    header = ["place", "token", "|x|", "|dJ/d word vector|", "|dJ/d features|"]
    if not shown.places[0].features:
        header, rows = header[:-1], [row[:-1] for row in rows]
    lines = ["dJ/dx of this window, cut into the parts of its tokens."]
    table = ExplanationTable(header, rows, frozenset({0, 2, 3, 4}))
    return ExplanationSection("Backward: what reaches each token", lines, table)


def _rows(shown: Explanation) -> ExplanationSection:
    lines = [
        "A row that was looked up several times gets the sum. One step of gradient descent with "
        f"learning rate {shown.learning_rate:g} moves it by so much of its own length.",
    ]
    rows = [
        [
            row.table,
            row.row,
            str(row.times),
            f"{row.length:.4g}",
            f"{row.gradient:.4g}",
            _movement(row),
        ]
        for row in shown.rows
    ]
    header = ["table", "row", "times", "length", "|gradient|", "moves"]
    return ExplanationSection(
        "The looked-up rows", lines, ExplanationTable(header, rows, frozenset({2, 3, 4}))
    )


def _movement(row: ExplainedRow) -> str:
    if row.moved is None:
        return f"cannot move ({row.why})"
    if row.moved == float("inf"):
        return "moves; its length is 0"
    return f"{row.moved:.2%} of its length"


def _step(shown: Explanation) -> ExplanationSection:
    lines = [
        f"All that can move moved by -{shown.learning_rate:g} times its gradient, and the graph "
        f"run again, for {shown.tag}:"
    ]
    rows = [
        ["J", f"{shown.before.loss:.5g}", f"{shown.after.loss:.5g}"],
        [*_judged(shown.before), _judged(shown.after)[1]],
    ]
    table = ExplanationTable(["", "before", "after"], rows, frozenset({1, 2}))
    return ExplanationSection("After one step", lines, table)


def _judged(outcome: TagOutcome) -> list[str]:
    """Return what became of the tag: its probability, or its score where there is none."""
    if outcome.probability is None:
        return ["score", f"{outcome.score:.5g}"]
    return ["p", f"{outcome.probability:.5f}"]


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH - 6, subsequent_indent="  ") or [""]


def _aligned(table: ExplanationTable) -> Iterator[str]:
    """Yield the lines of a table; the last column wraps, the others are cut."""
    rows = [table.header, *table.rows]
    *widths, last = _widths(table)
    for row in rows:
        wrapped = textwrap.wrap(row[-1], last) or [""]
        cells = [_shortened(cell, width) for cell, width in zip(row, widths, strict=False)]
        for number, part in enumerate(wrapped):
            shown = [*cells, part] if number == 0 else ["" for _ in cells] + [part]
            yield "  ".join(
                cell.rjust(width) if column in table.numbers else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(shown, [*widths, last], strict=True))
            )


def _widths(table: ExplanationTable) -> list[int]:
    """Return the widths of the columns: as needed, the widest made narrower until all fit."""
    columns = zip(table.header, *table.rows, strict=True)
    widths = [max(map(len, column)) for column in columns]
    while sum(widths) + 2 * len(widths) > WIDTH - 4:
        widths[widths.index(max(widths))] -= 1
    return widths


def _shortened(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 2]}.."
