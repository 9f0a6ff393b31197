"""The command line. Results go to stdout, everything else to stderr.

A command ``FAMILY NAME`` is the function ``NAME`` of the module ``commands/FAMILY/NAME.py``, which
is imported when the command is called: ``--help`` answers at once, and numpy finds the number of
BLAS threads set, of which a small model is fastest with one.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ner_window.errors import INTERRUPTED, InputError

BAD_INPUT = 2
TERMINATED = 128 + signal.SIGTERM  # as shells have it

COMMANDS = {  # what the modules' own functions say of themselves
    "train": "Train a model and score it on held-out data.",
    "find-lr": "Suggest a learning rate: short trials, then whole runs on held-out data.",
    "evaluate": "Score a model on a file: the shared task's table, and what lies behind it.",
    "score": "Score a file of gold and predicted tags: the shared task's table.",
    "baseline": "Score the shared task's baseline: entities of TRAIN, found in FILE by the longest "
    "match.",
    "report": "Write a page about a run, or about several side by side, that opens in any browser.",
    "compare": "Compare frozen, fine-tuned and other vectors: several sizes and seeds, tests, a "
    "verdict.",
    "tag": "Find the entities in text, or tag tokens.",
    "explain": "Show what one window goes through in a model, forward and backward.",
    "gradcheck": "Check the gradients of a model against two-sided differences, on a few tokens.",
    "config new": "Write a commented config to start from.",
    "config show": "Print a config with every default filled in, and behind each value who set it.",
    "data check": "Look at the data of a config, or at files, before training on them.",
    "data split": "Split a labelled file into train, dev and test, alike or far apart.",
    "data convert": "Write a corpus in another scheme, everything but the tags as it is, or as "
    "JSONL and back.",
    "data get": "Download a corpus that the shipped configs train on.",
    "model info": "Say what a model is, what it learned from, and how well it does.",
    "model bundle": "Copy a model with all its vectors, so that it works anywhere.",
    "model prune": "Copy a model with the vectors of its training words and of the N most frequent "
    "others.",
    "vectors info": "Say what a vector file holds.",
    "vectors convert": "Write vectors in another format; without OUT, only convert them for "
    "training and models.",
    "vectors neighbors": "List the nearest words by cosine; for a model, before and after "
    "fine-tuning.",
    "vectors get": "Fetch well-known vectors by name.",
}
FAMILIES = {
    "config": "Write configs, and show what they say.",
    "data": "Look after data files.",
    "model": "Look into model folders, and make others from them.",
    "vectors": "Look into word vectors, convert and fetch them.",
}
OLD_SPELLINGS = {"vectors neighbours": "vectors neighbors"}  # they go on working, unlisted


class LazyGroup(TyperGroup):
    """Commands of which only names and one-line helps are known until one of them is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the name that was typed, its command, imported now, and what is left to read."""
        name, listed, rest = super().resolve_command(ctx, args)
        if not isinstance(listed, TyperGroup):
            listed = load_command(f"{self.name or ''} {name}".strip())
        return name, listed, rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands with all that their helps say, in as many lines as that takes."""
        listed = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            shown = [(name, command) for name, command in listed if command and not command.hidden]
            formatter.write_dl([(name, command.help or "") for name, command in shown])

    def invoke(self, ctx: Any) -> Any:
        """Do what a command does; where it says nothing of Ctrl-C itself, say it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _tell("interrupted")
            raise typer.Exit(INTERRUPTED) from None


def load_command(path: str) -> Any:
    """Import a command, such as ``vectors info``, and return it as the group runs it."""
    *family, name = OLD_SPELLINGS.get(path, path).replace("-", "_").split()
    module = import_module(".".join(("ner_window.commands", *family, name)))
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    epilog = getattr(module, "epilog", lambda: None)
    alone.command(epilog=epilog())(getattr(module, name))
    return typer.main.get_command(alone)


def _listed() -> None:
    """Stand for a command in the list."""


def _group(description: str) -> typer.Typer:
    return typer.Typer(
        cls=LazyGroup,
        help=description,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # it would take [default: ...] for markup
        add_completion=False,
    )


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        print(f"ner-window {version('ner-window')}")
        raise typer.Exit


def _start(
    is_asked: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Stand for what goes without a command."""


def _app() -> typer.Typer:
    app = _group("Train, evaluate and use a window-based named-entity recognizer.")
    app.callback()(_start)
    groups = {"": app} | {family: _group(help) for family, help in FAMILIES.items()}
    for path, help in [*COMMANDS.items(), *((path, "") for path in OLD_SPELLINGS)]:
        family, _, name = path.rpartition(" ")
        groups[family].command(name, help=help, hidden=path in OLD_SPELLINGS)(_listed)
    for family in FAMILIES:
        app.add_typer(groups[family], name=family)
    return app


app = _app()


def main() -> None:
    """Run the command line; bad input is told in a sentence, with exit code 2."""
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    try:
        with _ended_like_by_ctrl_c():
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


@contextmanager
def _ended_like_by_ctrl_c() -> Iterator[None]:
    """Take SIGTERM for Ctrl-C, which leaves nothing behind, but for the exit code.

    Else the processes that run jobs, and what they share, would be left to themselves.
    """
    is_told = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal is_told
        is_told = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except SystemExit:
        if is_told:
            sys.exit(TERMINATED)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _fail(message: str) -> None:
    _tell(f"error: {message}")
    sys.exit(BAD_INPUT)


def _tell(message: str) -> None:
    from ner_window.terminal import tell  # rich is nothing for --help to wait for

    tell(message)


def _forget_stdout() -> None:
    """Keep Python from trying once more, on its way out, to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
