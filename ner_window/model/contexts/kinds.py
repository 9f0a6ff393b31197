"""The contexts that ship."""

from __future__ import annotations

from ner_window import config
from ner_window.model.contexts.context import Context, register
from ner_window.model.contexts.mentions import MentionMean
from ner_window.model.contexts.sentence import SentenceMean


@register(config.WindowContextSettings)
class WindowContext(Context):
    """The window alone."""

    parts = ()
    words = " and nothing beyond"


@register(config.SentenceContextSettings)
class SentenceContext(Context):
    """g = [h; v]."""

    parts = (SentenceMean(),)
    words = " and its sentence as a whole"


@register(config.DocumentContextSettings)
class DocumentContext(Context):
    """g = [h; m]."""

    parts = (MentionMean(),)
    words = " and the other mentions of the same capitalized word in the document"


@register(config.BothContextsSettings)
class BothContexts(Context):
    """g = [h; m; v]."""

    parts = (MentionMean(), SentenceMean())
    words = (
        ", its sentence as a whole and the other mentions of the same capitalized word in the "
        "document"
    )
