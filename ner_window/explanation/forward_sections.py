"""The sections on the way forward: the window, the layers, the loss."""

from __future__ import annotations

from collections.abc import Iterator

from ner_window.explanation.answer_sections import offset_text, token_text
from ner_window.explanation.digits import comparable
from ner_window.explanation.explanation import ExplainedLayer, Explanation, Place
from ner_window.explanation.section import (
    FilledColumn,
    Formula,
    Line,
    Section,
    SectionTable,
    TableColumn,
)


def window(shown: Explanation) -> Section:
    """Return what was looked up for each place of the window."""
    places = shown.places
    columns: list[FilledColumn] = [
        (TableColumn("token"), [*map(token_text, places)]),
        (TableColumn("place", True), [offset_text(place.offset) for place in places]),
        (TableColumn("row looked up"), [place.row for place in places]),
        (TableColumn("found"), [place.found for place in places]),
    ]
    if places[0].features:
        columns.append((TableColumn("features"), [*map(_features, places)]))
    lines = [["Each token is a row of the word table, and a row of the table of each feature."]]
    return Section("window", "The window", lines, [SectionTable.of("The window", columns)])


def _features(place: Place) -> str:
    return ", ".join(f"{name}: {value}" for name, value in place.features)


def forward(shown: Explanation) -> Section:
    """Return the layers, and what joins them."""
    norms = comparable([place.norm for place in shown.places])
    parts = zip(shown.places, norms, strict=True)
    by_token = ", ".join(f"{token_text(place)} {size}" for place, size in parts)
    lines: list[Line] = [
        [
            Formula(f"x in R^{shown.x_size}"),
            f": the vectors of the tokens, side by side; the norm of each token's part: {by_token}",
        ]
    ]
    for number, layer in enumerate(shown.layers, start=1):
        lines += _layer(layer)
        if number == shown.joined_layer:
            lines += _context(shown, layer.h)
    lines.append([Formula(shown.scores_formula), ": the scores, above"])
    return Section("forward", "Forward: from the window to the scores", lines)


def _context(shown: Explanation, h: str) -> Iterator[Line]:
    """Yield a line for each part that joins h, and one for what it makes with them."""
    for part in shown.context:
        yield [Formula(f"{part.symbol} = {part.words}"), f": norm {part.norm:.4g}"]
    yield [Formula(f"g = [{'; '.join([h, *(part.symbol for part in shown.context)])}]")]


def _layer(layer: ExplainedLayer) -> list[Line]:
    largest = ", ".join(f"{layer.h}[{unit}] = {value:+.3f}" for unit, value in layer.largest)
    space = Formula(f"in R^{layer.units}")
    return [
        [Formula(layer.z_formula), " ", space, f": norm {layer.z_norm:.4g}"],
        [
            Formula(layer.h_formula),
            " ",
            space,
            f": norm {layer.h_norm:.4g}; "
            f"{layer.blocked} of {layer.units} units {layer.blocked_means}",
        ],
        ["largest: ", Formula(largest)],
    ]


def loss(shown: Explanation) -> Section:
    """Return the loss and its formula."""
    lines: list[Line] = [
        [Formula(f"{shown.loss_formula} = {shown.before.loss:.5g}"), f" for tag = {shown.tag}"]
    ]
    lines += [[note] for note in shown.loss_notes]
    lines.append(["Neither dropout nor penalties are in it."])
    return Section("loss", "The loss", lines)
