"""Model folders of older formats, and how they tagged when they were written."""

from __future__ import annotations

from pathlib import Path

from ner_window.corpora.tokens import Tokens

OLD_MODELS = Path(__file__).parent / "ner_window" / "model_folder" / "old_models"
OLD_FOLDERS = ["format-1", "format-2", "format-3", "format-4", "format-5", "format-6", "format-7"]
OLD_TEXT = Tokens.of(
    [
        ["Anna", "Kovac", "visited", "Bergen", "."],
        ["Nordbank", "hired", "Anna", "Kovac", "in", "1998"],
        ["Bergen", "is", "Oslo"],
    ]
)
OLD_TAGS = [
    ["B-PER", "I-PER", "O", "B-LOC", "O"],
    ["B-ORG", "O", "B-PER", "I-PER", "O", "O"],
    ["B-LOC", "O", "O"],
]
