"""How a data file is read: its columns and its encoding."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from ner_window.config.section import Section
from ner_window.corpora.files import is_text_encoding


def _known(encoding: str) -> str:
    if not is_text_encoding(encoding):
        raise ValueError(f"no text encoding is called {encoding!r}; utf-8 is the usual")
    return encoding


Encoding = Annotated[str, AfterValidator(_known)]
"""The name of a text encoding, as Python has it."""


class ColumnSettings(Section):
    """Which columns of the data files hold what; negative numbers count from the last."""

    token: int = Field(0, description="column of the token")
    tag: int = Field(-1, description="column of the tag")

    @model_validator(mode="after")
    def _different(self) -> ColumnSettings:
        if self.token == self.tag:
            raise ValueError(f"token and tag cannot both be column {self.token}")
        return self
