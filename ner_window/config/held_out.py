"""The section ``data.held_out``: files that a run is scored on, and chooses nothing by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from ner_window.config.layout import ColumnSettings, Encoding
from ner_window.config.paths import ConfigPath
from ner_window.config.section import Section
from ner_window.wording import listed

TAKEN = frozenset(
    {"all", "dev", "held-out", "held_out", "name", "selection", "test", "train", "vectors"}
)
"""What has another meaning where the name of a set can stand."""
NAME = re.compile(r"\w[\w-]{0,39}")
INHERITED = ("columns", "comment", "encoding")


class HeldOutSettings(Section):
    """A file of sentences to score on, and how its types are called in training.

    It is read as the other data files are, where it says nothing else.
    """

    path: ConfigPath = Field(description="sentences scored at the end; nothing is chosen on them")
    types: dict[str, str | None] = Field(
        {},
        description="what its types are called in training: `{person: PER, product: null}`; null "
        "leaves entities of a type out, one that is not named keeps its name, which training has "
        "to know. With a mapping, "
        "predictions of a type that the file has not are left out as well",
    )
    columns: ColumnSettings = Field(
        ColumnSettings(),
        description="which columns of the file hold what [default: `data.columns`]",
    )
    comment: str | None = Field(
        None,
        min_length=1,
        description="lines that start so are passed over; null: there are none [default: "
        "`data.comment`]",
    )
    encoding: Encoding = Field("utf-8", description="its encoding [default: `data.encoding`]")

    @model_validator(mode="before")
    @classmethod
    def _is_section(cls, tree: Any) -> Any:
        if isinstance(tree, (str, Path)):
            raise ValueError(f"give the file as its `path`: {{path: {tree}}}")
        return tree


def with_inherited(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of ``data`` with what its held-out sets take from them.

    A set that is null is none, so that a config can leave out one of a file that it extends. Raises
    ValueError for a name that a set cannot have.
    """
    sets = data.get("held_out", {})
    if sets is None:
        return {**data, "held_out": {}}
    if not isinstance(sets, Mapping):
        return dict(data)
    inherited = {key: data[key] for key in INHERITED if key in data}
    for name in sets:
        _check_name(name)
    complete = {
        name: {**inherited, **one} if isinstance(one, Mapping) else one
        for name, one in sets.items()
        if one is not None
    }
    return {**data, "held_out": complete} if sets else dict(data)


def _check_name(name: Any) -> None:
    if not isinstance(name, str):
        raise ValueError(f"held_out: {name!r} is no name in YAML; put the name in quotes")
    if name.lower() in TAKEN:
        raise ValueError(
            f"held_out: no set can be called {name!r}, which means something else; nor "
            f"{listed(sorted(TAKEN - {name.lower()}))}"
        )
    if not NAME.fullmatch(name):
        raise ValueError(
            f"held_out: {name!r} cannot be the name of a set: letters, digits, _ and -, at most 40 "
            "of them, the first no -"
        )
