"""``ner-window data get``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ner_window.corpora.downloads import fetch, find_corpus
from ner_window.terminal import Verbatim, show, tell

DATA = Path("data")  # where the shipped configs look


def get(
    name: Annotated[str, typer.Argument(help="conll2003 or wnut17")],
    url: Annotated[str | None, typer.Option(metavar="BASE", help="mirror with the files")] = None,
    into: Annotated[Path, typer.Option(help="folder to make the folder NAME in")] = DATA,
) -> None:
    """Download a corpus that the shipped configs train on."""
    corpus = find_corpus(name)
    if corpus.notice:
        tell(f"note: {corpus.notice}")
    base = (corpus.url if url is None else url).rstrip("/")
    for file, sha256 in corpus.sha256.items():
        path = into / name / file
        if not fetch(f"{base}/{file}", path, sha256):
            tell(f"{path} is there already, and is kept")
        show(Verbatim(str(path)))
    train, dev, *_ = (into / name / file for file in corpus.sha256)
    places = ["--set", f"data.train={train}", "--set", f"data.dev={dev}"] if into != DATA else []
    show(*_next_steps(corpus.config, places))


def _next_steps(config: str, settings: list[str]) -> tuple[str, ...]:
    own = f"{config.replace('/', '-')}.yaml"
    shipped_run, own_run = (
        shlex.join(["ner-window", "train", file, *settings])
        for file in (f"configs/{config}.yaml", own)
    )
    return (
        f"next, in a checkout: {shipped_run}",
        f"elsewhere: ner-window config new {config} --out {own}, then {own_run}",
        "vectors, unless data/vectors/glove.6B.50d.txt.gz is there: ner-window vectors get "
        "glove-wiki-gigaword-50, then train with --set embeddings.path=FILE",
    )
