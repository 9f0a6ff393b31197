"""From text to sentences of tokens, with exact offsets, and back: a module for each way to cut."""

from ner_window.tokenization.characters import CharacterCut
from ner_window.tokenization.learned import LearnedCut
from ner_window.tokenization.piece_cut import CUTS, PieceCut, register
from ner_window.tokenization.rules import RuleCut
from ner_window.tokenization.spacy_cut import SpacyCut
from ner_window.tokenization.tokenizer import BY_RULES, Tokenizer

__all__ = [
    "BY_RULES",
    "CUTS",
    "CharacterCut",
    "LearnedCut",
    "PieceCut",
    "RuleCut",
    "SpacyCut",
    "Tokenizer",
    "register",
]
