"""``ner-window vectors neighbors``."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.vectors.options import Trust
from ner_window.encoding.vocabulary import LookupStep
from ner_window.errors import InputError
from ner_window.model.neighbors import (
    FineTunedSpace,
    PretrainedSpace,
    Space,
    look_up,
    near_spellings,
    nearest,
)
from ner_window.model_folder.folder import load_model
from ner_window.terminal import Column, Table, Verbatim, show, tell
from ner_window.vectors.word_vectors import load_vectors


def neighbors(
    word: Annotated[str, typer.Argument(help="whose neighbors")],
    vectors: Annotated[Path | None, typer.Option(help="a file of word vectors")] = None,
    model: Annotated[
        Path | None, typer.Option(help="model folder, or the folder of its run")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="how many")] = 10,
    trust: Trust = False,
) -> None:
    """List the nearest words by cosine; for a model, before and after fine-tuning."""
    if (vectors is None) == (model is None):
        raise InputError("name either --vectors FILE or --model RUN")
    spaces = _spaces_of_model(model) if model else _spaces_of_file(vectors or Path(), trust)
    found = {name: look_up(word, space) for name, space in spaces.items()}
    steps = dict(filter(None, found.values()))
    if not steps:
        raise InputError(_unknown(word, [*spaces.values()]))
    for spelling, step in steps.items():
        if spelling != word:
            tell(f"{word!r} is found as {spelling!r} ({step})")
    columns = {name: _column(found[name], space, count) for name, space in spaces.items()}
    if model:
        heads = [Column(name, is_number=False, wraps=True) for name in columns]
        show(Table(heads, zip_longest(*columns.values(), fillvalue="")))
    else:
        show(*map(Verbatim, columns["pretrained"]))


def _spaces_of_file(file: Path, trust: bool) -> dict[str, Space]:
    return {"pretrained": PretrainedSpace(load_vectors(file, trust))}


def _spaces_of_model(folder: Path) -> dict[str, Space]:
    model = load_model(folder)
    pretrained = {"pretrained": PretrainedSpace(model.vectors)} if model.vectors else {}
    return {**pretrained, "fine-tuned": FineTunedSpace(model)}


def _column(found: tuple[str, LookupStep] | None, space: Space, count: int) -> list[str]:
    """Return a line for each neighbor; none where the space lacks the word."""
    if found is None:
        return []
    return [f"{cosine:.3f}  {near}" for near, cosine in nearest(found[0], space, count)]


def _unknown(word: str, spaces: list[Space]) -> str:
    near = near_spellings(word, spaces[-1])
    meant = f"; near it are {', '.join(near)}" if near else "; nor is any word a letter away"
    return f"{word!r} is not among the words{meant}"
