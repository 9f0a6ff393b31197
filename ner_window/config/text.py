"""The section ``text``: how text that comes without tokens is cut into some."""

from __future__ import annotations

from pydantic import Field

from ner_window.config.section import Section


class TextSettings(Section):
    """How texts that come without tokens, as in .jsonl, are cut into sentences and tokens."""

    cut_at_entities: bool = Field(
        True,
        description="cut training text also where an entity starts or ends within a token, and "
        "never within one, so that all are learned from; false: cut it as text is cut that is "
        "tagged, and learn nothing from entities that no token border meets. What is scored is "
        "never cut at its entities",
    )
