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
from numpy.typing import NDArray
from scipy.special import softmax

import autodiff as ad
from autodiff.node import Node
from autodiff.operation import Gradient
from ner_window.corpora.text import strings_at
from ner_window.errors import InputError
from ner_window.explanation.explained_token import ExplainedToken
from ner_window.explanation.explanation import (
    Edge,
    Explanation,
    Layer,
    Mentions,
    Outcome,
    Place,
    Row,
    Step,
    TagScore,
)
from ner_window.explanation.step_by_step import (
    BLOCKED,
    StepByStep,
    Visit,
    formula,
    local_gradients,
    norm,
)
from ner_window.model.confidence import forward_backward
from ner_window.model.model import Model

Array = NDArray[Any]

LARGEST_UNITS = 5


def explain(
    model: Model,
    tokens: Sequence[str],
    position: int,
    tag: str | None = None,
    learning_rate: float = 0.1,
) -> Explanation:
    """Explain a token of a sentence.

    ``tag`` is the tag that the loss is for, in the scheme of the model: by default the predicted
    one, with the margin head the type that it finds. Raises InputError for a tag that the model
    does not have, or that cannot stand there, for a learning rate that is no number from 0 on, and
    for an ensemble, whose members are explained one by one.
    """
    if model.others:
        raise InputError(
            f"the model has {len(model.networks)} networks, whose scores are averaged; choose "
            "the one to look into: --member 1"
        )
    if not (np.isfinite(learning_rate) and learning_rate >= 0):
        raise InputError(f"the learning rate is a number from 0 on, not {learning_rate}")
    asked = ExplainedToken(model, list(tokens), position, tag)
    return _Explainer(asked).explanation(learning_rate)


class _Explainer:
    """Reads off a graph, before and after the step, what is shown of a token."""

    def __init__(self, asked: ExplainedToken) -> None:
        self.asked, self.model, self.focus = asked, asked.model, asked.focus
        self.graph = StepByStep(asked.network(), asked.batch(), asked.focus)
        self.visits, self.gradients = self.graph.backward()

    def explanation(self, learning_rate: float) -> Explanation:
        """Read everything off the graph, then take the step."""
        scores, corrupted, trunk = self._scores(), self.graph.corrupted, self.graph.trunk
        before = self._outcome()
        shown = Explanation(
            tokens=self.asked.tokens,
            position=self.asked.position,
            head=self.model.network.head,
            tag=self.asked.tag,
            predicted=self.asked.predicted[self.asked.position],
            sequence=self.asked.sequence,
            best_score=max(scores, key=lambda scored: scored.score).tag,
            window_count=len(self.asked.batch_tokens),
            x_size=_x(self.graph).data.shape[1],
            places=self._places(),
            layers=[self._layer(h) for h in trunk.hidden],
            context_after=self.model.network.context_after,
            mentions=self._mentions(),
            sentence_mean=self._sentence_mean(),
            scores_formula=formula(trunk.scores),
            scores=scores,
            loss_formula=formula(self.graph.output),
            corrupted_score=corrupted.scores.data.item() if corrupted else None,
            before=before,
            steps=[self._step(visit) for visit in self.visits],
            rows=self._rows(learning_rate),
            learning_rate=learning_rate,
            after=before,
            drawing=self.graph.graph.draw(),
        )
        with np.errstate(all="ignore"):  # too large a step shows as nan
            self.graph.descend(self.gradients, learning_rate, self.asked.movable_words)
            return replace(shown, after=self._outcome())

    def _places(self) -> list[Place]:
        reach = self.model.window // 2
        windows = self.asked.encoded.stream.windows(np.array([self.asked.position]))[:, 0]
        values = [
            strings_at(table.feature.column_of(self.asked.text), slice(None))
            for table in self.model.features
        ]
        parts = [self._window_rows(part.data) for part in _parts(self.graph)]
        slopes = [self._window_rows(self.gradients[part]) for part in _parts(self.graph)]
        return [
            self._place(
                at=self.asked.position + place - reach,
                rows=windows[:, place].tolist(),
                values=values,
                parts=[part[place] for part in parts],
                slopes=[slope[place] for slope in slopes],
            )
            for place in range(self.model.window)
        ]

    def _place(
        self,
        at: int,
        rows: list[int],
        values: list[list[str]],
        parts: list[Array],
        slopes: list[Array],
    ) -> Place:
        """Return the place of the window that falls on token ``at``, if there is one."""
        is_token = 0 <= at < len(self.asked.tokens)
        features = zip(self.model.features, rows[1:], values, strict=True)
        return Place(
            offset=at - self.asked.position,
            token=self.asked.tokens[at] if is_token else None,
            row=self.asked.word_row(rows[0]),
            found=self.asked.found(at) if is_token else "outside the sentence",
            features=[
                (table.name, _shown_value(table.values[row], known[at] if is_token else None))
                for table, row, known in features
            ],
            norm=norm(np.concatenate(parts)),
            word_gradient=norm(slopes[0]),
            feature_gradient=norm(np.concatenate(slopes[1:])) if slopes[1:] else 0.0,
        )

    def _window_rows(self, part: Any) -> Array:
        """Return the part of x of the explained window that one table gave: (window, d)."""
        rows: Array = part[self.focus].reshape(self.model.window, -1)
        return rows

    def _layer(self, h: Node) -> Layer:
        (z, *_), row = h.inputs, h.data[self.focus]
        largest = np.argsort(-np.abs(row), kind="stable")[:LARGEST_UNITS].tolist()
        means, is_blocked = BLOCKED[self.model.network.nonlinearity]
        return Layer(
            z=str(z.name),
            h=str(h.name),
            z_formula=formula(z),
            h_formula=formula(h),
            z_norm=norm(z.data[self.focus]),
            h_norm=norm(row),
            units=len(row),
            largest=[(unit, float(row[unit])) for unit in largest],
            blocked=int(is_blocked(z.data[self.focus], row).sum()),
            blocked_means=means,
        )

    def _mentions(self) -> Mentions | None:
        mean = self.graph.trunk.mention_mean
        if mean is None:
            return None
        return Mentions(self.asked.others, norm(mean.data[self.focus]))

    def _sentence_mean(self) -> float | None:
        mean = self.graph.trunk.sentence_mean
        return None if mean is None else norm(mean.data[self.focus])

    def _scores(self) -> list[TagScore]:
        """Return score and probability of each tag; O has score 0 where one type is scored."""
        scores = self.graph.scores.astype(np.float64)
        if scores.shape[1] < len(self.model.tags):
            scores = np.concatenate((np.zeros_like(scores), scores), axis=1)
        of_token = scores[self.focus].tolist()
        tags = self.model.tags
        if self.model.network.head == "margin":
            return [TagScore(tag, s, None) for tag, s in zip(tags, of_token, strict=True)]
        p = self._probabilities(scores).tolist()
        return [TagScore(*scored) for scored in zip(tags, of_token, p, strict=True)]

    def _probabilities(self, scores: Array) -> Array:
        """Return p of each tag: softmax, or with the sentence head its share of all sequences."""
        transitions = self.graph.network.transitions
        if transitions is None:
            p: Array = softmax(scores[self.focus])
            return p
        lengths = np.array([len(scores)])
        alpha, beta, log_z = forward_backward(scores, lengths, transitions.data.astype(np.float64))
        marginals: Array = np.exp(alpha[self.focus] + beta[self.focus] - log_z)
        return marginals

    def _outcome(self) -> Outcome:
        scored = self._scores()[self.model.tags.index(self.asked.tag)]
        return Outcome(self.graph.loss, scored.probability, scored.score)

    def _step(self, visit: Visit) -> Step:
        edges = [
            Edge(str(x.name), local.formula, local.norm, norm(part))
            for x, local, part in zip(
                visit.node.inputs, local_gradients(visit), visit.downstream, strict=True
            )
            if part is not None
        ]
        return Step(str(visit.node.name), norm(visit.upstream), edges)

    def _rows(self, learning_rate: float) -> list[Row]:
        """Return the rows that the graph looks up, table by table, in the order of the table."""
        lookups = [node for node in self.graph.graph.nodes if _is_lookup(node)]
        rows = []
        for number, table in enumerate(self.graph.network.tables):
            ids = [node.inputs[1].data.ravel() for node in lookups if node.inputs[0] is table]
            times = Counter(np.concatenate(ids).tolist())
            gradient = _dense_rows(self.gradients[table])
            rows += [
                self._row(number, row, times[row], table.data[row], gradient[row], learning_rate)
                for row in sorted(times)
            ]
        return rows

    def _row(
        self, number: int, row: int, times: int, vector: Array, gradient: Array, rate: float
    ) -> Row:
        table = self.model.network.tables[number]
        why = self.asked.why_fixed(row) if number == 0 else ""
        length, size = norm(vector), norm(gradient)
        moved = rate * size / length if length else float("inf") if rate * size else 0.0
        values = None if number == 0 else self.model.features[number - 1].values
        return Row(
            table=str(table.name),
            row=self.asked.word_row(row) if values is None else f"{row} {values[row]}",
            times=times,
            length=length,
            gradient=size,
            moved=None if why else moved,
            why=why,
        )


def _x(graph: StepByStep) -> Node:
    return graph.trunk.hidden[0].inputs[0].inputs[0]


def _parts(graph: StepByStep) -> Sequence[Node]:
    """Return the nodes that look x up, one for each table."""
    x = _x(graph)
    return (x,) if _is_lookup(x) else x.inputs


def _is_lookup(node: Node) -> bool:
    return node.operation is not None and node.operation.name == "lookup_window"


def _dense_rows(gradient: Gradient) -> dict[int, Array]:
    """Return the rows of a table's gradient, those that were looked up several times summed."""
    assert isinstance(gradient, ad.RowSparse)
    rows = gradient.coalesce()
    return dict(zip(rows.indices.tolist(), rows.values, strict=True))


def _shown_value(key: str, value: str | None) -> str:
    """Return a feature's value, with the row that stands for it where that is another."""
    return key if value in (None, key) else f"{value} ({key})"
