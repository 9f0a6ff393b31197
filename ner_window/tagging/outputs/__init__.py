"""Writers of what was found, a module for each format."""

# ruff: noqa: I001 (the order is that in which people see the formats)

from ner_window.tagging.outputs.output_format import OUTPUTS, OutputFormat, register
from ner_window.tagging.outputs.conll import ConllOutput
from ner_window.tagging.outputs.jsonl import JsonlOutput
from ner_window.tagging.outputs.html import HtmlOutput
from ner_window.tagging.outputs.spans import SpanLineOutput

__all__ = [
    "OUTPUTS",
    "ConllOutput",
    "HtmlOutput",
    "JsonlOutput",
    "OutputFormat",
    "SpanLineOutput",
    "register",
]
