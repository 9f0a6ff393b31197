"""The choices of ``text.tokenizer``: what cuts text into tokens."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ner_window.config.variant import Variant

CODE = "[a-z]{2,3}(-[a-z0-9]+)*"


def _language(code: str) -> str:
    if not re.fullmatch(CODE, code):
        near = code.strip().lower().replace("_", "-")
        hint = f"; did you mean {near!r}?" if re.fullmatch(CODE, near) else ""
        raise ValueError(f"a language is named by its code, such as en or nl, got {code!r}{hint}")
    return code


Language = Annotated[str, AfterValidator(_language)]
"""The code of a language, ISO 639, as in ``en`` or ``nl``."""


class TokenizerSettings(Variant):
    """What cuts text that comes without tokens, in training and afterwards."""

    noun, plural, is_plain = "tokenizer", "tokenizers", True


class LearnedTokenizerSettings(TokenizerSettings):
    """As the tokens of `data.train` are: its signs, abbreviations and clitics are counted.

    Where it says nothing, and where it comes without tokens, rules cut: words of letters and digits
    with what joins them, all other signs alone, English clitics apart.
    """

    name: Literal["learned"] = "learned"


class RulesTokenizerSettings(TokenizerSettings):
    """By the rules alone."""

    name: Literal["rules"] = "rules"


class CharactersTokenizerSettings(TokenizerSettings):
    """Each character is a token, with the marks on it: for languages without blanks."""

    name: Literal["characters"] = "characters"


class SpacyTokenizerSettings(TokenizerSettings):
    """By the tokenizer of spaCy for a language (`pip install 'ner-window[spacy]'`)."""

    name: Literal["spacy"] = "spacy"
    language: Language | None = Field(None, description="null: that of `text.language`")
