"""What several commands read and say: settings, data, messages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ner_window.config import Config, Data
    from ner_window.corpus import Corpus
    from ner_window.vectors import WordVectors

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY.PATH=VALUE", help="change a setting; repeatable"),
]


def read_corpora(data: Data) -> dict[str, Corpus]:
    from ner_window.corpus import read_corpus

    paths = {"train": data.train, "dev": data.dev, "test": data.test}
    return {
        split: read_corpus(path, data.columns.token, data.columns.tag)
        for split, path in paths.items()
        if path
    }


def load_vectors(config: Config) -> WordVectors | None:
    from ner_window.vectors import load_vectors

    embeddings = config.embeddings
    return load_vectors(embeddings.path, embeddings.trust) if embeddings.path else None


def tell(message: str) -> None:
    """Say something to the person at the terminal."""
    print(message, file=sys.stderr, flush=True)
