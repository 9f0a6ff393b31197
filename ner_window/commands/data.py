"""``ner-window data``."""

from __future__ import annotations

import json
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, read_data, tell
from ner_window.errors import InputError

app = typer.Typer(help="Look after data files.", no_args_is_help=True, rich_markup_mode=None)

DATA = Path("data")  # where the shipped configs look


class Target(StrEnum):
    """What a corpus can be written as: a tagging scheme of CoNLL columns, or JSONL."""

    io = "io"
    iob1 = "iob1"
    iob2 = "iob2"
    iobes = "iobes"
    bilou = "bilou"
    jsonl = "jsonl"


@app.command("check")
def data_check(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Settings = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
) -> None:
    """Look at the data of a config before training on it."""
    from ner_window.config.file import load_config
    from ner_window.data_check import check_data
    from ner_window.encoding.features import features_of

    resolved = load_config(config, settings or [])
    features_of(resolved.features)  # whether gazetteers can be read is to be known before training
    data = read_data(resolved)
    report = check_data(data.corpora, data.vectors)
    print(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if as_json else report)


@app.command("convert")
def data_convert(
    file: Annotated[Path, typer.Argument(help="a corpus in CoNLL columns, or FILE.jsonl")],
    out: Annotated[Path, typer.Argument(help="file to write; - for standard output")],
    to: Annotated[
        Target, typer.Option(help="the scheme of the tags, or jsonl; io joins entities that touch")
    ],
    token_column: Annotated[int, typer.Option(help="column of the token")] = 0,
    tag_column: Annotated[int, typer.Option(help="column of the tag")] = -1,
    comment: Annotated[str | None, typer.Option(help="lines that start so are passed over")] = None,
    encoding: Annotated[str, typer.Option(help="of the file to read")] = "utf-8",
) -> None:
    """Write a corpus in another scheme, everything but the tags as it is, or as JSONL and back."""
    from ner_window.corpora.conll import Layout
    from ner_window.corpora.conversion import converted, losses
    from ner_window.corpora.corpus import is_jsonl, read_corpus
    from ner_window.files import new_file, write_lines

    layout = Layout(token_column, tag_column, comment=comment or None, encoding=encoding)
    if str(file) != "-":  # a pipe can be read once only
        for loss in losses(read_corpus(file, layout), to.value):
            tell(f"note: {loss}")
    lines = converted(file, layout, to.value)
    if str(out) == "-":
        write_lines(lines, sys.stdout.buffer)
        return
    if is_jsonl(out) != (to is Target.jsonl):
        raise InputError(
            f"{out} would not be read as what it holds: the name of a file ends in .jsonl where it "
            "is JSONL, and nowhere else"
        )
    with new_file(out) as sink:
        write_lines(lines, sink)


@app.command("get")
def data_get(
    name: Annotated[str, typer.Argument(help="conll2003 or wnut17")],
    url: Annotated[str | None, typer.Option(metavar="BASE", help="mirror with the files")] = None,
    into: Annotated[Path, typer.Option(help="folder to make the folder NAME in")] = DATA,
) -> None:
    """Download a corpus that the shipped configs train on."""
    from ner_window.corpora.downloads import fetch, find_corpus

    corpus = find_corpus(name)
    if corpus.notice:
        tell(f"note: {corpus.notice}")
    base = (corpus.url if url is None else url).rstrip("/")
    for file, sha256 in corpus.sha256.items():
        path = into / name / file
        if not fetch(f"{base}/{file}", path, sha256):
            tell(f"{path} is there already, and is kept")
        print(path, flush=True)
    train, dev, *_ = (into / name / file for file in corpus.sha256)
    places = ["--set", f"data.train={train}", "--set", f"data.dev={dev}"] if into != DATA else []
    print(_next_steps(corpus.config, places))


def _next_steps(config: str, settings: list[str]) -> str:
    own = f"{config.replace('/', '-')}.yaml"
    shipped_run, own_run = (
        shlex.join(["ner-window", "train", file, *settings])
        for file in (f"configs/{config}.yaml", own)
    )
    return (
        f"next, in a checkout: {shipped_run}\n"
        f"elsewhere: ner-window config new {config} --out {own}, then {own_run}\n"
        "vectors, unless data/vectors/glove.6B.50d.txt.gz is there: ner-window vectors get "
        "glove-wiki-gigaword-50, then train with --set embeddings.path=FILE"
    )
