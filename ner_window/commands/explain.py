"""``ner-window explain``."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain
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
from ner_window.tagging.pieces import cut
from ner_window.terminal import show, tell
from ner_window.wording import command_line


def explain(
    model: Annotated[Path, typer.Argument(help="model folder, or the folder of its run")],
    sentence: Annotated[
        str, typer.Argument(help="a sentence, in quotes; where it is several, that of the token")
    ],
    token: Annotated[
        str,
        typer.Option(
            help="the token: its number from 0 on, or a word that occurs once in the text"
        ),
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
    sentences = _sentences_of(loaded, sentence, as_tokens)
    tokens, position = _asked(sentences, token)
    if member is not None:
        if member > len(loaded.members):
            raise InputError(
                f"the model has {len(loaded.members)} networks; none is number {member}"
            )
        loaded = loaded.members[member - 1]
    shown = explained(loaded, tokens, position, tag, learning_rate)
    if html is not None:
        from ner_window.explanation.page import as_page  # needs the extra

        asked = token if len(sentences) == 1 else str(position)
        page = as_page(shown, _what_ran(model, loaded, tokens, asked))
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


def _sentences_of(model: Model, text: str, as_tokens: bool) -> list[list[str]]:
    """Return the tokens of each sentence, as ``tag`` cuts it. InputError where it is no text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("the sentence is not in UTF-8") from None
    return [text.split()] if as_tokens else list(cut(text, model.tokenizer))


def _asked(sentences: Sequence[list[str]], token: str) -> tuple[list[str], int]:
    """Return the sentence of the token that is asked about, and its place there.

    Says which one it is where there are several. Raises InputError where there is no such token.
    """
    place = find_token(list(chain.from_iterable(sentences)), token)
    starts = list(accumulate(map(len, sentences), initial=0))
    number = bisect_right(starts, place)
    tokens, position = sentences[number - 1], place - starts[number - 1]
    if len(sentences) > 1:
        tell(
            f"note: tag cuts this text into {len(sentences)} sentences; sentence {number} is "
            f"explained, by itself: token {place} of the text is its token {position}"
        )
    return tokens, position
