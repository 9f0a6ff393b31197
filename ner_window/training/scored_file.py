"""A file to score a model on: one by its path, or data of the model's run by their name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ner_window.config import Config
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.corpora.text_cut import TextCut
from ner_window.corpora.type_mapping import TypeMapping
from ner_window.errors import InputError
from ner_window.run_data import check_same, held_out_layout
from ner_window.tokenization.tokenizer import Tokenizer
from ner_window.training.run_folder import CONFIG, RunFolder


@dataclass(frozen=True)
class ScoredFile:
    """A file, and how it is read where that is not as a model's training file.

    ``differences`` are those of its :class:`Layout`; ``types`` is how its types are mapped. Of data
    of a run, ``name`` is theirs, and ``sha256`` what their file was.
    """

    path: Path
    differences: Mapping[str, Any] = field(default_factory=dict)
    types: TypeMapping = field(default_factory=dict)
    name: str | None = None
    sha256: str | None = None

    def read_so(self, **differences: int) -> ScoredFile:
        """Return the same file, read in other columns."""
        return replace(self, differences={**self.differences, **differences})

    def read(self, layout: Layout, tokenizer: Tokenizer) -> Corpus:
        """Read the file, in its own types, for a model.

        ``layout`` is that of the model's training file; its ``tokenizer`` cuts texts. Raises
        InputError where it cannot be read, or has changed since the run.
        """
        layout = replace(layout, **self.differences)
        corpus = read_corpus(self.path, layout, text_cut=TextCut(tokenizer))
        if self.name is not None:
            check_same(self.name, self.path, corpus.sha256, {self.name: self.sha256}, "the run")
        return corpus


def names_of(config: Config) -> list[str]:
    """Return the names of the data of a run that a model can be scored on."""
    splits = [split for split in ("dev", "test") if getattr(config.data, split)]
    return [*splits, *config.data.held_out]


def scored_file(run: Path, file: Path) -> ScoredFile:
    """Return the file of a path or, where there is none, of data of the run with this name.

    Raises InputError where a run has no data of this name, which names those that it has.
    """
    if str(file) == "-" or file.exists() or not (run / CONFIG).exists():
        return ScoredFile(file)
    folder, name = RunFolder(run), str(file)
    names = names_of(folder.config)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(
            f"no such file: {file.absolute()}; nor has the run in {run.absolute()} data of this "
            f"name, but {', '.join(names) or 'none'}{hint}"
        )
    return _named(folder, name)


def _named(folder: RunFolder, name: str) -> ScoredFile:
    config = folder.config
    sha256 = folder.environment["sha256"].get(name) if folder.has_begun else None
    if name not in config.data.held_out:
        return ScoredFile(getattr(config.data, name), name=name, sha256=sha256)
    held_out, layout = config.data.held_out[name], held_out_layout(config, name)
    keys = ("token", "tag", "comment", "encoding")
    return ScoredFile(
        path=held_out.path,
        differences={key: getattr(layout, key) for key in keys},
        types=held_out.types,
        name=name,
        sha256=sha256,
    )
