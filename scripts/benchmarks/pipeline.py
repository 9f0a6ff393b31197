"""From the files of a config to the windows of a batch: reading, looking up, encoding.

The vectors are converted already, as they are from the second run on. Nothing else is kept from one
repetition to the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.timing import Spread
from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.encoding.features import FeatureTable, features_of
from ner_window.encoding.vocabulary import Vocabulary
from ner_window.encoding.windows import TokenStream
from ner_window.run_data import layout_of
from ner_window.vectors.word_vectors import load_vectors

Result = TypeVar("Result")


def run(config: str = "configs/conll2003/finetuned.yaml", rounds: str = "15") -> None:
    """Print the seconds of each stage for the training and dev data of a config."""
    encode_once(config, Stages())  # converts the vectors, fills the file cache
    stages = [Stages() for _ in range(int(rounds))]
    for number in stages:
        tokens, windows = encode_once(config, number)
    print(f"{tokens:,} tokens, {windows} windows; seconds, median and quartiles of {rounds} rounds")
    for name in stages[0].seconds:
        _print_row(name, [taken.seconds[name] for taken in stages])
    _print_row("all", [sum(taken.seconds.values()) for taken in stages])


def _print_row(name: str, seconds: list[float]) -> None:
    spread = Spread.of(seconds)
    print(f"{name:<44}{spread.median:>8.3f} [{spread.low:.3f}, {spread.high:.3f}]")


class Stages:
    """Takes the time of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, stage: Callable[[], Result]) -> Result:
        start = time.process_time()
        result = stage()
        self.seconds[name] = time.process_time() - start
        return result


def encode_once(path: str, stage: Stages) -> tuple[int, tuple[int, ...]]:
    """Go the way of a training run; return the tokens and the shape of all their windows."""
    config = load_config(Path(path))
    layout, data = layout_of(config), config.data
    assert data.dev is not None
    dev_path = data.dev
    vectors = stage("opening the vectors", lambda: load_vectors(config.embeddings.path))
    corpora = stage(
        "reading both files",
        lambda: [read_corpus(Path(file), layout) for file in (data.train, dev_path)],
    )
    train = corpora[0].text
    vocabulary = stage(
        "vocabulary of the training words", lambda: Vocabulary.of_training(train.tokens, vectors)
    )
    features = stage(
        "values of the features",
        lambda: [FeatureTable.of_training(f, train) for f, _ in features_of(config.features)],
    )
    columns = stage(
        "looking up words and features",
        lambda: [
            [vocabulary.encode(c.tokens.words).ids, *(f.encode(c.tokens) for f in features)]
            for c in corpora
        ],
    )
    radius = config.model.window // 2
    streams = stage(
        "laying out the sentences",
        lambda: [
            TokenStream.of(columns_, corpus.tokens.lengths, radius)
            for columns_, corpus in zip(columns, corpora, strict=True)
        ],
    )
    windows = stage("cutting all windows", lambda: [s.windows(np.arange(len(s))) for s in streams])
    shapes = [array.shape for array in windows]
    count = sum(corpus.token_count for corpus in corpora)
    return count, (shapes[0][0], sum(shape[1] for shape in shapes), shapes[0][2])
