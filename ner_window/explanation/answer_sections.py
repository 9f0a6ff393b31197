"""What a model says of a token, and the sections on what that hangs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ner_window.explanation.digits import LEAST_SHARE, comparable, percentage
from ner_window.explanation.explanation import Answer, Explanation, Occlusion, Place, TagScore
from ner_window.explanation.section import (
    Bar,
    FilledColumn,
    Formula,
    Line,
    Section,
    SectionTable,
    TableColumn,
)

SMALL = 0.01  # probabilities below it are summed
SCORE_DECIMALS = 3
PADDING = "(padding)"


def heading(shown: Explanation) -> str:
    """Return what an explanation is about, in a line."""
    return f"Token {shown.position}, {shown.tokens[shown.position]!r}, in: {' '.join(shown.tokens)}"


def reading(type_: str | None) -> str:
    """Return what tokens are read as."""
    return type_ or "no entity"


def answer_text(shown: Explanation) -> str:
    """Return the answer: ``LOC, 93.1%``; with the margin head ``LOC, score of I-LOC 2.31``."""
    value = shown.answer.value
    figure = percentage(value) if shown.has_probabilities else f"score of {shown.tag} {value:.3g}"
    return f"{reading(shown.answer.type)}, {figure}"


def next_text(answer: Answer) -> str:
    """Return what comes next to the answer, and what is left for other boundaries."""
    if not answer.others:
        return ""
    first, *more = [f"{reading(type_)} {percentage(p)}" for type_, p in answer.others]
    more = [told for told, (_, p) in zip(more, answer.others[1:], strict=True) if p >= LEAST_SHARE]
    rest = 1 - answer.value - sum(p for _, p in answer.others)
    boundaries = [f"other boundaries {percentage(rest)}"] if rest >= LEAST_SHARE else []
    return f"next: {', '.join([first, *more[:1], *boundaries])}"


def answer_meaning(shown: Explanation) -> str:
    """Return what the figure of the answer is."""
    answer = shown.answer
    text = " ".join(shown.tokens[answer.start : answer.end])
    if not shown.has_probabilities:
        return "The score of the token, which is an entity above 0: the head has no probabilities."
    if answer.type is None:
        return f"The probability that {text!r} is in no entity."
    return (
        f"The probability that exactly {text!r} is an entity of this type, as tagging gives it: "
        "the share of all sequences of tags that can be predicted, at the temperature of the model."
    )


def offset_text(offset: int) -> str:
    """Return the place of a window, with its sign: -2, 0, +1."""
    return f"{offset:+d}" if offset else "0"


def token_text(place: Place | Occlusion) -> str:
    """Return what stands at a place of the window."""
    return PADDING if place.token is None else place.token


def without(shown: Explanation) -> Section:
    """Return what becomes of the answer without each token of the window."""
    answer, parts = shown.answer, shown.occlusions
    what = "probability" if shown.has_probabilities else "score"
    of_what = reading(answer.type) if shown.has_probabilities else shown.tag
    values = [answer.value, *(part.value for part in parts)]
    alone = [answer.value, *(part.value_without_word for part in parts)]
    figures, figures_alone = _figures(shown, values), _figures(shown, alone)
    columns: list[FilledColumn] = [
        (TableColumn("hidden"), ["nothing", *map(token_text, parts)]),
        (TableColumn("place", True), ["", *(offset_text(part.offset) for part in parts)]),
        (TableColumn(what, True), figures),
        (TableColumn("change", True), ["", *(_change(shown, part.value) for part in parts)]),
    ]
    has_features = bool(shown.places[0].features)
    if has_features:
        columns.append((TableColumn("only its word hidden", True, True), figures_alone))
    if shown.has_probabilities:
        columns.append((TableColumn("of 100%"), [*map(Bar, values)]))
    replaced = "word and its features are" if has_features else "word is"
    lines = [
        [
            f"The {what} of the answer, {of_what}, where the model cannot see one token: its "
            f"{replaced} replaced by the unknown, in every window of the sentence. The model was "
            "asked again for each row."
        ]
    ]
    table = SectionTable.of("The answer without each token of the window", columns, marked=0)
    notes = [["Tokens that matter only together may each change little."]]
    if any(part.token is None for part in parts):
        notes.insert(0, ["In the place of padding stands an unknown token."])
    return Section("without", "Without each token", lines, [table], notes)


def _figures(shown: Explanation, values: Sequence[float]) -> list[str]:
    if shown.has_probabilities:
        return [*map(percentage, values)]
    return [f"{value:.{SCORE_DECIMALS}f}" for value in values]


def _change(shown: Explanation, value: float) -> str:
    """Return by how much the answer's figure changes, in points of percent."""
    change = value - shown.answer.value
    figure = f"{change:+.{SCORE_DECIMALS}f}"
    if shown.has_probabilities:
        figure = f"{100 * change:+.1f}"
    return figure if figure.strip("+-0.") else figure[1:]


def scores(shown: Explanation) -> Section:
    """Return the scores of the tags, the best first; small probabilities in a row together."""
    in_order = sorted(shown.scores, key=lambda scored: (-(scored.probability or 0), -scored.score))
    small = [scored for scored in in_order if _is_small(shown, scored)]
    told = [scored for scored in in_order if scored not in small] if len(small) > 1 else in_order
    rest = [f"{len(small)} others"] if len(small) > 1 else []
    columns: list[FilledColumn] = [
        (TableColumn("tag"), [*(_marked(shown, scored.tag) for scored in told), *rest]),
        (
            TableColumn("score", True, is_lesser=shown.has_probabilities),
            [*comparable([scored.score for scored in told]), *("" for _ in rest)],
        ),
    ]
    if shown.has_probabilities:
        shares = [scored.probability or 0.0 for scored in told]
        shares += [sum(scored.probability or 0.0 for scored in small)] if rest else []
        columns.append((TableColumn("probability", True), [*map(percentage, shares)]))
        columns.append((TableColumn("of 100%"), [*map(Bar, shares)]))
    predicted = [scored.tag for scored in told].index(shown.predicted)
    table = SectionTable.of("Scores of the tags", columns, marked=predicted)
    return Section("scores", "Scores", [*_told_of_scores(shown)], [table])


def _is_small(shown: Explanation, scored: TagScore) -> bool:
    is_asked_for = scored.tag in (shown.predicted, shown.tag)
    return scored.probability is not None and scored.probability < SMALL and not is_asked_for


def _marked(shown: Explanation, tag: str) -> str:
    """Return a tag, and what is to be said of it."""
    if tag == shown.predicted:
        return f"{tag} (predicted)"
    return f"{tag} (asked for)" if tag == shown.tag else tag


def _told_of_scores(shown: Explanation) -> Iterator[Line]:
    yield [Formula(shown.meaning)]
    if shown.has_probabilities:
        yield [
            "This is of the tag of one token, as the loss has it; the answer is of an entity, at "
            "the temperature of the model."
        ]
    predicted = f"Predicted: {shown.predicted}"
    if shown.predicted != shown.best_score:
        predicted += (
            f"; {shown.best_score} has the best score, but the sentence as a whole "
            "decides otherwise"
        )
    yield [f"{predicted}."]
