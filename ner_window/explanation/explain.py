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
        self.network, self.nodes = self.graph.network, self.graph.trunk.nodes
        self.visits, self.gradients = self.graph.walk_back()

    def explanation(self, learning_rate: float) -> Explanation:
        """Read everything off the graph, then take the step."""
        scores, before = self._scores(), self._outcome()
        shown = Explanation(
            tokens=self.asked.tokens,
            position=self.asked.position,
            tag=self.asked.tag,
            predicted=self.asked.predicted[self.asked.position],
            sequence=self.asked.sequence,
            best_score=max(scores, key=lambda scored: scored.score).tag,
            window_count=len(self.asked.batch_tokens),
            x_size=self.nodes["x"].shape[1],
            places=self._places(),
            layers=[self._layer(layer) for layer in self.network.hidden],
            joined_layer=self.network.joined_layer,
            context=self._context(),
            scores_formula=formula(self.nodes["s"]),
            meaning=self.network.head.meaning,
            scores=scores,
            loss_formula=formula(self.graph.loss_node),
            loss_notes=self._loss_notes(),
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
        reach = self.model.network.window // 2
        windows = self.asked.encoded.stream.windows(np.array([self.asked.position]))[:, 0]
        values = [
            table.feature.column_of(self.asked.text).part(slice(None))
            for table in self.model.features
        ]
        looked_up = [self.nodes[f"x[{table.name}]"] for table in self.network.tables]
        parts = [self._window_rows(part.data) for part in looked_up]
        slopes = [self._window_rows(self.gradients[part]) for part in looked_up]
        return [
            self._place(
                at=self.asked.position + place - reach,
                rows=windows[:, place].tolist(),
                values=values,
                parts=[part[place] for part in parts],
                slopes=[slope[place] for slope in slopes],
            )
            for place in range(self.model.network.window)
        ]

    def _place(
        self,
        at: int,
        rows: list[int],
        values: list[list[str]],
        parts: list[FloatArray],
        slopes: list[FloatArray],
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

    def _window_rows(self, part: Any) -> FloatArray:
        """Return the part of x of the explained window that one table gave: (window, d)."""
        rows: FloatArray = part[self.focus].reshape(self.model.network.window, -1)
        return rows

    def _layer(self, layer: HiddenLayer) -> ExplainedLayer:
        z, h = (self.nodes[f"{symbol}{layer.suffix}"] for symbol in "zh")
        own_z, own_h = z.data[self.focus], h.data[self.focus]
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

    def _context(self) -> list[Joined]:
        """Return what is shown of each part that joins the h of a layer."""
        layer = self.network.joined_layer
        h = "h" if layer in (None, 1) else f"h{layer}"
        return [
            Joined(
                part.symbol,
                part.described(h, self.asked.others(part)),
                norm(self.nodes[part.symbol].data[self.focus]),
            )
            for part in self.network.context.parts
        ]

    def _loss_notes(self) -> list[str]:
        corrupted = self.graph.corrupted
        return self.network.head.loss_notes(
            self.graph.J,
            corrupted.scores.item() if corrupted else None,
            " ".join(self.asked.sequence),
        )

    def _scores(self) -> list[TagScore]:
        """Return score and probability of each tag."""
        head, tags = self.network.head, self.model.tags
        scores = head.of_tags(self.nodes["s"].data.astype(np.float64))
        transitions = self.model.decoder.transitions_of([head])
        p = head.probabilities(scores, self.focus, transitions)
        of_token = scores[self.focus].tolist()
        every_p = [None] * len(tags) if p is None else p.tolist()
        return [TagScore(*scored) for scored in zip(tags, of_token, every_p, strict=True)]

    def _outcome(self) -> TagOutcome:
        scored = self._scores()[self.model.tags.index(self.asked.tag)]
        return TagOutcome(self.graph.J, scored.probability, scored.score)

    def _step(self, visit: Visit) -> BackwardStep:
        edges = [
            Edge(x.label, local.formula, local.norm, norm(part))
            for x, local, part in zip(
                visit.node.inputs, local_gradients(visit), visit.downstream, strict=True
            )
            if part is not None
        ]
        return BackwardStep(visit.node.label, norm(visit.upstream), edges)

    def _rows(self, learning_rate: float) -> list[ExplainedRow]:
        """Return the rows that the graph looks up, table by table, in the order of the table."""
        trunks = [trunk for trunk in (self.graph.trunk, self.graph.corrupted) if trunk]
        rows = []
        for number, table in enumerate(self.network.tables):
            ids = [trunk.windows[number].data.ravel() for trunk in trunks]
            times = Counter(np.concatenate(ids).tolist())
            gradient = _dense_rows(self.gradients[table])
            rows += [
                self._row(number, row, times[row], table.data[row], gradient[row], learning_rate)
                for row in sorted(times)
            ]
        return rows

    def _row(
        self,
        number: int,
        row: int,
        times: int,
        vector: FloatArray,
        gradient: FloatArray,
        rate: float,
    ) -> ExplainedRow:
        table = self.model.network.tables[number]
        why = self.asked.why_fixed(row) if number == 0 else ""
        length, size = norm(vector), norm(gradient)
        moved = rate * size / length if length else float("inf") if rate * size else 0.0
        values = None if number == 0 else self.model.features[number - 1].values
        return ExplainedRow(
            table=str(table.name),
            row=self.asked.word_row(row) if values is None else f"{row} {values[row]}",
            times=times,
            length=length,
            gradient=size,
            moved=None if why else moved,
            why=why,
        )


def _dense_rows(gradient: Gradient) -> dict[int, FloatArray]:
    """Return the rows of a table's gradient, those that were looked up several times summed."""
    assert isinstance(gradient, ad.RowSparse)
    rows = gradient.coalesce()
    return dict(zip(rows.indices.tolist(), rows.values, strict=True))


def _shown_value(key: str, value: str | None) -> str:
    """Return a feature's value, with the row that stands for it where that is another."""
    return key if value in (None, key) else f"{value} ({key})"
