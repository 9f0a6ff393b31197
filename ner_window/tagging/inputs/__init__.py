"""Readers of what is to be tagged, in bounded pieces, a module for each format.

*Documents* matter to models with document context. Where nothing marks them, a file is one
document, or what the model was told by ``data.documents``. A document of more than
LONGEST_DOCUMENT tokens is cut, so that memory is bounded whatever comes in.
"""

# ruff: noqa: I001 (the order is that in which people see the formats)

from ner_window.encoding.documents import LONGEST_DOCUMENT, DocumentNumbers
from ner_window.tagging.inputs.input_format import (
    INPUTS,
    LONGEST_LINE,
    STDIN,
    InputFormat,
    Source,
    input_format_of,
    register,
)
from ner_window.tagging.inputs.raw import RawInput
from ner_window.tagging.inputs.conll import ConllInput
from ner_window.tagging.inputs.jsonl import JsonlInput
from ner_window.tagging.inputs.token_lines import TokenLineInput
from ner_window.tagging.inputs.recognition import Recognized, recognize

__all__ = [
    "INPUTS",
    "LONGEST_DOCUMENT",
    "LONGEST_LINE",
    "STDIN",
    "ConllInput",
    "DocumentNumbers",
    "InputFormat",
    "JsonlInput",
    "RawInput",
    "Recognized",
    "Source",
    "TokenLineInput",
    "input_format_of",
    "recognize",
    "register",
]
