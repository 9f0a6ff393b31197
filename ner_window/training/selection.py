"""What is trained on, and what the epoch is chosen on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.config import Config, DataSettings, SelectionSettings, SubsetSettings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.partition import Kind, Partition, Units, check_entities, partition
from ner_window.encoding.documents import documents_of
from ner_window.errors import InputError
from ner_window.wording import agreeing, counted, listed

HELD_OUT = "held-out"
"""The split of training documents that are held out to choose on."""


@dataclass(frozen=True)
class SelectionParts:
    """What each sentence of the training file is for: masks (sentences,), each sentence in one.

    Those that are in none are in no subset that is trained on.
    """

    learned_from: BoolArray
    held_out: BoolArray
    dropped: BoolArray


def selection_of(
    config: Config, corpora: Mapping[str, Corpus], parts: SelectionParts | None = None
) -> tuple[Corpus, Corpus | None]:
    """Return what is trained on, and what the epoch is chosen on.

    Parameters
    ----------
    config
        That of the run.
    corpora
        Its data, by split.
    parts
        What training documents were held out before, where they were; else they are chosen.

    Raises
    ------
    InputError
        Where the training data is too small for what the config takes of it.
    """
    train = corpora["train"]
    if config.data.selection is None:
        return subset_of(config.data, train), corpora.get("dev")
    parts = parts or parts_of_train(config, train)
    return train.subset(parts.learned_from), train.subset(parts.held_out)


def parts_of_train(config: Config, train: Corpus) -> SelectionParts:
    """Choose which training documents are held out to choose on, as the config has it.

    Where the file marks none, and blocks that stand in for them are fewer than 1 / fraction,
    sentences are held out. Raises InputError where the training data is too small for that.
    """
    selection, is_member = config.data.selection, _is_in_subset(config.data, train)
    assert selection is not None
    subset = train.subset(is_member)
    units = _units(config.data, subset, selection.fraction)
    if selection.kind == "spread":
        is_held_out = _every_kth(units.of_sentence, selection.fraction)
        is_dropped = np.zeros(len(subset), bool)
    else:
        parted = _parted(subset, units, selection, selection.kind)
        is_held_out, is_dropped = parted.of_sentence == 1, parted.is_dropped

    def in_file(is_so: BoolArray) -> BoolArray:
        in_whole = np.zeros(len(train), bool)
        in_whole[np.flatnonzero(is_member)[is_so]] = True
        return in_whole

    return SelectionParts(
        in_file(~(is_held_out | is_dropped)), in_file(is_held_out), in_file(is_dropped)
    )


def _units(data: DataSettings, train: Corpus, fraction: float) -> Units:
    """Return what is held out as a whole. Raises InputError where it is too few."""
    number, is_unmarked = document_numbers(data, train), train.document_count == 1
    name: Literal["sentences", "blocks", "documents"] = "blocks" if is_unmarked else "documents"
    if is_unmarked and not _every_kth(number, fraction).any():
        name, number = "sentences", np.arange(len(train))
    if not _every_kth(number, fraction).any():
        count = int(number.max()) + 1
        unit = "sentence" if is_unmarked else "document"
        raise InputError(
            f"data.selection.fraction {fraction:g} of {counted(count, unit)} "
            f"({train.path.absolute()}) leaves nothing to choose the epoch on; "
            f"{_way_out(count, unit)}"
        )
    return Units(name, number)


def _parted(train: Corpus, units: Units, selection: SelectionSettings, kind: Kind) -> Partition:
    """Hold out units of a kind. Raises InputError where it cannot be done."""
    shares = [1 - selection.fraction, selection.fraction]
    try:
        parted = partition(train, units, shares, selection.seed, kind)
        check_entities(train, parted, shares, kind)
    except InputError as error:
        asked = f"kind: {kind}, fraction: {selection.fraction:g}"
        raise InputError(f"data.selection {{{asked}}}: {error}") from None
    return parted


def described(config: Config, train: Corpus, parts: SelectionParts) -> Iterator[str]:
    """Yield, in lines, how much of the training file is held out to choose on, and dropped."""
    selection, held_out, dropped = config.data.selection, parts.held_out, parts.dropped
    assert selection is not None
    all_parts = parts.learned_from | held_out | dropped
    kind = "" if selection.kind == "spread" else f", {selection.kind}"
    yield (
        f"held out to choose on: {held_out.sum():,} of {counted(int(all_parts.sum()), 'sentence')} "
        f"of train (data.selection.fraction {selection.fraction:g}{kind})"
    )
    if dropped.any():
        sentences, tokens = int(dropped.sum()), int(train.tokens.lengths[dropped].sum())
        share = tokens / train.tokens.lengths[all_parts].sum()
        yield (
            f"dropped from train:    {counted(sentences, 'sentence')}, {counted(tokens, 'token')} "
            f"({share:.0%}), which {agreeing(sentences, 'holds', 'hold')} a name of what is held "
            "out"
        )


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
    return train if data.subset is None else train.subset(_is_in_subset(data, train))


def _is_in_subset(data: DataSettings, train: Corpus) -> BoolArray:
    """Tell which sentences the subset has, (sentences,)."""
    if data.subset is None:
        return np.ones(len(train), bool)
    number = document_numbers(data, train)
    tokens = np.bincount(number, weights=train.tokens.lengths)
    order = np.random.default_rng(data.subset.seed).permutation(len(tokens))
    sums = np.cumsum(tokens[order])
    nearest = int(np.abs(sums - _tokens_asked(data.subset, train)).argmin())
    return np.isin(number, order[: nearest + 1])


def _tokens_asked(subset: SubsetSettings, train: Corpus) -> float:
    total = train.token_count
    if subset.tokens is None:
        return (subset.fraction or 0) * total
    if subset.tokens > total:
        raise InputError(
            f"data.subset.tokens is {subset.tokens}, but {train.path.absolute()} has "
            f"{counted(total, 'token')}"
        )
    return subset.tokens


def document_numbers(data: DataSettings, corpus: Corpus) -> IntArray:
    """Return the number of each sentence's document, from 0 on, (sentences,).

    Where the file marks no documents they are blocks of sentences, or single ones.
    """
    block = data.documents.sentences if data.documents else 1
    _, numbers = np.unique(documents_of(corpus.tokens, block), return_inverse=True)
    return numbers
