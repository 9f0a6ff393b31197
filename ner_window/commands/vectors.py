"""``ner-window vectors``."""

from __future__ import annotations

import json
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.commands.inputs import tell
from ner_window.errors import InputError

if TYPE_CHECKING:
    from ner_window.encoding.vocabulary import Step
    from ner_window.model.neighbors import Space
    from ner_window.vectors.word_vectors import WordVectors

app = typer.Typer(
    help="Look into word vectors, convert and fetch them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SAMPLE = 10  # words
WIDTH = 36  # of a column, in characters

VectorFile = Annotated[Path, typer.Argument(help="GloVe, word2vec, fastText .vec or gensim .kv")]
Trust = Annotated[
    bool, typer.Option("--trust", help="read a pickle (.kv), which may run any code in it")
]


class TargetName(StrEnum):
    """The formats that are written, for the command line."""

    glove = "glove"
    word2vec_text = "word2vec-text"
    word2vec_binary = "word2vec-binary"


@app.command("info")
def vectors_info(
    file: VectorFile,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
    trust: Trust = False,
) -> None:
    """Say what a vector file holds."""
    from ner_window.vectors.word_vectors import load_vectors

    facts = _facts(file, load_vectors(file, trust))
    print(json.dumps(facts, indent=2, ensure_ascii=False) if as_json else _report(facts))


def _facts(file: Path, vectors: WordVectors) -> dict[str, object]:
    from ner_window.vectors.word_vectors import converted_path

    assert vectors.file is not None
    return {
        "file": str(file.absolute()),
        "format": vectors.file.format,
        "words": len(vectors),
        "dimension": vectors.dimension,
        "duplicates": vectors.index.duplicate_count,
        "sample": [vectors.index.word(row) for row in range(min(SAMPLE, len(vectors)))],
        **vectors.file.figures,
        "sha256": vectors.sha256,
        "converted": str(converted_path(vectors.sha256)),
    }


def _report(facts: dict[str, object]) -> str:
    sample = " ".join(map(str, facts["sample"]))  # type: ignore[call-overload]
    return f"""\
{facts["file"]}
format      {facts["format"]}
words       {facts["words"]:,} ({facts["duplicates"]:,} duplicates; the first counts)
dimension   {facts["dimension"]}
sample      {sample}
numbers     mean {facts["mean"]:.4f}, standard deviation {facts["deviation"]:.4f}
norms       mean {facts["norm_mean"]:.3f}, from {facts["norm_min"]:.3f} to {facts["norm_max"]:.3f}
converted   {facts["converted"]}
hint        embeddings.scale: S multiplies all numbers by S / {facts["deviation"]:.4f}"""


@app.command("convert")
def vectors_convert(
    file: VectorFile,
    out: Annotated[
        Path | None, typer.Argument(help="file to write; .gz at its end packs it")
    ] = None,
    to: Annotated[TargetName | None, typer.Option(help="the format to write")] = None,
    trust: Trust = False,
) -> None:
    """Write vectors in another format; without OUT, only convert them for training and models."""
    from ner_window.vectors.word_vectors import converted_path, load_vectors
    from ner_window.vectors.writing import write_vectors

    if (out is None) != (to is None):
        raise InputError("give both OUT and --to to write another format, or neither")
    vectors = load_vectors(file, trust)
    if out is None or to is None:
        print(converted_path(vectors.sha256))
    else:
        write_vectors(vectors, out, to.value)


@app.command("neighbors")
@app.command("neighbours", hidden=True)
def vectors_neighbors(
    word: Annotated[str, typer.Argument(help="whose neighbors")],
    vectors: Annotated[Path | None, typer.Option(help="a file of word vectors")] = None,
    model: Annotated[
        Path | None, typer.Option(help="model folder, or the folder of its run")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="how many")] = 10,
    trust: Trust = False,
) -> None:
    """List the nearest words by cosine; for a model, before and after fine-tuning."""
    from ner_window.model.neighbors import look_up

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
    lines = [tuple(columns), *zip_longest(*columns.values(), fillvalue="")]
    for cells in lines if model else lines[1:]:
        print("".join(f"{cell:<{WIDTH}}" for cell in cells).rstrip())


def _spaces_of_file(file: Path, trust: bool) -> dict[str, Space]:
    from ner_window.model.neighbors import PretrainedSpace
    from ner_window.vectors.word_vectors import load_vectors

    return {"pretrained": PretrainedSpace(load_vectors(file, trust))}


def _spaces_of_model(folder: Path) -> dict[str, Space]:
    from ner_window.model.neighbors import FineTunedSpace, PretrainedSpace
    from ner_window.model_folder.folder import load_model

    model = load_model(folder)
    pretrained = {"pretrained": PretrainedSpace(model.vectors)} if model.vectors else {}
    return {**pretrained, "fine-tuned": FineTunedSpace(model)}


def _column(found: tuple[str, Step] | None, space: Space, count: int) -> list[str]:
    """Return a line for each neighbor; none where the space lacks the word."""
    from ner_window.model.neighbors import nearest

    if found is None:
        return []
    return [f"{cosine:.3f}  {near}" for near, cosine in nearest(found[0], space, count)]


def _unknown(word: str, spaces: list[Space]) -> str:
    from ner_window.model.neighbors import near_spellings

    near = near_spellings(word, spaces[-1])
    meant = f"; near it are {', '.join(near)}" if near else "; nor is any word a letter away"
    return f"{word!r} is not among the words{meant}"


@app.command("get")
def vectors_get(
    name: Annotated[str | None, typer.Argument(help="[default: list the names]")] = None,
) -> None:
    """Fetch well-known vectors by name."""
    from ner_window.vectors.downloads import available_vectors, fetch_vectors

    if name is None:
        for known, description in available_vectors().items():
            print(f"{known:<{WIDTH}}{' '.join(description.split())}")
        return
    path = fetch_vectors(name)
    print(path)
    print(f"embeddings: {{path: {path}}}")
