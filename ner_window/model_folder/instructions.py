"""The section of a card that tells how to use the folder where nothing is installed."""

from __future__ import annotations

import shlex

from ner_window.model_folder.description import Description
from ner_window.model_folder.wheel import wheel_name
from ner_window.wording import listed, paragraph

BESIDE = "which lies beside this folder."
ELSEWHERE = (
    "which a checkout makes: `python -m pip wheel --no-deps .`; `ner-window model bundle "
    "--with-wheel` lays it beside a copy of this folder."
)
BY_REFERENCE = (
    "This folder lacks the vectors of most words, and works where they have been converted: what "
    "to give away is a bundle of it."
)
RAW = "`text.txt` is running text; `ner-window tag --help` tells what else it may be."


def use_section(description: Description, name: str, wheel: str | None = None) -> str:
    """Return the section on installing ner-window, and on tagging.

    Parameters
    ----------
    description
        That of the model.
    name
        What its folder is called.
    wheel
        What the wheel of ner-window is called that lies beside it, if one does.
    """
    is_reference = description.vectors is not None and description.vectors.saved == "reference"
    introduction = (
        f"ner-window, for Python 3.11, 3.12 and 3.13, is installed from its wheel, "
        f"{BESIDE if wheel else ELSEWHERE} {BY_REFERENCE * is_reference} In the folder that holds "
        "this one:"
    )
    needs_columns = bool(description.layout.columns)
    text = "text.conll" if needs_columns else "text.txt"
    commands = [
        "python3 -m venv env && . env/bin/activate",
        f"pip install ./{wheel or wheel_name()}",
        *([] if needs_columns else [f"echo 'Some text of your own.' > {text}"]),
        shlex.join(["ner-window", "tag", name, text]),
        shlex.join(["ner-window", "model", "info", name]),
    ]
    shown = "\n".join(f"    {command}" for command in commands)
    about = _columns(description) if needs_columns else RAW
    return f"## Use\n\n{paragraph(introduction)}\n\n{shown}\n\n{paragraph(about)}"


def _columns(description: Description) -> str:
    layout = description.layout
    places = {"the token": layout.token, **layout.columns}
    named = listed(f"{name} in column {number}" for name, number in places.items())
    return (
        "`text.conll` has a token a line, an empty line after each sentence, and columns as the "
        f"training file had them, counted from 0: {named}."
    )
