"""The choices of ``model.context``: what is seen of the text beyond the window."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, PositiveInt

from ner_window.config.variant import Variant


class ContextSettings(Variant):
    """What h, the output of a hidden layer, is joined by."""

    noun, plural, is_plain = "context", "contexts", True

    needs_documents: ClassVar[bool] = False
    """Whether it looks at the document of a token."""

    def joined_layer(self, layers: int) -> int | None:
        """Return the layer, of so many, whose h is joined, from 1; None where none is."""
        return None


class WindowContextSettings(ContextSettings):
    """Nothing: the window alone."""

    name: Literal["window"] = "window"


class JoinedContextSettings(ContextSettings):
    """Means of the h of other tokens."""

    after: PositiveInt | None = Field(
        None,
        description="the hidden layer, from 1, whose h the context joins, so that the layers after "
        "it see both; null: the last",
    )

    def joined_layer(self, layers: int) -> int:
        return layers if self.after is None else self.after


class SentenceContextSettings(JoinedContextSettings):
    """The mean h of the sentence."""

    name: Literal["sentence"] = "sentence"


class DocumentContextSettings(JoinedContextSettings):
    """The mean h of the other mentions of the same capitalized word in the document."""

    needs_documents = True

    name: Literal["document"] = "document"


class BothContextsSettings(JoinedContextSettings):
    """The mean h of the other mentions in the document, and that of the sentence."""

    needs_documents = True

    name: Literal["both"] = "both"
