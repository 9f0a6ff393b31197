"""``ner-window data split``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import SplitKind, Units, tell_next
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus, describe_broken
from ner_window.corpora.file_split import BLOCK, FileSplit
from ner_window.corpora.partition import UnitName
from ner_window.errors import InputError
from ner_window.files import check_new
from ner_window.terminal import Column, Table, show, tell
from ner_window.wording import agreeing, counted

NO_ENDINGS = ("", ".train", ".dev", ".test", ".testa", ".testb")  # words for parts, as eng.train
FEW_ENTITIES = 100  # in dev and test each, below which F1 moves by more than a point an entity


def split(
    file: Annotated[Path, typer.Argument(help="a corpus in CoNLL columns, or FILE.jsonl")],
    into: Annotated[Path, typer.Option(metavar="DIR", help="folder of the files; made if needed")],
    dev: Annotated[float, typer.Option(help="share of dev")] = 0.1,
    test: Annotated[float, typer.Option(help="share of test; 0: no such file")] = 0.1,
    by: Annotated[
        Units | None,
        typer.Option(help="what stays whole [default: documents, where FILE marks enough]"),
    ] = None,
    kind: Annotated[
        SplitKind,
        typer.Option(
            help="what is held out: a random share, the end of the file, documents whose names are "
            "then dropped from train, or documents far from the rest"
        ),
    ] = SplitKind.random,
    seed: Annotated[int, typer.Option(min=0, help="decides what is left to chance")] = 1,
    token_column: Annotated[int, typer.Option(help="column of the token")] = 0,
    tag_column: Annotated[int, typer.Option(help="column of the tag")] = -1,
    comment: Annotated[str | None, typer.Option(help="lines that start so are passed over")] = None,
    encoding: Annotated[str, typer.Option(help="of the file")] = "utf-8",
) -> None:
    """Split a labelled file into train, dev and test, alike or far apart."""
    shares = _shares(dev, test)
    ending = ".conll" if file.suffix.lower() in NO_ENDINGS else file.suffix
    paths = {name: into / f"{name}{ending}" for name in shares}
    if into.exists():
        for path in paths.values():
            check_new(path)
    layout = Layout(token_column, tag_column, comment=comment or None, encoding=encoding)
    units: UnitName | None = by.value if by else None
    parted = FileSplit.of(file, layout, list(shares.values()), seed, units, kind.value)
    corpora = {name: parted.corpus_of([part]) for part, name in enumerate(shares)}
    parted.write({path: [part] for part, path in enumerate(paths.values())})
    show(_table(corpora, parted.partition.units.name == "documents"))
    tell(*_dropped(parted))
    tell(*_notes(parted, corpora, asked=by is not None), *_needed_settings(layout))
    options = [word for name, path in paths.items() for word in (f"--{name}", path)]
    tell_next("ner-window", "config", "new", *options, "--out", "my.yaml")


def _shares(dev: float, test: float) -> dict[str, float]:
    """Return the share of each file that is to be written, by name."""
    if not (dev > 0 and test >= 0 and dev + test < 1):
        raise InputError(
            f"--dev {dev:g} --test {test:g}: shares are parts of 1, such as 0.1, and leave some "
            "for train; only that of test may be 0"
        )
    shares = {"train": 1 - dev - test, "dev": dev, "test": test}
    return {name: share for name, share in shares.items() if share}


def _table(corpora: dict[str, Corpus], has_documents: bool) -> Table:
    """Return what is in each file: a column a file."""
    types = sorted({name for corpus in corpora.values() for name in corpus.entity_counts()})
    counts = {name: corpus.entity_counts() for name, corpus in corpora.items()}
    rows = {
        **({"documents": [c.document_count for c in corpora.values()]} if has_documents else {}),
        "sentences": [len(corpus) for corpus in corpora.values()],
        "tokens": [corpus.token_count for corpus in corpora.values()],
        "entities": [sum(count.values()) for count in counts.values()],
        **{f"  {name}": [count[name] for count in counts.values()] for name in types},
    }
    columns = [Column("", is_number=False), *map(Column, corpora)]
    return Table(columns, [[name, *(f"{n:,}" for n in figures)] for name, figures in rows.items()])


def _dropped(parted: FileSplit) -> list[str]:
    """Return, in a sentence, what is in no file."""
    corpus, is_dropped = parted.corpus, parted.partition.is_dropped
    if not is_dropped.any():
        return []
    tokens = int(corpus.tokens.lengths[is_dropped].sum())
    dropped = int(is_dropped.sum())
    return [
        f"dropped from train, in no file: {counted(dropped, 'sentence')}, "
        f"{counted(tokens, 'token')} ({tokens / corpus.token_count:.0%} of the file), which "
        f"{agreeing(dropped, 'holds', 'hold')} a name of dev or test"
    ]


def _notes(parted: FileSplit, corpora: dict[str, Corpus], asked: bool) -> list[str]:
    """Return, in sentences, what is to be known of the files."""
    corpus, partition, notes = parted.corpus, parted.partition, []
    if corpus.broken_lines:
        notes.append(f"warning: {describe_broken(corpus)}; they are kept as they are")
    units = partition.units.name
    if units != "documents" and corpus.document_count > 1:
        documents = counted(corpus.document_count, "document")
        few = "" if asked else "; too few to part whole ones: --by documents does all the same"
        notes.append(f"note: split by {units}, across {documents}{few}")
    elif units == "blocks":
        notes.append(f"note: no documents are marked: blocks of {BLOCK} sentences stay whole")
    if shared := partition.shared:
        example = " ".join(corpus[shared[0]].tokens)[:60]
        of_units = f" of several {units}" if units != "sentences" else ""
        notes.append(
            f"note: {counted(len(shared), 'sentence')}{of_units} "
            f"{agreeing(len(shared), 'stands', 'stand')} in more than one file, such as: {example}"
        )
    held_out = [name for name in corpora if name != "train"]
    few_of = [
        name for name in held_out if sum(corpora[name].entity_counts().values()) < FEW_ENTITIES
    ]
    if few_of:
        notes.append(
            f"note: fewer than {FEW_ENTITIES} entities in {' and '.join(few_of)}: an entity is "
            "worth a point of F1 or more; ner-window train CONFIG --folds 5 scores on all of a file"
        )
    return notes


def _needed_settings(layout: Layout) -> list[str]:
    """Return, in a sentence, what a config has to say of files that are not read as most are."""
    usual = Layout()
    settings = []
    if (layout.token, layout.tag) != (usual.token, usual.tag):
        settings.append(f"data.columns: {{token: {layout.token}, tag: {layout.tag}}}")
    if layout.comment is not None:
        settings.append(f"data.comment: {json.dumps(layout.comment)}")
    if layout.encoding != usual.encoding:
        settings.append(f"data.encoding: {layout.encoding}")
    return [f"note: the config has to say {', '.join(settings)}"] if settings else []
