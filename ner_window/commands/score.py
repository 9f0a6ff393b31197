"""``ner-window score``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ner_window.corpora.tags import Scheme
from ner_window.errors import InputError
from ner_window.scoring.score import read_scored
from ner_window.scoring.strict_scoring import strict_score, strict_scores
from ner_window.terminal import show


class StrictScheme(StrEnum):
    """The schemes that tags can be held to."""

    iob2 = "iob2"
    iobes = "iobes"


def score(
    file: Annotated[Path, typer.Argument(help="the last two columns are gold and predicted tag")],
    delimiter: Annotated[
        str | None, typer.Option(help="what stands between columns [default: tabs or spaces]")
    ] = None,
    outside: Annotated[str, typer.Option(metavar="TAG", help="the tag outside entities")] = "O",
    strict: Annotated[
        StrictScheme | None, typer.Option(help="drop the entities that break this scheme")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="add what each reading of invalid tags gives")
    ] = False,
) -> None:
    """Score a file of gold and predicted tags: the shared task's table."""
    if delimiter == "":
        raise InputError("--delimiter is empty; name the character that stands between columns")
    scored = read_scored(file, delimiter, outside)
    scheme: Scheme | None = strict.value if strict else None
    result = strict_score(scored, scheme) if scheme else scored.score()
    sys.stdout.write(result.report())
    if repair:
        show("", strict_scores(scored, scheme))
