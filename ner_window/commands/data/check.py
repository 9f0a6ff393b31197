"""``ner-window data check``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, tell_next
from ner_window.config import TextSettings
from ner_window.config.file import CONFIG_ENDINGS, load_config
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus, problems_or_corpus
from ner_window.corpora.problems import Problems
from ner_window.corpora.text_cut import AS_TAGGED
from ner_window.data_check import DataReport, check_data
from ner_window.encoding.features import features_of
from ner_window.errors import InputError
from ner_window.held_out import cautions
from ner_window.run_data import (
    held_out_layout,
    in_training_types,
    layout_of,
    learning_cut,
    read_corpora,
    scoring_cut,
    split_paths,
)
from ner_window.terminal import show, tell
from ner_window.vectors.word_vectors import load_vectors
from ner_window.wording import counted

WARNED = 1


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="CONFIG | FILE ...",
            help="the YAML config of a run; or corpora, the first of which is to be learned from",
        ),
    ],
    settings: Settings = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="exit with 1 where there are warnings")
    ] = False,
    token_column: Annotated[
        int | None, typer.Option(help="column of the token of FILE [default: 0]")
    ] = None,
    tag_column: Annotated[
        int | None, typer.Option(help="column of its tag [default: -1, the last]")
    ] = None,
    comment: Annotated[
        str | None, typer.Option(help="lines of FILE that start so are passed over")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="of FILE [default: utf-8]")] = None,
) -> None:
    """Look at the data of a config, or at files, before training on them."""
    options = (token_column, tag_column, comment, encoding)
    if any(path.suffix.lower() in CONFIG_ENDINGS for path in paths):
        if len(paths) > 1 or any(option is not None for option in options):
            raise InputError("a config names its files and their columns: give it alone")
        report = _of_config(paths[0], settings or [], as_json)
        following: tuple[str | Path, ...] | None = ("find-lr", paths[0])
    else:
        if settings:
            raise InputError("--set changes a config, FILE.yaml; for files there are options")
        tag = -1 if tag_column is None else tag_column
        layout = Layout(token_column or 0, tag, comment=comment, encoding=encoding or "utf-8")
        files = {str(path): (path, layout) for path in paths}
        corpora = _read(files, TextSettings(), as_json)
        report = check_data(corpora, None, is_of_config=False)
        following = _after_files(paths, corpora)
    if as_json:
        print(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
    else:
        show(report)
    tell(*(f"warning: {warning}" for warning in report.warnings))
    tell(f"{counted(len(report.warnings), 'warning')}")
    if following:
        tell_next("ner-window", *following)
    if strict and report.warnings:
        raise typer.Exit(WARNED)


def _of_config(path: Path, settings: Sequence[str], as_json: bool) -> DataReport:
    config = load_config(path, settings)
    features_of(config.features)  # whether gazetteers can be read is to be known before training
    layout = layout_of(config)
    files = {split: (path, layout) for split, path in split_paths(config).items()}
    sets = {
        name: (held_out.path, held_out_layout(config, name))
        for name, held_out in config.data.held_out.items()
    }
    read = _read({**files, **sets}, config.text, as_json)
    if config.data.strict:
        read_corpora(config)  # which refuses tags that break their scheme
    corpora = {split: read[split] for split in files}
    held_out = in_training_types(config, {name: read[name] for name in sets}, corpora["train"])
    shared = list(cautions(config, corpora, held_out))
    vectors = config.embeddings.path
    known = load_vectors(vectors, config.embeddings.trust) if vectors else None
    report = check_data({**corpora, **held_out}, known)
    return replace(report, warnings=[*report.warnings, *shared])


def _after_files(
    paths: Sequence[Path], corpora: Mapping[str, Corpus]
) -> tuple[str | Path, ...] | None:
    """Return the command that comes after a look at one file, or at those of several splits.

    None where the first of them has no entity to learn from.
    """
    if not corpora[str(paths[0])].entity_counts():
        return None
    if len(paths) == 1:
        return "data", "split", paths[0], "--into", "data"
    named = zip(("--train", "--dev", "--test"), map(str, paths), strict=False)
    return "config", "new", *chain.from_iterable(named), "--out", "my.yaml"


def _read(
    files: Mapping[str, tuple[Path, Layout]], text: TextSettings, as_json: bool
) -> dict[str, Corpus]:
    """Read files; what is wrong with their lines is printed, all of it, before InputError says so.

    The first one is what is learned from; ``text`` says how its texts are cut. Raises InputError
    where any file cannot be read.
    """
    first, *others = files
    train = problems_or_corpus(*files[first], learning_cut(text))
    read = {first: train}
    for split in others:
        cut = scoring_cut(files[split][0], train) if isinstance(train, Corpus) else AS_TAGGED
        read[split] = problems_or_corpus(*files[split], cut)
    problems = {split: each for split, each in read.items() if isinstance(each, Problems)}
    if problems:
        listed = {split: vars(each) for split, each in problems.items()}
        if as_json:
            print(json.dumps({"problems": listed}, indent=2, ensure_ascii=False))
        else:
            show(*map(str, problems.values()))
        count = counted(sum(each.count for each in problems.values()), "problem")
        raise InputError(f"{count}: mend what is listed, and check again")
    return {split: each for split, each in read.items() if isinstance(each, Corpus)}
