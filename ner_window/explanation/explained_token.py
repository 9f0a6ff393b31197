"""The token that is asked about: its sentence, its look-up, and what its loss depends on."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import autodiff as ad
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.features import UNKNOWN_VALUE
from ner_window.encoding.vocabulary import UNKNOWN
from ner_window.errors import InputError
from ner_window.model.contexts import ContextPart
from ner_window.model.graphs import Batch
from ner_window.model.heads.head import Asked
from ner_window.model.model import Model
from ner_window.model.network import WindowNetwork


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
    """A token of a sentence, which is a document of its own, and the tag that its loss is for.

    Parameters
    ----------
    model, tokens, position, tag
        As :func:`explain` has them.

    Attributes
    ----------
    prediction
        What the model finds in the sentence.
    predicted
        The tags that it gives it.
    sequence
        The tags that the loss is for.
    batch_tokens
        The tokens whose windows the loss depends on.
    focus
        The place of this token among them.

    Raises
    ------
    InputError
        As :func:`explain` does.
    """

    def __init__(self, model: Model, tokens: list[str], position: int, tag: str | None) -> None:
        self.model, self.tokens, self.position = model, tokens, position
        self.text = replace(Tokens.of([tokens]), documents=np.zeros(1, np.int64))
        self.encoded = _encoded(model, self.text)
        self.prediction = model.predict(self.encoded)
        self.predicted = self.prediction.tags.strings
        self.tag = _judged_tag(model, tag, self.predicted[position])
        self.sequence = self._sequence()
        self.batch_tokens = self._batch_tokens()
        self.focus = self.batch_tokens.index(position)

    def _sequence(self) -> list[str]:
        """Return the tags of the sentence that the loss is for.

        Raises InputError where there is no such sequence.
        """
        model, number = self.model, self.model.tags.index
        scores = model.scorer.scores(self.encoded)
        asked = Asked(scores, list(map(number, self.predicted)), self.position, number(self.tag))
        try:
            sequence = model.network.head.sequence(asked, model.decoder.transitions)
        except ValueError:
            raise InputError(
                f"--tag {self.tag}: it cannot stand at token {self.position}; no sequence of tags "
                f"in the scheme {model.scheme} has it there"
            ) from None
        return [model.tags[tag] for tag in sequence]

    def others(self, part: ContextPart) -> list[int]:
        """Return the positions of the other tokens whose h a part of the context looks at."""
        read = part.reads(self.encoded, self.position)
        return [place for place in read if place != self.position]

    def _batch_tokens(self) -> list[int]:
        """Return the tokens whose windows the loss depends on."""
        network = self.model.network
        read = {self.position, *network.head.reads(len(self.tokens), self.position)}
        return sorted(read.union(*map(self.others, network.context.parts)))

    def batch(self) -> Batch:
        """Return the windows that the loss depends on, with what the head and the context need."""
        network, encoded = self.model.network, self.encoded
        tokens = np.array(self.batch_tokens)
        windows = encoded.stream.windows(tokens)
        unknown = [UNKNOWN, *(UNKNOWN_VALUE for _ in self.model.features)]
        values = {
            **network.context.values(encoded, tokens),
            **network.head.values(encoded, tokens),
            **network.head.explained_values(windows, unknown),
        }
        tags = [self.model.tags.index(self.sequence[token]) for token in self.batch_tokens]
        return Batch(windows, np.array(tags), values)

    def network(self) -> WindowNetwork:
        """Return a copy of the network, its word table followed by the vectors of the sentence.

        All of its tables get gradients, so that one sees what reaches them.
        """
        words, *others = self.model.network.tables
        table = np.concatenate((words.data, self.encoded.unseen.vectors(words.data)))
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
        word = self.text.words.categories[ids.categories.tolist().index(row)]
        return f"- {self.model.vocabulary.spelling_of(word)}"

    def found(self, at: int) -> str:
        """Return at which step of the look-up a token was found, and whether in the table."""
        (step,) = self.model.vocabulary.steps_of([self.tokens[at]])
        words = self.encoded.words
        is_out_of_table = words.categories[words.codes[at]] >= len(self.model.vocabulary)
        return f"{step}, beyond the table" if is_out_of_table else step


def _encoded(model: Model, text: Tokens) -> Encoded:
    """Look up a sentence. Raises InputError where it is empty or lacks a column that is needed."""
    if len(text.words) == 0:
        raise InputError("the sentence has no tokens")
    column = next(filter(None, (table.feature.needed_column for table in model.features)), None)
    if column is not None:
        raise InputError(
            f"the model looks at the column {column!r} of its files, which a sentence does not "
            "have: it cannot be explained"
        )
    return model.encode(text)


def _judged_tag(model: Model, tag: str | None, predicted: str) -> str:
    """Return the tag that the loss is for."""
    head = model.network.head
    default = model.tags[head.default_tag(model.tags.index(predicted))]
    if tag is not None and tag not in model.tags:
        raise InputError(f"--tag {tag}: the model has no such tag; it has {', '.join(model.tags)}")
    if tag is not None and not head.judges(model.tags.index(tag)):
        name = head.section.name
        raise InputError(f"--tag {tag}: the loss of the {name} head is for {default} alone")
    return tag or default
