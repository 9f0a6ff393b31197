"""Two models on the same data: is one better, and where.

What is found out is about these two models on other text like this: how much their recipes differ,
trained with other seeds, is a question for a study.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import numpy as np
from rich.console import Group

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.partition import UnitName
from ner_window.corpora.spans import Spans
from ner_window.corpora.type_mapping import LeftOut
from ner_window.errors import InputError
from ner_window.evaluation.breakdown import unit_counts
from ner_window.evaluation.intervals import LEVEL
from ner_window.evaluation.mentions import Mentions, everything
from ner_window.evaluation.paired_test import SEED, SHUFFLES, PairedTests, paired_tests
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.units import Units
from ner_window.evaluation.whole_texts import are_of_one_text, in_whole_texts
from ner_window.scoring.score import Score
from ner_window.terminal import Line, Role, Shown, together
from ner_window.wording import interval_phrase

EXAMPLES = 3


@dataclass(frozen=True)
class ExampleSentence:
    """A sentence that one model gets wholly right, with the other's mistakes.

    Entities are written as TYPE and tokens.
    """

    sentence: str
    gold: list[str]
    wrong: list[str]


@dataclass(frozen=True)
class Comparison(Shown):
    """Scores of models A and B, tests of the difference B - A, and sentences one gets right.

    ``only_a`` and ``only_b`` count the sentences whose entities only this model finds, all of them
    and no others; where ``is_of_texts``, because the models cut text in different ways, they are
    whole texts. ``left_out_types`` is what takes no part, by model, where the types of the file
    were mapped.
    """

    scores: tuple[Score, Score]
    tests: PairedTests
    units: Units
    only_a: int
    only_b: int
    examples_a: list[ExampleSentence]
    examples_b: list[ExampleSentence]
    left_out_types: dict[str, LeftOut] = field(default_factory=dict)
    is_of_texts: bool = False

    @property
    def is_detected(self) -> bool:
        """Whether the test tells the models apart at the 5% level: its interval leaves out 0."""
        return self.tests.is_detected

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        left_out = {name: each.as_dict() for name, each in self.left_out_types.items()}
        return {
            "a": self.scores[0].as_dict(),
            "b": self.scores[1].as_dict(),
            **asdict(self.tests),
            "is_detected": self.is_detected,
            "detectable": self.tests.detectable,
            "intervals_from": {"level": LEVEL, **self.units.as_dict()},
            "randomization": {"shuffles": SHUFFLES, "seed": SEED},
            "shuffles": SHUFFLES,
            "only_a_right": self.only_a,
            "only_b_right": self.only_b,
            "examples_a": list(map(asdict, self.examples_a)),
            "examples_b": list(map(asdict, self.examples_b)),
            **({"left_out_types": left_out} if left_out else {}),
        }

    def __rich__(self) -> Group:
        """Return the scores, the test of their difference, its verdict, and examples."""
        tests = self.tests
        is_told = tests.interval is not None
        role = Role.detected if self.is_detected else Role.undecided
        found, colon, behind = self.verdict.partition(": ")
        return together(
            *(_figures(name, score) for name, score in zip("AB", self.scores, strict=True)),
            *(f"{name.upper()} {each}" for name, each in self.left_out_types.items()),
            Line(
                "B - A: ",
                (f"{tests.difference:+.2f} points of F1", Role.headline),
                ", ",
                (interval_phrase(LEVEL, tests.interval), Role.interval),
                f"{_p_phrase(tests.p)} ({self.units.description})",
            ),
            Line((found, role) if is_told else found, colon + behind),
            f"approximate randomization: p = {tests.randomization_p:.4f} ({SHUFFLES:,} shuffles; "
            "another test, which the verdict does not rest on)",
            f"{'texts' if self.is_of_texts else 'sentences'} that only A gets wholly right: "
            f"{self.only_a:,}; only B: {self.only_b:,}",
            *_lines("only A", "B", self.examples_a),
            *_lines("only B", "A", self.examples_b),
        )

    def _why_none(self) -> str:
        if self.units.are_enough:
            return "fewer than two units have any entity"
        return self.units.description

    @property
    def verdict(self) -> str:
        """What the test says of these two models, in a sentence."""
        if self.tests.interval is None:
            return f"no test: {self._why_none()}"
        low, high = self.tests.interval
        lies = f"the difference of these two models lies between {low:+.2f} and {high:+.2f}"
        if not self.is_detected:
            return f"no difference is detected at the 5% level: {lies} ({LEVEL}%)"
        better = "B" if self.tests.difference > 0 else "A"
        return (
            f"{better} is better, detected at the 5% level: {lies} ({LEVEL}%); other seeds of "
            "their recipes may differ otherwise"
        )


def _p_phrase(p: float | None) -> str:
    if p is None:
        return ""
    return f", p = {p:.4f}" if p >= 0.0001 else ", p < 0.0001"


def _figures(name: str, score: Score) -> Line:
    total = score.total
    headline = (f"F1 {total.f1:.2f}", Role.headline)
    return Line(
        f"{name}: ", headline, f", precision {total.precision:.2f}, recall {total.recall:.2f}"
    )


def _lines(right: str, wrong: str, examples: list[ExampleSentence]) -> list[str]:
    lines = []
    for example in examples:
        lines += [
            f"  {right}: {example.sentence}",
            f"    gold: {_listed(example.gold)}",
            f"    {wrong}:    {_listed(example.wrong)}",
        ]
    return lines


def _listed(entities: list[str]) -> str:
    return "; ".join(entities) or "none"


def compare(
    one: PredictedCorpus, other: PredictedCorpus, resample: UnitName | None = None
) -> Comparison:
    """Compare what models A and B predict for one file.

    Raises InputError where they are not held to the same tokens and tags, or where documents are
    asked for and too few are marked.
    """
    is_of_texts = not _are_alike(one, other)
    if is_of_texts:
        one, other = _in_whole_texts(one, other)
    units = Units.of(one.gold.tokens, resample)
    right_a, right_b = wholly_right(one), wholly_right(other)
    return Comparison(
        scores=(one.score(), other.score()),
        tests=paired_tests(
            _counts(one.mentions, units), _counts(other.mentions, units), units.are_enough
        ),
        units=units,
        only_a=int((right_a & ~right_b).sum()),
        only_b=int((right_b & ~right_a).sum()),
        examples_a=_examples(other, right_a & ~right_b),
        examples_b=_examples(one, right_b & ~right_a),
        left_out_types={
            name: each.left_out
            for name, each in zip("ab", (one, other), strict=True)
            if each.left_out
        },
        is_of_texts=is_of_texts,
    )


def _are_alike(one: PredictedCorpus, other: PredictedCorpus) -> bool:
    both = [(list(gold.tokens), list(gold.tag_sequences())) for gold in (one.gold, other.gold)]
    return both[0] == both[1]


def _in_whole_texts(
    one: PredictedCorpus, other: PredictedCorpus
) -> tuple[PredictedCorpus, PredictedCorpus]:
    """Return the predictions of models that cut the texts of a file in different ways."""
    if one.gold.raw_texts and one.gold.sha256 == other.gold.sha256:
        both = in_whole_texts(one), in_whole_texts(other)
        if are_of_one_text(*both):
            return both
    raise InputError(
        "the two models are not held to the same tokens and tags: they read other columns of "
        "the file, or find other types; name the columns by --token-column and --tag-column"
    )


def _counts(mentions: Mentions, units: Units) -> IntArray:
    """Return gold, predicted and correct of each unit, (units, 3)."""
    return unit_counts(mentions, everything(mentions), units)[:, 0]


def wholly_right(predictions: PredictedCorpus) -> BoolArray:
    """Tell of each sentence, (sentences,), whether all gold and predicted mentions are correct."""
    sentences = Units.of(predictions.gold.tokens, "sentences")
    counts = _counts(predictions.mentions, sentences)
    is_right: BoolArray = (counts[:, 0] == counts[:, 2]) & (counts[:, 1] == counts[:, 2])
    return is_right


def _examples(wrong: PredictedCorpus, is_chosen: BoolArray) -> list[ExampleSentence]:
    """Return some of the chosen sentences, evenly spread, with what is wrong about them."""
    chosen = np.flatnonzero(is_chosen)
    spread = np.linspace(0, len(chosen) - 1, min(EXAMPLES, len(chosen))).astype(np.int64)
    tokens = wrong.gold.tokens.words
    return [
        ExampleSentence(
            sentence=" ".join(tokens.part(wrong.gold.tokens.bounds(sentence))),
            gold=_entities(wrong, wrong.mentions.gold, sentence),
            wrong=_entities(wrong, wrong.mentions.predicted, sentence),
        )
        for sentence in chosen[spread].tolist()
    ]


def _entities(predictions: PredictedCorpus, spans: Spans, sentence: int) -> list[str]:
    inside = spans.subset(spans.sentences == sentence)
    return [" ".join(mention) for mention in inside.mentions(predictions.gold.tokens.words)]
