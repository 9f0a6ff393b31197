"""What one window goes through in a trained model: forward, the loss, backward, and one step.

Everything is read off the computation graph of :mod:`ner_window.explanation.step_by_step`, which
works on a copy of the network: the model stays as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

import autodiff as ad
from autodiff.row_sparse import Gradient
from ner_window.arrays import FloatArray
from ner_window.errors import InputError
from ner_window.explanation.explained_token import ExplainedToken
from ner_window.explanation.explanation import (
    BackwardStep,
    Edge,
    ExplainedLayer,
    ExplainedRow,
    Explanation,
    Joined,
    Place,
    TagOutcome,
    TagScore,
)
from ner_window.explanation.occlusion import Answering
from ner_window.explanation.step_by_step import (
    StepByStep,
    Visit,
    formula,
    local_gradients,
    norm,
)
from ner_window.model.hidden import HiddenLayer
from ner_window.model.model import Model

LARGEST_UNITS = 5


def explain(
    model: Model,
    tokens: Sequence[str],
    position: int,
    tag: str | None = None,
    learning_rate: float = 0.1,
) -> Explanation:
    """Explain a token of a sentence.

    Parameters
    ----------
    model
        A single network.
    tokens
        The sentence, a document of its own.
    position
        The number of the token, from 0.
    tag
        The tag that the loss is for, in the scheme of the model: by default the predicted one, with
        the margin head the type that it finds.
    learning_rate
        That of the one step at the end.

    Raises
    ------
    InputError
        For a tag that the model does not have, or that cannot stand there, for a learning rate that
        is no number from 0 on, and for an ensemble, whose members are explained one by one.
    """
    if model.others:
        raise InputError(
            f"the model has {len(model.networks)} networks, whose scores are averaged; choose "
            "the one to look into: --member 1"
        )
    if not (np.isfinite(learning_rate) and learning_rate >= 0):
        raise InputError(f"the learning rate is a number from 0 on, not {learning_rate}")
    asked = ExplainedToken(model, list(tokens), position, tag)
    return _explanation(Visited(asked), learning_rate)


class Visited:
    """The graph of a token after both walks over it.

    ``asked`` is the token; ``graph`` works on ``network``, a copy of the model's, and ``nodes`` are
    its nodes by name; ``visits`` is what backward did at each, the loss first, ``gradients`` what
    arrived at each. ``focus`` is the row of the batch that is explained.
    """

    def __init__(self, asked: ExplainedToken) -> None:
        self.asked, self.model, self.focus = asked, asked.model, asked.focus
        self.graph = StepByStep(asked.network(), asked.batch(), asked.focus)
        self.network, self.nodes = self.graph.network, self.graph.trunk.nodes
        self.visits, self.gradients = self.graph.walk_back()


def _explanation(seen: Visited, learning_rate: float) -> Explanation:
    """Read everything off the graph, then take the step."""
    scores, before, answering = _scores(seen), _outcome(seen), Answering(seen.asked)
    shown = Explanation(
        tokens=seen.asked.tokens,
        position=seen.asked.position,
        tag=seen.asked.tag,
        predicted=seen.asked.predicted[seen.asked.position],
        answer=answering.answer(),
        occlusions=answering.occlusions(),
        has_probabilities=seen.network.head.has_probabilities,
        sequence=seen.asked.sequence,
        best_score=max(scores, key=lambda scored: scored.score).tag,
        window_count=len(seen.asked.batch_tokens),
        x_size=seen.nodes["x"].shape[1],
        places=_places(seen),
        layers=[_layer(seen, layer) for layer in seen.network.hidden],
        joined_layer=seen.network.joined_layer,
        context=_context(seen),
        scores_formula=formula(seen.nodes["s"]),
        meaning=seen.network.head.meaning,
        scores=scores,
        loss_formula=formula(seen.graph.loss_node),
        loss_notes=_loss_notes(seen),
        before=before,
        steps=[_step(seen, visit) for visit in seen.visits],
        rows=_rows(seen, learning_rate),
        learning_rate=learning_rate,
        after=before,
        drawing=seen.graph.draw(),
    )
    with np.errstate(all="ignore"):  # too large a step shows as nan
        seen.graph.descend(seen.gradients, learning_rate, seen.asked.movable_words)
        return replace(shown, after=_outcome(seen))


def _places(seen: Visited) -> list[Place]:
    radius = seen.model.network.window // 2
    windows = seen.asked.encoded.stream.windows(np.array([seen.asked.position]))[:, 0]
    values = [
        table.feature.column_of(seen.asked.text.normalized).part(slice(None))
        for table in seen.model.features
    ]
    looked_up = [seen.nodes[f"x[{table.name}]"] for table in seen.network.tables]
    parts = [_window_rows(seen, part.data) for part in looked_up]
    slopes = [_window_rows(seen, seen.gradients[part]) for part in looked_up]
    return [
        _place(
            seen,
            at=seen.asked.position + place - radius,
            rows=windows[:, place].tolist(),
            values=values,
            parts=[part[place] for part in parts],
            slopes=[slope[place] for slope in slopes],
        )
        for place in range(seen.model.network.window)
    ]


def _place(
    seen: Visited,
    at: int,
    rows: list[int],
    values: list[list[str]],
    parts: list[FloatArray],
    slopes: list[FloatArray],
) -> Place:
    """Return the place of the window that falls on token ``at``, if there is one."""
    is_token = 0 <= at < len(seen.asked.tokens)
    features = zip(seen.model.features, rows[1:], values, strict=True)
    return Place(
        offset=at - seen.asked.position,
        token=seen.asked.tokens[at] if is_token else None,
        row=seen.asked.word_row(rows[0]),
        found=seen.asked.found(at) if is_token else "outside the sentence",
        features=[
            (table.name, _shown_value(table.values[row], known[at] if is_token else None))
            for table, row, known in features
        ],
        norm=norm(np.concatenate(parts)),
        word_gradient=norm(slopes[0]),
        feature_gradient=norm(np.concatenate(slopes[1:])) if slopes[1:] else 0.0,
    )


def _window_rows(seen: Visited, part: Any) -> FloatArray:
    """Return the part of x of the explained window that one table gave: (window, d)."""
    rows: FloatArray = part[seen.focus].reshape(seen.model.network.window, -1)
    return rows


def _layer(seen: Visited, layer: HiddenLayer) -> ExplainedLayer:
    z, h = (seen.nodes[f"{symbol}{layer.suffix}"] for symbol in "zh")
    own_z, own_h = z.data[seen.focus], h.data[seen.focus]
    largest = np.argsort(-np.abs(own_h), kind="stable")[:LARGEST_UNITS].tolist()
    return ExplainedLayer(
        z=str(z.name),
        h=str(h.name),
        z_formula=formula(z),
        h_formula=formula(h),
        z_norm=norm(own_z),
        h_norm=norm(own_h),
        units=len(own_h),
        largest=[(unit, float(own_h[unit])) for unit in largest],
        blocked=int(layer.is_blocked(own_z, own_h).sum()),
        blocked_means=layer.blocked_means,
    )


def _context(seen: Visited) -> list[Joined]:
    """Return what is shown of each part that joins the h of a layer."""
    layer = seen.network.joined_layer
    h = "h" if layer in (None, 1) else f"h{layer}"
    return [
        Joined(
            part.symbol,
            part.described(h, seen.asked.others(part)),
            norm(seen.nodes[part.symbol].data[seen.focus]),
        )
        for part in seen.network.context.parts
    ]


def _loss_notes(seen: Visited) -> list[str]:
    corrupted = seen.graph.corrupted
    return seen.network.head.loss_notes(
        seen.graph.J,
        corrupted.scores.item() if corrupted else None,
        " ".join(seen.asked.sequence),
    )


def _scores(seen: Visited) -> list[TagScore]:
    """Return score and probability of each tag."""
    head, tags = seen.network.head, seen.model.tags
    scores = head.of_tags(seen.nodes["s"].data.astype(np.float64))
    transitions = seen.model.decoder.transitions_of([head])
    p = head.probabilities(scores, seen.focus, transitions)
    of_token = scores[seen.focus].tolist()
    every_p = [None] * len(tags) if p is None else p.tolist()
    return [TagScore(*scored) for scored in zip(tags, of_token, every_p, strict=True)]


def _outcome(seen: Visited) -> TagOutcome:
    scored = _scores(seen)[seen.model.tags.index(seen.asked.tag)]
    return TagOutcome(
        seen.graph.J,
        scored.probability,
        scored.score,
        seen.network.head.sequence_probability(seen.graph.J, len(seen.asked.batch_tokens)),
    )


def _step(seen: Visited, visit: Visit) -> BackwardStep:
    edges = [
        Edge(x.label, local.formula, local.norm, norm(part))
        for x, local, part in zip(
            visit.node.inputs, local_gradients(visit), visit.downstream, strict=True
        )
        if part is not None
    ]
    return BackwardStep(visit.node.label, norm(visit.upstream), edges)


def _rows(seen: Visited, learning_rate: float) -> list[ExplainedRow]:
    """Return the rows that the graph looks up, table by table, in the order of the table."""
    trunks = [trunk for trunk in (seen.graph.trunk, seen.graph.corrupted) if trunk]
    rows = []
    for number, table in enumerate(seen.network.tables):
        ids = np.concatenate([trunk.windows[number].data for trunk in trunks])
        own = np.concatenate([trunk.windows[number].data[seen.focus] for trunk in trunks])
        times, of_window = Counter(ids.ravel().tolist()), set(own.tolist())
        gradients = _dense_rows(seen.gradients[table])
        for row in sorted(times):
            length, gradient = norm(table.data[row]), norm(gradients[row])
            why = seen.asked.why_fixed(row) if number == 0 else ""
            rows.append(
                ExplainedRow(
                    table=str(table.name),
                    row=_row_name(seen, number, row),
                    times=times[row],
                    length=length,
                    gradient=gradient,
                    moved=None if why else _moved(learning_rate * gradient, length),
                    why=why,
                    is_of_window=row in of_window,
                )
            )
    return rows


def _row_name(seen: Visited, table: int, row: int) -> str:
    if table == 0:
        return seen.asked.word_row(row)
    return f"{row} {seen.model.features[table - 1].values[row]}"


def _moved(distance: float, length: float) -> float:
    """Return a distance in units of a length."""
    if not length:
        return float("inf") if distance else 0.0
    return distance / length


def _dense_rows(gradient: Gradient) -> dict[int, FloatArray]:
    """Return the rows of a table's gradient, those that were looked up several times summed."""
    assert isinstance(gradient, ad.RowSparse)
    rows = gradient.coalesce()
    return dict(zip(rows.indices.tolist(), rows.values, strict=True))


def _shown_value(key: str, value: str | None) -> str:
    """Return a feature's value, with the row that stands for it where that is another."""
    return key if value in (None, key) else f"{value} ({key})"
