"""``ner-window config new``."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Annotated

import typer
import yaml

from ner_window.commands.inputs import tell_next
from ner_window.config import Config
from ner_window.config.new_config import OwnFiles, adapted_recipe, new_config
from ner_window.config.starters import starter_names, starter_path, summary_of
from ner_window.errors import InputError
from ner_window.files import check_new, new_file
from ner_window.run_data import RunData, read_corpora
from ner_window.study.own_study import (
    choice_for,
    choice_of_files,
    in_words,
    is_training_config,
    new_study,
    study_of,
)
from ner_window.terminal import Verbatim, show, shown_path, tell
from ner_window.training.selection import selection_of
from ner_window.wording import counted

HELP_WIDTH = 78  # where the list is read: --help sets it in by two columns
STUDY = "compare"
PLAIN = "quickstart"  # the config of defaults, for the sample
SAMPLE = OwnFiles(
    train=Path("data/sample/train.conll"),
    dev=Path("data/sample/dev.conll"),
    test=Path("data/sample/test.conll"),
    vectors=Path("data/sample/vectors.bin"),
)


def new(
    name: Annotated[
        str,
        typer.Argument(
            help="the shipped config to start from, or `compare`: a study of the config of --base "
            "[default: the defaults]",
            show_default=False,
        ),
    ] = PLAIN,
    train: Annotated[Path | None, typer.Option(help="your sentences to learn from")] = None,
    dev: Annotated[Path | None, typer.Option(help="those to choose the best epoch on")] = None,
    test: Annotated[Path | None, typer.Option(help="those to score at the end")] = None,
    vectors: Annotated[Path | None, typer.Option(help="pretrained vectors")] = None,
    token_column: Annotated[int, typer.Option(help="of the files, from 0; -1 is the last")] = 0,
    tag_column: Annotated[int, typer.Option(help="of the files, from 0; -1 is the last")] = -1,
    base: Annotated[Path | None, typer.Option(help="training config to make a study of")] = None,
    out: Annotated[Path | None, typer.Option(help="file to write [default: NAME.yaml]")] = None,
) -> None:
    """Write a commented config to start from."""
    path = out or Path(Path(name).with_suffix(".yaml").name)
    check_new(path)
    _check(name, train, base, has_others=any((dev, test, vectors)))
    if base is not None:
        text = _study(base, path)
    elif train is not None:
        text = _of(OwnFiles(train, dev, test, vectors, token_column, tag_column), name, path)
    else:
        text = _of_files_that_ship(name, path)
    with new_file(path) as file:
        file.write(text.encode())
    show(Verbatim(f"wrote {shown_path(path)}"))
    tell_next("ner-window", "compare" if name.startswith(STUDY) else "train", path)


def epilog() -> str:
    """Return what ``--help`` says at its end: the configs that ship."""
    width = max(map(len, starter_names()))
    texts = [f"{name:<{width}}  {summary_of(name)}" for name in starter_names() if name != PLAIN]
    lines = [textwrap.fill(text, HELP_WIDTH, subsequent_indent=" " * (width + 2)) for text in texts]
    return "\n".join(["\b", "The configs that ship, with what they reach:", *lines])


def _check(name: str, train: Path | None, base: Path | None, has_others: bool) -> None:
    """Raise InputError for options that do not go together."""
    if (name == STUDY) != (base is not None) or (name.startswith(STUDY) and train is not None):
        raise InputError(
            "a study of your own is of a training config: ner-window config new compare --base "
            "CONFIG; config new --train FILE ... writes one"
        )
    if train is None and has_others:
        raise InputError("--dev, --test and --vectors go with --train, what is learned from")


def _study(base: Path, path: Path) -> str:
    """Return a study of a training config, with what suits its data."""
    if not is_training_config(base):
        raise InputError(f"{base} is a study already; --base takes a training config")
    choice = choice_of_files(base)
    config = study_of(base, [], choice).base
    tokens = read_corpora(config)["train"].token_count
    choice = {**choice, **choice_for(config, tokens)}
    tell(f"chosen for {counted(tokens, 'training token')}: {in_words(choice)}")
    return new_study(base, path, choice)


def _of_files_that_ship(name: str, path: Path) -> str:
    """Return a config as it ships, for the data that it names."""
    if name != PLAIN:
        text = starter_path(name).read_text("utf-8")
        own = f"{STUDY} --base CONFIG" if name.startswith(STUDY) else f"{name} --train FILE"
        tell(f"for files of your own: ner-window config new {own}")
        return text
    if not SAMPLE.train.exists():
        raise InputError(
            "name the files: ner-window config new --train FILE --dev FILE --vectors FILE --out "
            f"{path}. --dev and --vectors may be left out. The files have a token a line, its tag "
            "in the last column, and a blank line between sentences, or end in .jsonl"
        )
    tell("it is for the sample that ships; for files of your own: --train FILE --dev FILE ...")
    return new_config(SAMPLE, path)


def _of(files: OwnFiles, name: str, path: Path) -> str:
    """Return a config for somebody's files, which are read to see that it runs."""
    text = new_config(files, path) if name == PLAIN else adapted_recipe(name, files, path)
    config = Config.model_validate(yaml.safe_load(text))
    data = RunData.read(config)
    selection_of(config, data.corpora)
    tell(*data.notes())
    for split, corpus in data.corpora.items():
        types = corpus.entity_counts()
        size = f"{counted(len(corpus), 'sentence')}, {counted(corpus.token_count, 'token')}"
        found = f"{counted(types.total(), 'entity')} ({', '.join(sorted(types)) or 'none'})"
        tell(f"{split:<6}{size}, {found}")
    words = data.corpora["train"].tokens.words.categories
    if all(map(str.isdecimal, words)):
        tell(
            f"warning: every token of {files.train} is a number, such as {words[0]}; "
            "--token-column names another column"
        )
    if files.vectors is None:
        tell("vectors start at random, which costs accuracy: see embeddings.path in the config")
    return text
