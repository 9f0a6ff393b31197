"""The sections on the way back: what each node sends on, and what reaches tokens and rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ner_window.explanation.answer_sections import offset_text, token_text
from ner_window.explanation.digits import comparable
from ner_window.explanation.explanation import BackwardStep, Edge, ExplainedRow, Explanation
from ner_window.explanation.section import (
    FilledColumn,
    Formula,
    Line,
    Section,
    SectionTable,
    TableColumn,
)
from ner_window.model.graphs import MANY_FEATURES


def backward(shown: Explanation) -> Section:
    """Return what backward does at each node."""
    lines: list[Line] = [
        [
            "At each node, from the loss on down: what arrives, times the local gradient, is what "
            "goes on to an input. Numbers are norms."
        ]
    ]
    if shown.window_count > 1:
        lines.append([f"The graph runs on {shown.window_count} windows; norms are over all."])
    edges = [(step, edge) for step in _with_features_folded(shown) for edge in step.edges]
    locals_ = iter(comparable([e.local_norm for _, e in edges if e.local_norm is not None]))
    columns: list[FilledColumn] = [
        (TableColumn("node"), [step.node for step, _ in edges]),
        (TableColumn("arrives", True), comparable([step.upstream for step, _ in edges])),
        (TableColumn("what goes on"), [Formula(_sentence(edge)) for _, edge in edges]),
        (
            TableColumn("|local gradient|", True, is_lesser=True),
            ["" if edge.local_norm is None else next(locals_) for _, edge in edges],
        ),
        (TableColumn("goes on", True), comparable([edge.downstream for _, edge in edges])),
    ]
    table = SectionTable.of("Backward, node by node", columns)
    return Section("backward", "Backward, from the loss down", lines, [table])


def _with_features_folded(shown: Explanation) -> list[BackwardStep]:
    """Return the steps, those of many feature tables as one, as in the drawing of the graph.

    Its norms are those of all of them together.
    """
    features = [name for name, _ in shown.places[0].features]
    if len(features) < MANY_FEATURES:
        return shown.steps
    all_ = f"{len(features)} features"
    part_of = {f"x{c}[{name}]": f"x{c}[{all_}]" for name in features for c in ("", "_c")}
    folded: dict[str, BackwardStep] = {}
    for step in shown.steps:
        table = f"{len(features)} feature tables" if step.node in part_of else None
        node = part_of.get(step.node, step.node)
        known = folded.get(node, BackwardStep(node, 0.0, []))
        edges = {edge.input: edge for edge in known.edges}
        for edge in step.edges:
            name = table or part_of.get(edge.input, edge.input)
            before = edges[name].downstream if name in edges else 0.0
            together = math.hypot(before, edge.downstream)
            edges[name] = replace(edge, input=name, downstream=together)
        folded[node] = BackwardStep(
            node, math.hypot(known.upstream, step.upstream), [*edges.values()]
        )
    return [*folded.values()]


def _sentence(edge: Edge) -> str:
    """Return what an input gets, in a sentence."""
    local, _, rest = edge.local.partition(": ")
    if local == "I":
        return f"{edge.input} gets it: {rest}"
    return f"{edge.input} gets it, times {edge.local}"


def reaching(shown: Explanation) -> Section:
    """Return what reaches the vectors of each token."""
    places = shown.places
    columns: list[FilledColumn] = [
        (TableColumn("token"), [*map(token_text, places)]),
        (TableColumn("place", True), [offset_text(place.offset) for place in places]),
        (TableColumn("|x|", True), comparable([place.norm for place in places])),
        (
            TableColumn("|dJ/d word vector|", True),
            comparable([place.word_gradient for place in places]),
        ),
    ]
    if places[0].features:
        reached = comparable([place.feature_gradient for place in places])
        columns.append((TableColumn("|dJ/d features|", True), reached))
    lines = [
        [
            Formula("dJ/dx"),
            " of this window, cut into the parts of its tokens: how far a step moves each vector, "
            "whichever way. It is small wherever the loss is small, and says nothing of how much a "
            "token matters to the answer.",
        ]
    ]
    table = SectionTable.of("What reaches each token", columns)
    return Section("reaching", "Backward: what reaches each token", lines, [table])


def rows(shown: Explanation) -> Section:
    """Return the rows that were looked up: those of the window, then the others by table."""
    lines = [
        [
            "A row that was looked up several times gets the sum. One step of gradient descent "
            f"with learning rate {shown.learning_rate:g} moves it by so much of its own length."
        ]
    ]
    own = [row for row in shown.rows if row.is_of_window]
    others = [row for row in shown.rows if not row.is_of_window]
    tables = [_table("Rows of the window", own), *_folded(others)]
    return Section("rows", "The looked-up rows", lines, tables)


def _folded(others: Sequence[ExplainedRow]) -> Iterator[SectionTable]:
    """Yield a table for the rows of each table that only other windows have."""
    for name, group in groupby(others, key=lambda row: row.table):
        members = [*group]
        count = f"{len(members)} row{'s' if len(members) > 1 else ''}"
        yield _table(f"Rows of {name} in other windows", members, f"{name}, {count}")


def _table(
    caption: str, members: Sequence[ExplainedRow], folded: str | None = None
) -> SectionTable:
    columns: list[FilledColumn] = [
        (TableColumn("table"), [row.table for row in members]),
        (TableColumn("row"), [row.row for row in members]),
        (TableColumn("times", True), [str(row.times) for row in members]),
        (TableColumn("length", True, True), comparable([row.length for row in members])),
        (TableColumn("|gradient|", True), comparable([row.gradient for row in members])),
        (TableColumn("moves"), [*map(_movement, members)]),
    ]
    return SectionTable.of(caption, columns, folded=folded)


def _movement(row: ExplainedRow) -> str:
    if row.moved is None:
        return f"cannot ({row.why})"
    if row.moved == float("inf"):
        return "moves; its length is 0"
    return f"{row.moved:.2%}"


def step(shown: Explanation) -> Section:
    """Return loss and probability before and after a step."""
    before, after = shown.before, shown.after
    pairs = [("J", before.loss, after.loss)]
    if before.sequence is not None and after.sequence is not None:
        pairs.append(("p of all tags of the sentence", before.sequence, after.sequence))
    if before.probability is None or after.probability is None:
        pairs.append((f"score of {shown.tag}", before.score, after.score))
    else:
        pairs.append((f"p of {shown.tag} here", before.probability, after.probability))
    figures = [comparable([old, new]) for _, old, new in pairs]
    lines: list[Line] = [
        [
            f"All that can move moved by -{shown.learning_rate:g} times its gradient, and the "
            "graph ran again."
        ]
    ]
    if before.sequence is not None:
        lines.append(
            [
                "The loss, and so the step, is for the tags of the whole sentence: their "
                "probability rises with a small step, while that of one tag at one token may fall."
            ]
        )
    columns: list[FilledColumn] = [
        (TableColumn("what"), [name for name, _, _ in pairs]),
        (TableColumn("before", True), [before for before, _ in figures]),
        (TableColumn("after", True), [after for _, after in figures]),
    ]
    table = SectionTable.of("Loss and probability before and after the step", columns)
    return Section("step", "After one step", lines, [table])
