"""The token that is asked about: its sentence, its look-up, and what its loss depends on."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autodiff as ad
from ner_window.corpora.text import Text, strings_at
from ner_window.encoding.features import UNKNOWN_VALUE, FileColumn
from ner_window.encoding.vocabulary import UNKNOWN, spellings_found
from ner_window.errors import InputError
from ner_window.model.decoding import viterbi
from ner_window.model.model import Encoded, Model
from ner_window.model.network import Batch, WindowNetwork, sees_sentence

Array = NDArray[Any]


def find_token(tokens: Sequence[str], asked: str) -> int:
    """Return the position that a number from 0 on, or a word that occurs once, stands for.

    Raises InputError, with the tokens and their numbers, where it stands for none or several.
    """
    numbers = [str(place) for place in range(len(tokens))]
    if asked in numbers:
        return numbers.index(asked)
    places = [place for place, token in enumerate(tokens) if token == asked]
    if len(places) == 1:
        return places[0]
    problem = f"occurs {len(places)} times" if places else "is none of the tokens"
    numbered = ", ".join(map(" ".join, zip(numbers, tokens, strict=True)))
    raise InputError(f"--token {asked}: {problem}; give a number of: {numbered or '(no tokens)'}")


class ExplainedToken:
    """Token ``position`` of a sentence, and the ``tag`` that its loss is for.

    The sentence is a document of its own. ``predicted`` are the tags that the model gives it,
    ``sequence`` those that the loss is for; ``others`` are the other mentions of the word that
    document context looks at; ``batch_tokens`` the tokens whose windows the loss depends on,
    ``focus`` the place of this one among them. Raises InputError as :func:`explain` does.
    """

    def __init__(self, model: Model, tokens: list[str], position: int, tag: str | None) -> None:
        self.model, self.tokens, self.position = model, tokens, position
        self.text = replace(Text.of([tokens]), documents=np.zeros(1, np.int64))
        self.encoded = _encoded(model, self.text)
        self.predicted = strings_at(model.predict(self.encoded), slice(None))
        self.tag = _judged_tag(model, tag, self.predicted[position])
        self.sequence = self._sequence()
        self.others = self._others()
        self.batch_tokens = self._batch_tokens()
        self.focus = self.batch_tokens.index(position)

    def _sequence(self) -> list[str]:
        """Return the tags of the sentence that the loss is for.

        For the sentence head they are the best sequence that has the tag at the token, for the
        others the predicted ones beside it. Raises InputError where there is no such sequence.
        """
        model, position = self.model, self.position
        if model.network.head != "sentence":
            return [*self.predicted[:position], self.tag, *self.predicted[position + 1 :]]
        scores = model.scores(self.encoded)
        scores[position, np.arange(len(model.tags)) != model.tags.index(self.tag)] = -np.inf
        best = viterbi(scores, self.encoded.stream.lengths, model.transitions).tolist()
        if model.tags[best[position]] != self.tag:
            raise InputError(
                f"--tag {self.tag}: it cannot stand at token {position}; no sequence of tags in "
                f"the scheme {model.scheme} has it there"
            )
        return [model.tags[number] for number in best]

    def _others(self) -> list[int]:
        """Return the positions of the other mentions that document context looks at."""
        if self.encoded.documents is None:
            return []
        groups = self.encoded.documents.groups
        group = groups[self.position]
        same = np.flatnonzero((groups == group) & (groups >= 0)).tolist()
        return [place for place in same if place != self.position]

    def _batch_tokens(self) -> list[int]:
        """Return the tokens whose windows the loss depends on: the token, its mentions, or all."""
        network = self.model.network
        if network.head == "sentence" or sees_sentence(network.context):
            return list(range(len(self.tokens)))
        return sorted([self.position, *self.others])

    def batch(self) -> Batch:
        """Return the windows that the loss depends on, with what the head and the context need."""
        documents, tokens = self.encoded.documents, np.array(self.batch_tokens)
        windows = self.encoded.stream.windows(tokens)
        corrupted = None
        if self.model.network.head == "margin":
            corrupted, center = windows.copy(), self.model.window // 2
            corrupted[0, :, center], corrupted[1:, :, center] = UNKNOWN, UNKNOWN_VALUE
        return Batch(
            windows=windows,
            tags=np.array([self.model.tags.index(self.sequence[k]) for k in self.batch_tokens]),
            lengths=np.array([len(self.batch_tokens)]),
            groups=documents.groups[tokens] if documents else None,
            sentences=self.encoded.stream.sentences(tokens),
            corrupted=corrupted,
        )

    def network(self) -> WindowNetwork:
        """Return a copy of the network, its word table followed by the vectors of the sentence.

        All of its tables get gradients, so that one sees what reaches them.
        """
        words, *others = self.model.network.tables
        table = np.concatenate((words.data, self.encoded.beyond))
        return replace(
            copy.deepcopy(replace(self.model.network, tables=[])),
            tables=[
                ad.Parameter(table, words.name),
                *(ad.Parameter(other.data, other.name) for other in others),
            ],
        )

    @property
    def movable_words(self) -> int:
        """How many rows of the word table can move: those of the table, unless it is frozen."""
        is_trained = isinstance(self.model.network.tables[0], ad.Parameter)
        return len(self.model.vocabulary) if is_trained else 0

    def why_fixed(self, row: int) -> str:
        """Return why a word's row cannot move, nothing where it can."""
        if row >= len(self.model.vocabulary):
            return "beyond the table: no training word"
        return "" if self.movable_words else "the table is frozen"

    def word_row(self, row: int) -> str:
        """Return what stands for a word id: its number and key, beyond the table its spelling."""
        keys = self.model.vocabulary.keys
        if row < len(keys):
            return f"{row} {keys[row]}"
        ids = self.encoded.words
        word = self.text.tokens.values[ids.values.tolist().index(row)]
        return f"- {spellings_found([word], self.model.vectors)[0]}"

    def found(self, at: int) -> str:
        """Return at which step of the look-up a token was found, and whether in the table."""
        (step,) = self.model.vocabulary.steps_of([self.tokens[at]])
        words = self.encoded.words
        is_beyond = words.values[words.numbers[at]] >= len(self.model.vocabulary)
        return f"{step}, beyond the table" if is_beyond else step


def _encoded(model: Model, text: Text) -> Encoded:
    """Look up a sentence. Raises InputError where it is empty or lacks a column that is needed."""
    if len(text.tokens) == 0:
        raise InputError("the sentence has no tokens")
    columns = [t.feature.column for t in model.features if isinstance(t.feature, FileColumn)]
    if columns:
        raise InputError(
            f"the model looks at the column {columns[0]!r} of its files, which a sentence does not "
            "have: it cannot be explained"
        )
    return model.encode(text)


def _judged_tag(model: Model, tag: str | None, predicted: str) -> str:
    """Return the tag that the loss is for."""
    finds_pairs = model.network.head == "margin"
    default = model.tags[1] if finds_pairs else predicted
    if tag is not None and tag not in model.tags:
        raise InputError(f"--tag {tag}: the model has no such tag; it has {', '.join(model.tags)}")
    if finds_pairs and tag == model.tags[0]:
        raise InputError(f"--tag {tag}: the loss of the margin head is for {default} alone")
    return tag or default
