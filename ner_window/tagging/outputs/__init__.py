"""Writers of what was found, a module for each format."""

# ruff: noqa: I001 (the order is that in which people see the formats)

from ner_window.tagging.outputs.output_format import OUTPUTS, OutputFormat, register
from ner_window.tagging.outputs.conll import Conll
from ner_window.tagging.outputs.jsonl import Jsonl
from ner_window.tagging.outputs.html import Html
from ner_window.tagging.outputs.spans import SpanLines

__all__ = ["OUTPUTS", "Conll", "Html", "Jsonl", "OutputFormat", "SpanLines", "register"]
