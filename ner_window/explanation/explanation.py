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
class Answer:
    """What the model says of a token: tokens ``start`` to ``end`` - 1 are an entity of ``type``.

    Where the token is in none, ``type`` is None, and the tokens are the token alone. ``value`` is
    the probability of that, as tagging gives it; with the margin head, which has none, the score of
    the token. ``others`` are the other readings of the same tokens with their probabilities, the
    likeliest first; what is missing to 1 are entities with other boundaries.
    """

    start: int
    end: int
    type: str | None
    value: float
    others: list[tuple[str | None, float]]


@dataclass(frozen=True)
class Occlusion:
    """What becomes of the answer's value where the model cannot see a place of the window.

    ``token`` is what stands there, None for padding; ``value_without_word`` is the value where its
    features are left alone.
    """

    offset: int
    token: str | None
    value: float
    value_without_word: float


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
    the reason in ``why``; infinite where its length is 0. ``is_of_window`` tells whether the window
    of the token has it, not only that of another that the loss depends on.
    """

    table: str
    row: str
    times: int
    length: float
    gradient: float
    moved: float | None
    why: str
    is_of_window: bool


@dataclass(frozen=True)
class TagOutcome:
    """The loss and the probability of the tag; with the margin head its score instead.

    ``sequence`` is the probability of all tags of the sentence, where the loss is that of them.
    """

    loss: float
    probability: float | None
    score: float
    sequence: float | None


@dataclass(frozen=True)
class Explanation:
    """All that is to be shown of a token.

    ``position`` is that of the token among ``tokens``; ``tag`` the one that the loss is for,
    ``predicted`` the model's; ``has_probabilities`` tells whether the values of ``answer`` and
    ``occlusions`` are some. ``best_score`` is the tag with the best score of its own; ``sequence``
    the tags of the sentence that the loss is for. ``joined_layer`` is the number of the layer whose
    h the parts of ``context`` join, None where it has none. ``meaning`` says what the scores stand
    for, ``loss_notes`` what is to be said of the loss beside its formula. ``window_count`` is how
    many windows the graph runs on. ``drawing`` is the graph as SVG.
    """

    tokens: list[str]
    position: int
    tag: str
    predicted: str
    answer: Answer
    occlusions: list[Occlusion]
    has_probabilities: bool
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
