"""What corpora stand in, a module for each format."""

from ner_window.corpora.formats.conll import Conll
from ner_window.corpora.formats.format import FORMATS, CorpusFormat, format_of, register
from ner_window.corpora.formats.jsonl import Jsonl

__all__ = ["FORMATS", "Conll", "CorpusFormat", "Jsonl", "format_of", "register"]
