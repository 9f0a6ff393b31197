"""What is scored, how it is judged, and how scores become tags: a file for each head."""

from ner_window.model.heads.binary import BinaryHead
from ner_window.model.heads.head import HEADS, Head, Sampling, head_of, register
from ner_window.model.heads.margin import MarginHead
from ner_window.model.heads.sentence import SentenceHead
from ner_window.model.heads.softmax import SoftmaxHead

__all__ = [
    "HEADS",
    "BinaryHead",
    "Head",
    "MarginHead",
    "Sampling",
    "SentenceHead",
    "SoftmaxHead",
    "head_of",
    "register",
]
