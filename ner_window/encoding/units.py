"""What a batch is made of: the least piece of text that all parts of a network can work on."""

from __future__ import annotations

from enum import IntEnum


class Unit(IntEnum):
    """Windows, sentences or documents: each holds the one before it whole."""

    WINDOWS = 1
    SENTENCES = 2
    DOCUMENTS = 3

    @property
    def default_batch_size(self) -> int:
        """How many a batch has where the config does not say."""
        return {Unit.WINDOWS: 256, Unit.SENTENCES: 32, Unit.DOCUMENTS: 2}[self]

    def __str__(self) -> str:
        """Return the word for several."""
        return self.name.lower()
