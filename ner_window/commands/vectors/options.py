"""What the commands about word vectors share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

VectorFile = Annotated[Path, typer.Argument(help="GloVe, word2vec, fastText .vec or gensim .kv")]
Trust = Annotated[
    bool, typer.Option("--trust", help="read a pickle (.kv), which may run any code in it")
]
