"""What corpora stand in, a module for each format."""

from ner_window.corpora.formats.conll import ConllFormat
from ner_window.corpora.formats.format import FORMATS, CorpusFormat, format_of, register
from ner_window.corpora.formats.jsonl import JsonlFormat

__all__ = ["FORMATS", "ConllFormat", "CorpusFormat", "JsonlFormat", "format_of", "register"]
