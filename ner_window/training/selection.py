"""What is trained on, and what the epoch is chosen on."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.config import Config, DataSettings, SubsetSettings
from ner_window.corpora.corpus import Corpus
from ner_window.encoding.documents import documents_of
from ner_window.errors import InputError
from ner_window.wording import counted, listed

HELD_OUT = "held-out"
"""The split of training documents that are held out to choose on."""


def selection_of(config: Config, corpora: Mapping[str, Corpus]) -> tuple[Corpus, Corpus | None]:
    """Return what is trained on, and what the epoch is chosen on.

    Training documents that are held out are every k-th one: the same for every seed. Where the
    file marks none, and blocks that stand in for them are fewer than 1 / fraction, every k-th
    sentence is. Raises InputError where the training data is too small for what the config takes
    of it.
    """
    train, selection = subset_of(config.data, corpora["train"]), config.data.selection
    if selection is None:
        return train, corpora.get("dev")
    number = document_numbers(config.data, train)
    is_held_out = _every_kth(number, selection.fraction)
    if not is_held_out.any() and train.document_count == 1:
        number = np.arange(len(train))
        is_held_out = _every_kth(number, selection.fraction)
    if not is_held_out.any():
        count = int(number.max()) + 1
        unit = "sentence" if train.document_count == 1 else "document"
        raise InputError(
            f"data.selection.fraction {selection.fraction:g} of {counted(count, unit)} "
            f"({train.path.absolute()}) leaves nothing to choose the epoch on; "
            f"{_way_out(count, unit)}"
        )
    return train.subset(~is_held_out), train.subset(is_held_out)


def chosen_on(config: Config, split: str) -> str | None:
    """Return, in words, what a run chooses on a split, None where nothing.

    Figures of data that something was chosen on are a little too good. ``split`` is ``dev``,
    ``test`` or ``HELD_OUT``.
    """
    if split != ("dev" if config.data.selection is None else HELD_OUT):
        return None
    training = config.training
    epoch = ["the epoch"] if training.keep == "best" else []
    restart = [f"the best of {training.restarts} restarts"] if training.restarts > 1 else []
    return listed([*epoch, *restart]) if epoch or restart else None


def _every_kth(number: IntArray, fraction: float) -> BoolArray:
    """Tell which sentences are held out, given the number of the unit of each, (sentences,)."""
    is_held_out: BoolArray = np.floor((number + 1) * fraction) > np.floor(number * fraction)
    return is_held_out


def _way_out(count: int, unit: str) -> str:
    if count == 1:
        return f"a single {unit} cannot be divided: set data.selection: null, training.keep: last"
    enough = math.ceil(100 / count) / 100
    return f"set data.selection.fraction to {enough:g} or more"


def subset_of(data: DataSettings, train: Corpus) -> Corpus:
    """Return the training data, or the subset that the config asks for.

    Documents are put in an order by the seed alone, and the first of them are taken, so that the
    subsets of a seed are nested. Raises InputError where there are fewer tokens than asked for.
    """
    if data.subset is None:
        return train
    number = document_numbers(data, train)
    tokens = np.bincount(number, weights=train.tokens.lengths)
    order = np.random.default_rng(data.subset.seed).permutation(len(tokens))
    sums = np.cumsum(tokens[order])
    nearest = int(np.abs(sums - _tokens_asked(data.subset, train)).argmin())
    return train.subset(np.isin(number, order[: nearest + 1]))


def _tokens_asked(subset: SubsetSettings, train: Corpus) -> float:
    total = train.token_count
    if subset.tokens is None:
        return (subset.fraction or 0) * total
    if subset.tokens > total:
        raise InputError(
            f"data.subset.tokens is {subset.tokens}, but {train.path.absolute()} has {total} tokens"
        )
    return subset.tokens


def document_numbers(data: DataSettings, corpus: Corpus) -> IntArray:
    """Return the number of each sentence's document, from 0 on, (sentences,).

    Where the file marks no documents they are blocks of sentences, or single ones.
    """
    block = data.documents.sentences if data.documents else 1
    _, numbers = np.unique(documents_of(corpus.tokens, block), return_inverse=True)
    return numbers
