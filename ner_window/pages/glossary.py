"""What words on pages mean, told once for all pages.

A template says ``{{ term("spurious") }}``: the word gets its meaning as a tooltip, and the end of
the page lists the words that it used, for those who have no pointer.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from ner_window.pages.entity_types import FULL_NAMES

MEANINGS = {
    "F1": "the harmonic mean of precision and recall, in percent",
    "precision": "the share of the predicted entities that are right, in percent",
    "recall": "the share of the gold entities that are found, in percent",
    "95% interval": (
        "drawn so that, of 100 samples of text like this, it holds the true figure for 95"
    ),
    "raw text": (
        "text that comes without tokens: here that of a corpus, rebuilt from its tokens and cut "
        "again, as text is cut that is tagged"
    ),
    "gold": "what the annotators say",
    "predicted": "what the model says; in the terminal found, as the shared task has it",
    "right": "predicted with the boundaries and the type of a gold entity",
    "wrong type": "a gold and a predicted entity have the same boundaries and different types",
    "wrong boundary": "a gold and a predicted entity of one type overlap, with other boundaries",
    "wrong in both": "a gold and a predicted entity overlap; neither boundaries nor type agree",
    "missed": "no predicted entity overlaps with this gold one",
    "spurious": "no gold entity overlaps with this predicted one",
    "confidence": (
        "the probability, by the model, that exactly these tokens are an entity of this type"
    ),
    "mention": "an entity as it stands at one place of a text",
    "novelty": "what the training data showed of an entity, upper and lower case told apart",
    "seen with the type": "the training data has this entity with this type",
    "seen with another": "the training data has this entity, with other types only",
    "partly seen": "a word of it is in some entity of the training data",
    "unseen": "no word of it, as written, is in any entity of the training data",
    "new name": "the training data does not have this entity with this type",
    "frozen": "the pretrained vectors stay as they are",
    "fine-tuned": "the pretrained vectors are changed by training",
    "arm": "one of the recipes that a study compares",
    "seed": "the number that all random draws of a training start from",
    "Holm": "p, corrected for the number of tests by Holm's method (1979)",
    "p": "how often a difference as large as this would come about if there were none",
    "detected": "p, corrected for the number of tests, is below 0.05",
    "cosine": "of the angle between two vectors: 1 the same direction, 0 at right angles",
    "held-out set": "text that nothing was learned from, nor chosen on",
    **FULL_NAMES,
    "IOB2": "a scheme of tags: B at the start of each entity, I within it, O outside of any",
    "IOBES": "a scheme of tags: as IOB2, with E at the end of an entity and S for a single token",
}


class Glossary:
    """The words that a page uses, in the order of their first use."""

    def __init__(self) -> None:
        self._used: dict[str, str] = {}

    def term(self, name: str, shown: str | None = None) -> Markup:
        """Return a word with its meaning, ``shown`` in another form where that is given.

        Raises KeyError where the word has no meaning here.
        """
        meaning = self._used[name] = MEANINGS[name]
        return Markup(f'<abbr title="{escape(meaning)}">{escape(shown or name)}</abbr>')

    def heading(self, name: str) -> Markup | str:
        """Return the heading of a column or a row: a word with its meaning, if it has one."""
        return self.term(name) if name in MEANINGS else name

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._used.items())

    def __len__(self) -> int:
        return len(self._used)
