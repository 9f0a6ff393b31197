"""What the command line does, as functions, for a notebook or a script: the face of the package.

Paths may be strings. The examples are those of ``docs/python.md``, which the tests run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ner_window.config import Config
from ner_window.config import file as config_file
from ner_window.corpora import corpus as corpora
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.text_cut import TextCut
from ner_window.corpora.type_mapping import TypeMapping, check_mapping, mapped
from ner_window.evaluation.comparison import Comparison
from ner_window.evaluation.comparison import compare as compared
from ner_window.evaluation.cross_validation import CrossValidation
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.report import Evaluation, evaluate_fully
from ner_window.model.model import Model
from ner_window.model_folder import folder as model_folder
from ner_window.run_data import RunData
from ner_window.scoring.score import Score
from ner_window.training.folds import fold_parts, run_folds
from ner_window.training.resumption import Resumption
from ner_window.training.run import run as run_in
from ner_window.training.run_folder import check_free
from ner_window.training.scores import RunScores
from ner_window.training.single import InterruptedRun, Tell


@dataclass(frozen=True)
class Run:
    """A finished run: its config, its folder, and how well its model does.

    Example::

        run.scores.dev.f1
    """

    config: Config
    folder: Path
    scores: RunScores

    @cached_property
    def model(self) -> Model:
        """The model that was trained, read when it is first asked for."""
        return load_model(self.folder)


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> Config:
    """Read and check a config file; ``overrides`` are settings as ``--set`` takes them.

    Raises InputError that lists everything that is wrong.

    Example::

        config = ner_window.load_config("configs/quickstart.yaml", ["training.epochs=3"])
    """
    return config_file.load_config(Path(path), overrides)


def read_corpus(
    path: str | Path,
    token_column: int = 0,
    tag_column: int = -1,
    encoding: str = "utf-8",
    types: TypeMapping | None = None,
    cut_at_entities: bool = False,
) -> Corpus:
    """Read sentences with tags: CoNLL columns, or JSONL where the name ends so.

    Parameters
    ----------
    path
        The file.
    token_column, tag_column
        Which columns hold them, counted from 0; the last one is -1.
    encoding
        Of the text.
    types
        What its types are to be called, None where entities of a type are left out.
    cut_at_entities
        Whether a text that comes without tokens is cut also where an entity starts or ends within
        a token. What is to be scored is not: it is cut as what is tagged.

    Raises
    ------
    InputError
        Where the file is not what it should be, naming file and line, or has no such type.

    Example::

        corpus = ner_window.read_corpus("data/sample/test.conll")
    """
    layout = Layout(token_column, tag_column, encoding=encoding)
    text_cut = TextCut(at_entities=cut_at_entities)
    corpus = corpora.read_corpus(Path(path), layout, text_cut=text_cut)
    if types is None:
        return corpus
    wanted = {name for name in types.values() if name is not None}
    check_mapping(types, corpus.entity_counts(), wanted, f"{path} (types)", "the model")
    return mapped(corpus, types)


def print_to_stderr(message: str) -> None:
    """Say something where it does not mix with results."""
    print(message, file=sys.stderr, flush=True)


def train(
    config: Config,
    folder: str | Path,
    tell: Tell = print_to_stderr,
    resume: bool = False,
    accept_changes: bool = False,
) -> Run:
    """Read the data of a config, train, and score the model on what is held out.

    Parameters
    ----------
    config
        What to train, and on what.
    folder
        Where everything is written: the run folder, new or empty.
    tell
        Is given a line after each epoch, and whatever else there is to say on the way.
    resume
        Whether to go on with the run that was stopped in the folder, or to return it if it is
        finished.
    accept_changes
        Whether a run that is gone on with may have other settings from the next epoch on. A
        finished one goes on when it is given more ``training.epochs``.

    Returns
    -------
    Run
        The finished run, with scores and model.

    Raises
    ------
    InputError
        Where the folder is in use or has the run of another config whose changes are not
        accepted or not possible, or where the data is not what it should be.
    KeyboardInterrupt
        When it is interrupted; what was done has been saved, to go on with.

    Example::

        run = ner_window.train(config, "runs/first")
    """
    folder = Path(folder)
    resumption = Resumption(folder, config) if resume else None
    if resumption:
        resumption.check(accept_changes)
    else:
        check_free(folder)
    data = RunData.read(config)
    if resumption:
        resumption.take(data.hashes, tell)
    for note in data.notes():
        tell(note)
    try:
        return Run(config, folder, run_in(config, folder, data, tell, resume))
    except InterruptedRun:
        raise KeyboardInterrupt from None


def cross_validate(
    config: Config,
    folder: str | Path,
    folds: int = 5,
    tell: Tell = print_to_stderr,
    resume: bool = False,
) -> CrossValidation:
    """Train on all folds of ``data.train`` but one, each time another, and score what is left out.

    Parameters
    ----------
    config
        What to train; how it chooses the epoch is kept, on ``data.dev`` or ``data.selection``.
    folder
        Where everything is written: a folder for the runs of all folds, new or empty.
    folds
        How many parts the file is divided into.
    tell
        Is given what there is to say on the way.
    resume
        Whether to go on with what was stopped in the folder.

    Returns
    -------
    CrossValidation
        Every sentence with what a model has found in it that had not seen it, and the figures.

    Raises
    ------
    InputError
        Where the folder is in use or has the folds of another config or file, or the data cannot be
        divided so.
    KeyboardInterrupt
        When it is interrupted; what was done has been saved, to go on with.

    Example::

        validated = ner_window.cross_validate(config, "runs/folds", folds=2)
    """
    folder = Path(folder)
    if resume:
        Resumption(folder, config, fold_parts(config, folds, folder)).check(accepts_all=False)
    else:
        check_free(folder)
    data = RunData.read(config)
    for note in data.notes():
        tell(note)
    try:
        return run_folds(config, folds, folder, data, tell, resume)
    except InterruptedRun:
        raise KeyboardInterrupt from None


def load_model(folder: str | Path) -> Model:
    """Read a model folder, or the model of a run folder.

    Raises InputError where it is no model, is damaged, or was written by a newer version.

    Example::

        model = ner_window.load_model("runs/first")
    """
    return model_folder.load_model(Path(folder))


def score(model: Model, corpus: Corpus | str | Path) -> Score:
    """Score a model as the shared task does; a file is read in the columns of its training file.

    Example::

        print(ner_window.score(model, corpus).report())
    """
    return PredictedCorpus.of(model, _read(corpus, model)).score()


def evaluate(model: Model, corpus: Corpus | str | Path) -> Evaluation:
    """Score a model, and tell what lies behind it: intervals, breakdowns, kinds of errors.

    Example::

        evaluation = ner_window.evaluate(model, corpus)
    """
    return evaluate_fully(model, PredictedCorpus.of(model, _read(corpus, model)))


def compare(one: Model, other: Model, corpus: Corpus | str | Path) -> Comparison:
    """Test whether two models differ on a corpus, by a paired t test.

    Raises InputError where the two are not held to the same tokens and tags.

    Example::

        comparison = ner_window.compare(model, other, corpus)
    """
    return compared(
        PredictedCorpus.of(one, _read(corpus, one)), PredictedCorpus.of(other, _read(corpus, other))
    )


def _read(corpus: Corpus | str | Path, model: Model) -> Corpus:
    if isinstance(corpus, Corpus):
        return corpus
    return corpora.read_corpus(Path(corpus), model.layout, text_cut=TextCut(model.tokenizer))
