"""What a run learns from: the data files of a config, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ner_window.config import Config, TextSettings
from ner_window.corpora.conll import Layout, OwnLayout
from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.corpora.entity_types import alike_warnings
from ner_window.corpora.formats import format_of
from ner_window.corpora.text_cut import AS_TAGGED, TextCut
from ner_window.corpora.type_mapping import check_complete, check_mapping
from ner_window.corpora.warnings import cut_note, warnings_beside, warnings_of
from ner_window.errors import InputError
from ner_window.held_out import cautions, in_types_of, in_yaml
from ner_window.tokenizers import tokenizer_of
from ner_window.vectors.word_vectors import WordVectors, load_vectors

Hashes = Mapping[str, str | None]
"""The SHA-256 of each data file: by split, and of the ``vectors``."""

KeptCorpora = MutableMapping[tuple[str | None, str], Corpus]
"""Corpora that have been read, by hash, layout and what cuts texts."""


@dataclass(frozen=True)
class RunData:
    """What a run learns from: the corpora, by split, and the vectors.

    ``held_out`` are the held-out sets, by name, in the types of training; ``cautions`` say what
    they have in common with files that the run uses up.
    """

    corpora: Mapping[str, Corpus]
    vectors: WordVectors | None
    held_out: Mapping[str, Corpus] = field(default_factory=dict)
    cautions: Sequence[str] = ()

    @classmethod
    def read(
        cls,
        config: Config,
        expected_hashes: Hashes | None = None,
        owner: str = "the run",
        kept: KeptCorpora | None = None,
    ) -> RunData:
        """Read the data files of a config and open its vectors, if it names any.

        Parameters and errors are those of :func:`read_corpora` and :func:`read_held_out`; the
        vectors are held to their hash, too. Files that are expected have been checked before: where
        none are, InputError is raised also for a held-out set that the run learns from or chooses
        on.
        """
        corpora = read_corpora(config, expected_hashes, owner, kept)
        held_out = read_held_out(config, corpora["train"], expected_hashes, owner, kept)
        told = [] if expected_hashes is not None else list(cautions(config, corpora, held_out))
        path = config.embeddings.path
        vectors = load_vectors(path, config.embeddings.trust) if path else None
        if path and vectors and expected_hashes is not None:
            check_same("vectors", path, vectors.sha256, expected_hashes, owner)
        return cls(corpora, vectors, held_out, told)

    @property
    def all_corpora(self) -> dict[str, Corpus]:
        """The corpora of all splits, and after them the held-out sets."""
        return {**self.corpora, **self.held_out}

    @property
    def hashes(self) -> dict[str, str | None]:
        """The SHA-256 of every file that the result depends on."""
        hashes: dict[str, str | None] = {
            name: corpus.sha256 for name, corpus in self.all_corpora.items()
        }
        return {**hashes, "vectors": self.vectors.sha256 if self.vectors else None}

    def notes(self) -> Iterator[str]:
        """Yield, in sentences, what is likely to be wrong, and how texts were cut."""
        train = self.corpora["train"]
        for split, corpus in self.all_corpora.items():
            place = f"warning: {split} ({corpus.path})"
            yield from warnings_of(place, corpus, "ner-window data check says what becomes of them")
            if split != "train":
                yield from warnings_beside(place, corpus, train, "train")
                counts = corpus.entity_counts()
                yield from alike_warnings(place, counts, train.entity_counts(), "train")
            if note := cut_note(corpus, is_learned_from=split == "train"):
                yield f"{split}: {note}"
        yield from (f"warning: {caution}" for caution in self.cautions)


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


def learning_cut(text: TextSettings) -> TextCut:
    """Return what cuts the texts that a config learns from."""
    return TextCut(tokenizer_of(text), text.cut_at_entities)


def scoring_cut(path: Path, train: Corpus) -> TextCut:
    """Return what cuts the texts of a file that is scored: what will cut those that are tagged."""
    return TextCut(train.tokenizer) if format_of(path).has_texts else AS_TAGGED


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
    read = _Reading(config.data.strict, expected_hashes, owner, {} if kept is None else kept)
    layout = layout_of(config)
    paths = split_paths(config)
    train = read("train", paths.pop("train"), layout, learning_cut(config.text))
    scored = {
        split: read(split, path, layout, scoring_cut(path, train)) for split, path in paths.items()
    }
    return {"train": train, **scored}


def held_out_layout(config: Config, name: str) -> Layout:
    """Return how a config reads a held-out set."""
    held_out = config.data.held_out[name]
    return replace(
        OwnLayout(**vars(layout_of(config)), section=f"data.held_out.{name}"),
        token=held_out.columns.token,
        tag=held_out.columns.tag,
        comment=held_out.comment,
        encoding=held_out.encoding,
    )


def read_held_out(
    config: Config,
    train: Corpus,
    expected_hashes: Hashes | None = None,
    owner: str = "the run",
    kept: KeptCorpora | None = None,
) -> dict[str, Corpus]:
    """Read the held-out sets of a config, by name, in the types of its training data.

    Parameters
    ----------
    config, expected_hashes, owner, kept
        Those of :func:`read_corpora`, whose errors are raised, too.
    train
        The training data.

    Raises
    ------
    InputError
        Where the types of a set cannot be mapped, see :func:`in_training_types`.
    """
    read = _Reading(config.data.strict, expected_hashes, owner, {} if kept is None else kept)
    sets = {
        name: read(
            name,
            held_out.path,
            held_out_layout(config, name),
            scoring_cut(held_out.path, train),
        )
        for name, held_out in config.data.held_out.items()
    }
    return in_training_types(config, sets, train)


def in_training_types(
    config: Config, sets: Mapping[str, Corpus], train: Corpus
) -> dict[str, Corpus]:
    """Return held-out sets in the types of the training data, as a config maps them.

    Raises InputError where it cannot, see :func:`check_mapping`, :func:`check_complete` and
    :func:`in_types_of`, and for a set that has no entity.
    """
    only = config.model.head.only_type
    found_by, known = ("model.head", [only]) if only else ("train", list(train.entity_counts()))
    found = {}
    for name, corpus in sets.items():
        types, place = config.data.held_out[name].types, f"data.held_out.{name}"
        counts = corpus.entity_counts(), train.entity_counts()
        if not counts[0]:
            raise InputError(f"{place} ({corpus.path}) has no entity: nothing can be scored")
        if types:
            check_mapping(types, *counts, f"{place}.types", "train")
        if types and not only:
            check_complete(types, *counts, f"{place}.types", in_yaml)
        found[name] = in_types_of(corpus, types, known, f"{place} ({corpus.path})", found_by)
    return found


@dataclass(frozen=True)
class _Reading:
    """Reads files, those that are expected once, and holds them to what they were."""

    strict: bool
    expected_hashes: Hashes | None
    owner: str
    kept: KeptCorpora

    def __call__(self, name: str, path: Path, layout: Layout, text_cut: TextCut) -> Corpus:
        if self.expected_hashes is None:
            return read_corpus(path, layout, self.strict, text_cut)
        key = self.expected_hashes.get(name), repr((layout, text_cut))
        if key not in self.kept:
            _check_there(name, path, self.owner)
            corpus = read_corpus(path, layout, self.strict, text_cut)
            check_same(name, path, corpus.sha256, self.expected_hashes, self.owner)
            self.kept[key] = corpus
        return self.kept[key]


def _check_there(split: str, path: Path, owner: str) -> None:
    if not path.exists():
        raise InputError(
            f"{path.absolute()}, the {split} data of {owner}, is gone; put it back, or give the "
            "command in the folder that the run was started in"
        )


def check_same(split: str, path: Path, sha256: str, expected: Hashes, owner: str) -> None:
    """Raise InputError where a file, known by its hash, is not what it was for its owner."""
    if sha256 != expected.get(split):
        what = split if split == "vectors" else f"{split} data"
        raise InputError(
            f"{path.absolute()} has changed since {owner} was started, whose {what} it is: "
            f"SHA-256 {sha256}, recorded {expected.get(split)}; put the old file back, or start a "
            "new run"
        )
