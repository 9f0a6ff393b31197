"""The command line. Results go to stdout, everything else to stderr.

The modules that need numpy are imported inside the commands, so that ``--help`` answers at once,
and after the number of BLAS threads has been set: a small model is fastest with one.
"""

from __future__ import annotations

import os
import sys

import typer

from ner_window.commands import config, data, model, vectors
from ner_window.commands.compare import compare
from ner_window.commands.evaluate import baseline, evaluate, score
from ner_window.commands.explain import explain
from ner_window.commands.find_lr import find_lr
from ner_window.commands.gradcheck import gradcheck
from ner_window.commands.report import report
from ner_window.commands.tag import tag
from ner_window.commands.train import train
from ner_window.errors import InputError

BAD_INPUT = 2

app = typer.Typer(
    help="Train, evaluate and use a window-based named-entity recognizer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # it would take [default: ...] for markup
    add_completion=False,
)
for command in (train, find_lr, evaluate, score, baseline, report, compare, tag, explain):
    app.command()(command)
app.command()(gradcheck)
app.add_typer(config.app, name="config")
app.add_typer(data.app, name="data")
app.add_typer(model.app, name="model")
app.add_typer(vectors.app, name="vectors")


def main() -> None:
    """Run the command line; bad input is told in a sentence, with exit code 2."""
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    try:
        app()
    except InputError as error:
        _fail(str(error))
    except BrokenPipeError:  # the reader of stdout, such as head, has seen enough
        _forget_stdout()
        sys.exit(1)
    except OSError as error:
        _forget_stdout()
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except MemoryError as error:
        _fail(f"not enough memory: {error}")


def _fail(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(BAD_INPUT)


def _forget_stdout() -> None:
    """Keep Python from trying once more, on its way out, to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
