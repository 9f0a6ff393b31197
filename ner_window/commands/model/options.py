"""What the commands about model folders share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ModelFolder = Annotated[Path, typer.Argument(help="model folder, or the folder of its run")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="folder to make")]


class PrecisionName(StrEnum):
    """How many bits a number of a vector has, for the command line."""

    float32 = "float32"
    float16 = "float16"


PrecisionOption = Annotated[
    PrecisionName | None, typer.Option(help="of the vectors [default: as the model has them]")
]
