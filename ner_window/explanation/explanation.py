"""What there is to show of one window: figures and names, no arrays.

All norms are Euclidean. :mod:`ner_window.explanation.explain` fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One place of the window: ``offset`` from its center, the token (None: padding), its look-up.

    ``features`` pairs each feature with its value. ``norm`` is that of the token's part of x;
    ``word_gradient`` that of what reaches its word vector from this place, ``feature_gradient``
    that of what reaches its feature vectors together.
    """

    offset: int
    token: str | None
    row: str
    found: str
    features: list[tuple[str, str]]
    norm: float
    word_gradient: float
    feature_gradient: float


@dataclass(frozen=True)
class ExplainedLayer:
    """A layer h = f(z): norms, the units with the largest |h|, how many pass little gradient."""

    z: str
    h: str
    z_formula: str
    h_formula: str
    z_norm: float
    h_norm: float
    units: int
    largest: list[tuple[int, float]]
    blocked: int
    blocked_means: str


@dataclass(frozen=True)
class Joined:
    """A part of the context that joins h: its symbol, what it is in words, its norm."""

    symbol: str
    words: str
    norm: float


@dataclass(frozen=True)
class TagScore:
    """A tag, its score, and its probability: None with the margin head, which has none."""

    tag: str
    score: float
    probability: float | None


@dataclass(frozen=True)
class FoundEntity:
    """The entity that a token is in: its tokens, its type, and how sure the model is of it."""

    text: str
    type: str
    confidence: float | None


@dataclass(frozen=True)
class Edge:
    """What a node sends back to one of its inputs; norms, of a local gradient if it has one."""

    input: str
    local: str
    local_norm: float | None
    downstream: float


@dataclass(frozen=True)
class BackwardStep:
    """A node on the way back: the norm that arrives, and its edges."""

    node: str
    upstream: float
    edges: list[Edge]


@dataclass(frozen=True)
class ExplainedRow:
    """A row that was looked up: how often, its length, the norm of its summed gradient.

    ``moved`` is how far one step takes it, in units of its length: None where it cannot move, for
    the reason in ``why``; infinite where its length is 0.
    """

    table: str
    row: str
    times: int
    length: float
    gradient: float
    moved: float | None
    why: str


@dataclass(frozen=True)
class TagOutcome:
    """The loss and the probability of the tag; with the margin head its score instead."""

    loss: float
    probability: float | None
    score: float


@dataclass(frozen=True)
class Explanation:
    """All that is to be shown of a token.

    ``position`` is that of the token among ``tokens``; ``tag`` the one that the loss is for,
    ``predicted`` the model's, ``entity`` what the token is in by that, None outside of any;
    ``best_score`` the tag with the best score of its own; ``sequence`` the tags of the sentence
    that the loss is for. ``joined_layer`` is the number of the layer whose h the parts of
    ``context`` join, None where it has none. ``meaning`` says what the scores stand for,
    ``loss_notes`` what is to be said of the loss beside its formula. ``window_count`` is how many
    windows the graph runs on. ``drawing`` is the graph as SVG.
    """

    tokens: list[str]
    position: int
    tag: str
    predicted: str
    entity: FoundEntity | None
    sequence: list[str]
    best_score: str
    window_count: int
    x_size: int
    places: list[Place]
    layers: list[ExplainedLayer]
    joined_layer: int | None
    context: list[Joined]
    scores_formula: str
    meaning: str
    scores: list[TagScore]
    loss_formula: str
    loss_notes: list[str]
    before: TagOutcome
    steps: list[BackwardStep]
    rows: list[ExplainedRow]
    learning_rate: float
    after: TagOutcome
    drawing: str
