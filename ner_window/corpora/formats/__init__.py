"""What corpora stand in, a module for each format."""

from ner_window.corpora.formats.conll import ConllFormat
from ner_window.corpora.formats.format import (
    COLUMNS,
    FORMATS,
    CorpusFormat,
    format_of,
    register,
)
from ner_window.corpora.formats.jsonl import JsonlFormat

__all__ = [
    "COLUMNS",
    "FORMATS",
    "ConllFormat",
    "CorpusFormat",
    "JsonlFormat",
    "format_of",
    "register",
]
