"""What a run learns from: the data files of a config, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from ner_window.config import Config
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.corpora.entity_types import alike_warnings
from ner_window.corpora.warnings import warnings_beside, warnings_of
from ner_window.errors import InputError
from ner_window.vectors.word_vectors import WordVectors, load_vectors

Hashes = Mapping[str, str | None]
"""The SHA-256 of each data file: by split, and of the ``vectors``."""

KeptCorpora = MutableMapping[tuple[str | None, str], Corpus]
"""Corpora that have been read, by hash and layout."""


@dataclass(frozen=True)
class RunData:
    """What a run learns from: the corpora, by split, and the vectors."""

    corpora: Mapping[str, Corpus]
    vectors: WordVectors | None

    @classmethod
    def read(
        cls,
        config: Config,
        expected_hashes: Hashes | None = None,
        owner: str = "the run",
        kept: KeptCorpora | None = None,
    ) -> RunData:
        """Read the data files of a config and open its vectors, if it names any.

        Parameters and errors are those of :func:`read_corpora`; the vectors are held to their
        hash, too.
        """
        corpora = read_corpora(config, expected_hashes, owner, kept)
        path = config.embeddings.path
        vectors = load_vectors(path, config.embeddings.trust) if path else None
        if path and vectors and expected_hashes is not None:
            _check_same("vectors", path, vectors.sha256, expected_hashes, owner)
        return cls(corpora, vectors)

    @property
    def hashes(self) -> dict[str, str | None]:
        """The SHA-256 of every file that the result depends on."""
        hashes: dict[str, str | None] = {
            split: corpus.sha256 for split, corpus in self.corpora.items()
        }
        return {**hashes, "vectors": self.vectors.sha256 if self.vectors else None}

    def notes(self) -> Iterator[str]:
        """Yield, in sentences, what is likely to be wrong, and how many tokens were cut."""
        train = self.corpora["train"]
        for split, corpus in self.corpora.items():
            place = f"warning: {split} ({corpus.path})"
            yield from warnings_of(place, corpus, "ner-window data check says what becomes of them")
            if split != "train":
                yield from warnings_beside(place, corpus, train, "train")
                counts = corpus.entity_counts()
                yield from alike_warnings(place, counts, train.entity_counts(), "train")
            if corpus.cuts:
                yield f"{split}: tokens cut where an entity starts or ends in them: {corpus.cuts:,}"


def layout_of(config: Config) -> Layout:
    """Return how a config reads its data files."""
    data = config.data
    return Layout(
        token=data.columns.token,
        tag=data.columns.tag,
        columns={name: column.column for name, column in config.features.columns.items()},
        comment=data.comment,
        encoding=data.encoding,
    )


def split_paths(config: Config) -> dict[str, Path]:
    """Return the data files of a config, by split."""
    data = config.data
    paths = {"train": data.train, "dev": data.dev, "test": data.test}
    return {split: path for split, path in paths.items() if path}


def read_corpora(
    config: Config,
    expected_hashes: Hashes | None = None,
    owner: str = "the run",
    kept: KeptCorpora | None = None,
) -> dict[str, Corpus]:
    """Read the corpora of a config, by split.

    Parameters
    ----------
    config
        Names the files, and says how they are read.
    expected_hashes
        What each file has to be, where a run on these files was started before.
    owner
        Whose data the files were then, for messages.
    kept
        Corpora at hand that are not read again where one is expected; what is read is added.

    Raises
    ------
    InputError
        Where a file cannot be read, see :func:`read_corpus`, or is not the one that is expected.
    """
    data, layout = config.data, layout_of(config)
    kept = {} if kept is None else kept

    def read(split: str, path: Path) -> Corpus:
        if expected_hashes is None:
            return read_corpus(path, layout, data.strict)
        key = expected_hashes.get(split), repr(layout)
        if key not in kept:
            _check_there(split, path, owner)
            corpus = read_corpus(path, layout, data.strict)
            _check_same(split, path, corpus.sha256, expected_hashes, owner)
            kept[key] = corpus
        return kept[key]

    return {split: read(split, path) for split, path in split_paths(config).items()}


def _check_there(split: str, path: Path, owner: str) -> None:
    if not path.exists():
        raise InputError(
            f"{path.absolute()}, the {split} data of {owner}, is gone; put it back, or give the "
            "command in the folder that the run was started in"
        )


def _check_same(split: str, path: Path, sha256: str, expected: Hashes, owner: str) -> None:
    if sha256 != expected.get(split):
        what = split if split == "vectors" else f"{split} data"
        raise InputError(
            f"{path.absolute()} has changed since {owner} was started, whose {what} it is: "
            f"SHA-256 {sha256}, recorded {expected.get(split)}; put the old file back, or start a "
            "new run"
        )
