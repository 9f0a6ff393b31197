"""What several commands share: settings, data, where jobs run, messages, exit codes."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ner_window.config import Config
    from ner_window.corpora.corpus import Corpus
    from ner_window.vectors.word_vectors import WordVectors

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class Backend(StrEnum):
    """Where jobs run: processes of this machine, or the workers of a Dask cluster."""

    processes = "processes"
    dask = "dask"


Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY.PATH=VALUE", help="change a setting; repeatable"),
]


def read_corpora(config: Config) -> dict[str, Corpus]:
    """Read the data files of a config, by split; tell what is wrong with their tags."""
    from ner_window.corpora.corpus import describe_broken, read_corpus
    from ner_window.model.building import layout_of

    data = config.data
    paths = {"train": data.train, "dev": data.dev, "test": data.test}
    layout = layout_of(config)
    corpora = {
        split: read_corpus(path, layout, data.strict) for split, path in paths.items() if path
    }
    for split, corpus in corpora.items():
        if corpus.broken_lines:
            tell(f"warning: {split} ({corpus.path}): {describe_broken(corpus)}")
        if corpus.cuts:
            tell(f"{split}: tokens cut where an entity starts or ends in them: {corpus.cuts:,}")
    return corpora


def load_vectors(config: Config) -> WordVectors | None:
    """Open the vectors of a config, if it names any."""
    from ner_window.vectors.word_vectors import load_vectors

    embeddings = config.embeddings
    return load_vectors(embeddings.path, embeddings.trust) if embeddings.path else None


def tell(message: str) -> None:
    """Say something to the person at the terminal."""
    print(message, file=sys.stderr, flush=True)
