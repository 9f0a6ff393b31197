"""What the h of a layer is joined by: nothing, or parts that sum up other tokens."""

from ner_window.model.contexts.context import CONTEXTS, Context, ContextPart, context_of, register
from ner_window.model.contexts.kinds import (
    BothContexts,
    DocumentContext,
    SentenceContext,
    WindowContext,
)

__all__ = [
    "CONTEXTS",
    "BothContexts",
    "Context",
    "ContextPart",
    "DocumentContext",
    "SentenceContext",
    "WindowContext",
    "context_of",
    "register",
]
