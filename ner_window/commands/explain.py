"""``ner-window explain``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.next_steps import show_page
from ner_window.errors import InputError
from ner_window.explanation.explain import explain as explained
from ner_window.explanation.explained_token import find_token
from ner_window.explanation.text import ExplanationText
from ner_window.files import check_new, new_file
from ner_window.model.model import Model
from ner_window.model_folder.folder import load_model
from ner_window.pages.rendering import missing_for_pages
from ner_window.terminal import show
from ner_window.wording import command_line


def explain(
    model: Annotated[Path, typer.Argument(help="model folder, or the folder of its run")],
    sentence: Annotated[str, typer.Argument(help="a sentence, in quotes")],
    token: Annotated[
        str, typer.Option(help="the token: its number from 0 on, or a word that occurs once")
    ],
    tag: Annotated[
        str | None, typer.Option(help="tag that the loss is for [default: the predicted one]")
    ] = None,
    as_tokens: Annotated[
        bool, typer.Option("--tokens", help="the sentence is tokens with spaces between them")
    ] = False,
    learning_rate: Annotated[float, typer.Option(help="of the one step that is tried")] = 0.1,
    member: Annotated[
        int | None, typer.Option(min=1, help="the network of an ensemble to look into")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT.html", help="page to write as well")
    ] = None,
) -> None:
    """Show what one window goes through in a model, forward and backward."""
    if html is not None:
        check_new(html)
        if missing := missing_for_pages(("jinja2",)):
            raise InputError(f"--html needs {missing}")
    loaded = load_model(model)
    tokens = _tokens_of(loaded, sentence, as_tokens)
    if member is not None:
        if member > len(loaded.members):
            raise InputError(
                f"the model has {len(loaded.members)} networks; none is number {member}"
            )
        loaded = loaded.members[member - 1]
    shown = explained(loaded, tokens, find_token(tokens, token), tag, learning_rate)
    if html is not None:
        from ner_window.explanation.page import as_page  # needs the extra

        page = as_page(shown, _what_ran(model, loaded, tokens, token))
        with new_file(html) as file:
            file.write(page)
    show(ExplanationText(shown))
    if html is not None:
        show_page(html)


def _what_ran(path: Path, model: Model, tokens: Sequence[str], token: str) -> list[str]:
    """Return what was run, in a few words each: the model, the day, a command for the same."""
    network, sentence = model.network, " ".join(tokens)
    layers = ", ".join(str(layer.units) for layer in network.hidden)
    return [
        f"model {path.resolve().name}",
        f"{network.head.section.name} head, {layers} hidden units, window {network.window}",
        f"{datetime.date.today()}",
        command_line(["ner-window", "explain", path.name, sentence, "--tokens", "--token", token]),
    ]


def _tokens_of(model: Model, sentence: str, as_tokens: bool) -> list[str]:
    """Return the tokens of a sentence. Raises InputError where it is no text."""
    try:
        sentence.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("the sentence is not in UTF-8") from None
    if as_tokens:
        return sentence.split()
    return model.tokenizer.tokens_of(sentence)
