"""Model folders made from model folders: with all vectors, with a part of them, at half precision.

Of a card that was edited everything stays but the sections on use and on the vectors.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from ner_window.arrays import BoolArray
from ner_window.errors import InputError
from ner_window.files import check_new, new_folder
from ner_window.model.model import Model
from ner_window.model_folder.card import CARD, vectors_section, with_sections
from ner_window.model_folder.description import read_description
from ner_window.model_folder.folder import load_model, model_folder, write_model
from ner_window.model_folder.instructions import use_section
from ner_window.model_folder.provenance import PROVENANCE
from ner_window.model_folder.summary import summarize
from ner_window.model_folder.wheel import wheel_name
from ner_window.vectors.file import Precision
from ner_window.vectors.word_vectors import WordVectors
from ner_window.wording import counted


def bundle_model(
    source: Path,
    out: Path,
    vectors: WordVectors | None = None,
    precision: Precision | None = None,
    wheel: str | None = None,
) -> None:
    """Write a copy of a model folder that holds its vectors and works anywhere.

    Parameters
    ----------
    source, out
        The model folder, and where its copy is to be.
    vectors
        Those of the file that it was trained with, where the folder has less than it should.
    precision
        Of the vectors in the copy: by default that which they have.
    wheel
        What the wheel of ner-window is called that its card says lies beside it.

    Raises
    ------
    InputError
        Where ``out`` exists, and where the vectors are not what they should be.
    """
    check_new(out)
    if vectors is not None and read_description(model_folder(source)).vectors is None:
        raise InputError(f"the vectors of {source.absolute()} started at random: they are in it")
    model = load_model(source, vectors)
    _write(model, source, out, precision, wheel=wheel)


def prune_model(source: Path, out: Path, keep: int, precision: Precision | None = None) -> None:
    """Write a copy of a model folder with the vectors of its training words and some others.

    Parameters
    ----------
    source, out
        The model folder, and where its copy is to be.
    keep
        How many others: the first of the vector file, in which words stand by frequency.
    precision
        Of the vectors in the copy: by default that which they have.

    Raises
    ------
    InputError
        As :func:`bundle_model` does, and where the model has less already.
    """
    check_new(out)
    model = load_model(source)
    vectors = model.vectors
    if vectors is None:
        raise InputError(f"the vectors of {source.absolute()} started at random: nothing to prune")
    if vectors.kept is not None and keep > vectors.kept:
        raise InputError(
            f"{source.absolute()} was pruned to {counted(vectors.kept, 'word')} already; {keep:,} "
            "are more"
        )
    is_kept = np.arange(len(vectors)) < keep
    rows = model.vocabulary.vector_rows()
    is_kept[rows[rows >= 0]] = True
    if not is_kept.any():
        raise InputError("no vector would be left: the training words have none; keep some")
    _write(model, source, out, precision, is_kept, keep)


def pruned_size(folder: Path, keep: int) -> int:
    """Return the bytes of a model folder with all vectors, if it were pruned to ``keep`` words."""
    model, summary = load_model(folder), summarize(folder)
    vectors = model.vectors
    if vectors is None:
        return summary.size
    others = int((model.vocabulary.vector_rows() >= keep).sum())
    kept = min(keep, len(vectors)) + others
    return summary.size - summary.vector_size * (len(vectors) - kept) // len(vectors)


def _wheel_beside(out: Path) -> str | None:
    name = wheel_name()
    return name if (out.parent / name).is_file() else None


def _write(
    model: Model,
    source: Path,
    out: Path,
    precision: Precision | None,
    is_kept: BoolArray | None = None,
    keep: int | None = None,
    wheel: str | None = None,
) -> None:
    own = model.vectors.precision if model.vectors else "float32"
    folder = model_folder(source)
    with new_folder(out) as work:
        write_model(model, work, precision or own, is_kept, keep)
        if (folder / PROVENANCE).exists():
            shutil.copyfile(folder / PROVENANCE, work / PROVENANCE)
        if (folder / CARD).exists():
            text = (folder / CARD).read_bytes().decode("utf-8", "surrogateescape")
            description = read_description(work)
            use = use_section(description, out.name, wheel or _wheel_beside(out))
            new = with_sections(text, use, vectors_section(description.vectors))
            (work / CARD).write_bytes(new.encode("utf-8", "surrogateescape"))
