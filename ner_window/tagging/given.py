"""What is handed to a Tagger, looked at before it is tagged: a slip is told in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ner_window.errors import InputError
from ner_window.wording import kind_of

REPAIRED = 'text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")'
ONE_TEXT = 'tagger.tag("Oslo is cold.")'
MANY_TEXTS = 'tagger.tag_many(["Oslo is cold.", "So is Rome."])'
ONE_DOCUMENT = 'tagger.tag_tokens([["Oslo", "is", "cold", "."], ["So", "is", "Rome", "."]])'
MANY_DOCUMENTS = 'tagger.tag_documents([[["Oslo", "is", "cold"]], [["So", "is", "Rome"]]])'


def check_text(text: Any, name: str, call: str) -> None:
    """Raise InputError where that is no text, or one that no file can hold."""
    if not isinstance(text, str):
        hint = "; decode it first" if isinstance(text, bytes) else ""
        raise InputError(f"{name} is {kind_of(text)}, not a string: write {call}{hint}")
    _check_whole(text, name)


def check_texts(texts: Any) -> None:
    """Raise InputError where these are no texts."""
    if not _has_several(texts):
        raise InputError(
            f"tag_many takes several texts and got {kind_of(texts)}: write {MANY_TEXTS}, for one "
            f"text {ONE_TEXT}"
        )


def check_documents(documents: Any) -> None:
    """Raise InputError where these are no documents."""
    if not _has_several(documents):
        raise InputError(
            f"tag_documents takes several documents and got {kind_of(documents)}: write "
            f"{MANY_DOCUMENTS}"
        )


def checked_document(document: Any, name: str, call: str) -> list[list[str]]:
    """Return the sentences of a document. Raises InputError where they are no lists of words."""
    if not _has_several(document):
        raise InputError(
            f"{name} is {kind_of(document)}, not a list of sentences, each a list of words: write "
            f"{call}, for text that is not cut into words {ONE_TEXT}"
        )
    numbered = enumerate(document, start=1)
    return [_checked_sentence(each, f"sentence {n} of {name}", call) for n, each in numbered]


def _checked_sentence(sentence: Any, name: str, call: str) -> list[str]:
    if not _has_several(sentence):
        raise InputError(f"{name} is {kind_of(sentence)}, not a list of words: write {call}")
    words = list(sentence)
    try:
        text = "".join(words)
    except TypeError:
        number, word = next(
            (number, word) for number, word in enumerate(words, 1) if not isinstance(word, str)
        )
        raise InputError(
            f"word {number} of {name} is {kind_of(word)}, not a string: write {call}"
        ) from None
    _check_whole(text, name)
    return words


def _check_whole(text: str, name: str) -> None:
    """Raise InputError where a text holds half of a character of UTF-16."""
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise InputError(
            f"{name} holds half a character ({half}, at {error.start}), which no file can hold: "
            f"repair it by {REPAIRED}"
        ) from None


def _has_several(given: Any) -> bool:
    return isinstance(given, Iterable) and not isinstance(given, str | bytes)
