"""The section ``data``: what is learned from, and what is scored on."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from ner_window.config.held_out import HeldOutSettings, with_inherited
from ner_window.config.layout import ColumnSettings, Encoding
from ner_window.config.paths import ConfigPath
from ner_window.config.section import Section

SelectionKind = Literal["spread", "random", "order", "unseen-names", "far"]


class SubsetSettings(Section):
    """Some of the training documents, drawn at random, whole, until they have about so many tokens.

    The smaller subsets of a seed are part of its larger ones.
    """

    tokens: PositiveInt | None = Field(None, description="size in tokens")
    fraction: float | None = Field(None, gt=0, lt=1, description="size as a share of all tokens")
    seed: NonNegativeInt = Field(1, description="decides which documents are drawn")

    @model_validator(mode="after")
    def _one_size(self) -> SubsetSettings:
        if (self.tokens is None) == (self.fraction is None):
            raise ValueError("give the size of the subset: either `tokens` or `fraction`")
        return self


class SelectionSettings(Section):
    """Training documents that are held out to choose the epoch on, so that dev stays unseen.

    `kind` decides which. `spread` takes every k-th one: of 0.1, the 10th, the 20th and so on.
    `random` gives what is held out its share of every entity type. The others hold out what is not
    like the rest, as other text is not: `order` the last documents of the file, `unseen-names`
    documents whose names are in no mention that is learned from, because sentences of the rest that
    have one are dropped, `far` a region of documents that are least like the rest. What was chosen
    is in the run folder, in `selection.tsv`.

    Where the file marks no documents, or a single one, blocks of `data.documents.sentences` stand
    in for them; where these blocks are fewer than 1 / fraction (10 of 0.1), sentences do.
    """

    source: Literal["train"] = Field(
        "train", alias="from", description="whose documents are held out"
    )
    kind: SelectionKind = Field(
        "spread",
        description="which documents: every k-th, a random share, the last, those whose names are "
        "kept out of training, or those far from the rest",
    )
    fraction: float = Field(
        0.1,
        gt=0,
        lt=1,
        description="share held out: of the documents at `spread`, else of the sentences",
    )
    seed: NonNegativeInt = Field(
        1,
        description="draws the documents of `random`, sways the choice of `unseen-names` and says "
        "where `far` starts to look, which may find the same again; decides nothing else",
    )


class DocumentBlockSettings(Section):
    """Blocks of sentences that stand in for documents."""

    sentences: PositiveInt = Field(20, description="sentences in a block")


class DataSettings(Section):
    """The files to learn from and to score on: CoNLL columns or, by their ending, .jsonl."""

    train: ConfigPath = Field(description="sentences to learn from")
    dev: ConfigPath | None = Field(
        None, description="held-out sentences: scored each epoch, the best epoch is kept"
    )
    test: ConfigPath | None = Field(None, description="sentences scored once, at the end")
    held_out: dict[str, HeldOutSettings] = Field(
        {},
        description="more files that are scored at the end, by a name of your choice; nothing is "
        "ever chosen on them. null in place of one leaves it out",
    )
    subset: SubsetSettings | None = Field(
        None, description="train on some of the training documents only; null: on all"
    )
    selection: SelectionSettings | None = Field(
        None, description="choose the epoch on training documents that are held out, not on dev"
    )
    documents: DocumentBlockSettings | None = Field(
        DocumentBlockSettings(),
        description="what makes a document where a file marks none; null: refuse such files",
    )
    columns: ColumnSettings = ColumnSettings()
    comment: str | None = Field(
        None, min_length=1, description="lines that start so are passed over; null: there are none"
    )
    encoding: Encoding = Field("utf-8", description="the encoding of the files")
    strict: bool = Field(
        False, description="refuse files with tags that break their scheme (else they are counted)"
    )
    scheme: Literal["iob1", "iob2", "iobes", "bilou"] = Field(
        "iobes", description="the tagging scheme trained on; files in any other are converted"
    )

    @model_validator(mode="before")
    @classmethod
    def _with_sets(cls, tree: Any) -> Any:
        return with_inherited(tree) if isinstance(tree, dict) else tree

    @model_validator(mode="after")
    def _apart(self) -> DataSettings:
        """Refuse a held-out set that is learned from."""
        for name, held_out in self.held_out.items():
            if held_out.path == self.train:
                raise ValueError(f"held_out.{name} is data.train, which is learned from")
        return self
