"""Cross-validation: each sentence of the training file is tagged by a model that has not seen it.

A folder of folds:

config.yaml              the config with every default filled in
folds.json               how many folds there are, and the hash of the file that is divided
fold-N/                  the run folder of fold N
fold-N/train.*           what it learns from: the file without the fold
fold-N/held-out.*        the fold, on which it is scored
predictions.conll        token, gold tag and predicted tag, in the order of the file
cross-validation.json    when all is finished: the figures
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ner_window.config import Config
from ner_window.corpora.file_split import FileSplit
from ner_window.corpora.text_cut import TextCut
from ner_window.errors import InputError
from ner_window.evaluation.cross_validation import CrossValidation, spans_in_whole
from ner_window.evaluation.predictions import gold_of
from ner_window.files import new_file, replacement, write_lines
from ner_window.model_folder.folder import load_model
from ner_window.run_data import RunData, layout_of, read_corpora
from ner_window.tokenizers import tokenizer_of
from ner_window.training.parts import Part
from ner_window.training.run import run
from ner_window.training.run_folder import CONFIG
from ner_window.training.scores import RunScores
from ner_window.training.side_by_side import train_side_by_side
from ner_window.training.single import InterruptedRun, Tell
from ner_window.wording import counted

FOLDS, PREDICTIONS, FIGURES = "folds.json", "predictions.conll", "cross-validation.json"


def run_folds(
    config: Config, count: int, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> CrossValidation:
    """Train on all folds of ``data.train`` but one, each time another; return what they find in it.

    How the epoch of a fold is chosen stays what the config says: on ``data.dev``, on
    ``data.selection`` of what the fold learns from, or not at all; never on what is held out.

    Parameters
    ----------
    config
        That of every fold, but for the files.
    count
        How many folds.
    folder
        The folder of the run folders.
    data, tell, is_resumed
        Those of :func:`run_single`, whose errors are raised, too.

    Raises
    ------
    InputError
        Also where the file cannot be divided into so many parts, has changed, or a fold fails.
    """
    parted = FileSplit.of(
        path=config.data.train,
        layout=layout_of(config),
        shares=[1 / count] * count,
        seed=config.seed,
        text_cut=TextCut(tokenizer_of(config.text)),  # each sentence is scored
    )
    _open(config, count, folder, parted, is_resumed)
    if repeated := repeated_in_other_folds(parted):
        tell(
            f"note: {repeated:,} of {counted(len(parted.corpus), 'sentence')} stand word for word "
            "in another fold as well: the model that tags them has seen the same words"
        )
    parts = fold_parts(config, count, folder)
    for fold, part in enumerate(parts):
        _write_files(part, fold, parted)
    results = _trained(config, parts, data, tell)
    found = _validated(parts, parted, data, [_held_out_f1(result) or 0.0 for result in results])
    with new_file(folder / PREDICTIONS, may_replace=True) as sink:
        write_lines([*found.lines(), ""], sink)
    with replacement(folder / FIGURES) as temporary:
        temporary.write_text(json.dumps(found.as_dict(), indent=2, ensure_ascii=False), "utf-8")
    return found


def repeated_in_other_folds(parted: FileSplit) -> int:
    """Return how many sentences have the same words as one of another fold."""
    folds: dict[tuple[str, ...], set[int]] = {}
    sentences = [tuple(words) for words in parted.corpus.tokens]
    for words, fold in zip(sentences, parted.partition.of_sentence.tolist(), strict=True):
        folds.setdefault(words, set()).add(fold)
    return sum(len(folds[words]) > 1 for words in sentences)


def fold_parts(config: Config, count: int, folder: Path) -> list[Part]:
    """Return the runs of the folds in a folder; the fold that is held out is their test data.

    Their models are means to an end: they refer to the vectors, and are not scored on other text.
    """
    ending, parts = config.data.train.suffix, []
    saved = {"saved": "reference"} if config.embeddings.path else {}
    embeddings = config.embeddings.model_copy(update=saved)
    for number in range(1, count + 1):
        own = folder / f"fold-{number}"
        files = {"train": own / f"train{ending}", "test": own / f"held-out{ending}"}
        data = config.data.model_copy(update={**files, "held_out": {}})
        parts.append(Part(own, config.model_copy(update={"data": data, "embeddings": embeddings})))
    return parts


def folds_of(folder: Path) -> int | None:
    """Return how many folds the run in a folder has, None where it is no cross-validation."""
    folds: int | None = _recorded(folder).get("folds")
    return folds


def _recorded(folder: Path) -> dict[str, Any]:
    try:
        recorded = json.loads((folder / FOLDS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return recorded if isinstance(recorded, dict) else {}


def how_epochs_are_chosen(config: Config) -> str:
    """Return, in a sentence, which epoch a fold keeps: it is never chosen on what is held out."""
    if config.data.selection is not None:
        fraction = f"data.selection.fraction {config.data.selection.fraction:g}"
        return f"each fold chooses its epoch on a part of what it learns from ({fraction})"
    if config.data.dev is not None and config.training.keep == "best":
        return f"each fold chooses its epoch on data.dev ({config.data.dev}), which is in no fold"
    return "each fold keeps its last epoch: none is chosen on what is held out"


def _open(config: Config, count: int, folder: Path, parted: FileSplit, is_resumed: bool) -> None:
    """Write down what the folds have now; where there are some, see that they are of this file."""
    sha256 = parted.corpus.sha256
    if is_resumed and _recorded(folder).get("sha256", sha256) != sha256:
        raise InputError(
            f"{config.data.train.absolute()} has changed since the run in {folder.absolute()} "
            "was started: its folds would be others; start a new run"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG).write_text(config.to_yaml(), "utf-8")
        (folder / FOLDS).write_text(json.dumps({"folds": count, "sha256": sha256}), "utf-8")
    except OSError as error:
        raise InputError(f"cannot write {folder.absolute()}: {error.strerror}") from None


def _write_files(part: Part, fold: int, parted: FileSplit) -> None:
    """Write the files of a fold, from 0, where they are not there yet."""
    files = _files(part)
    if all(path.exists() for path in files):
        return
    for path in files:
        path.unlink(missing_ok=True)
    others = set(parted.partition.of_sentence.tolist()) - {fold}
    parted.write(dict(zip(files, (others, {fold}), strict=True)))


def _files(part: Part) -> tuple[Path, Path]:
    """Return what a fold learns from, and what it is scored on."""
    data = part.config.data
    assert data.test is not None
    return data.train, data.test


def _trained(config: Config, parts: Sequence[Part], data: RunData, tell: Tell) -> list[RunScores]:
    """Train the folds that are not trained, side by side where each is a single run."""
    if config.training.ensemble == config.training.restarts == 1:
        names = ("folds", "the cross-validation")
        try:
            return train_side_by_side(parts, None, names, _held_out_f1, tell)
        except KeyboardInterrupt:
            tell("interrupted; the folds go on after the last epoch that they finished")
            raise InterruptedRun from None
    results = []
    for part in parts:
        tell(part.folder.name)
        read = RunData(read_corpora(part.config), data.vectors)
        results.append(run(part.config, part.folder, read, tell, is_resumed=True))
    return results


def _held_out_f1(scores: RunScores) -> float | None:
    return scores.test.f1 if scores.test else None


def _validated(
    parts: Sequence[Part], parted: FileSplit, data: RunData, f1: list[float]
) -> CrossValidation:
    """Let each fold's model find the mentions of what it has not seen."""
    gold, found = parted.corpus, []
    for fold, part in enumerate(parts):
        model = load_model(part.folder, data.vectors)
        gold = gold_of(model, parted.corpus)
        is_held_out = parted.partition.of_sentence == fold
        corpus = parted.corpus.subset(is_held_out)
        spans = model.predict(model.encode(corpus.tokens), with_confidences=False).spans
        found.append(spans_in_whole(spans, np.flatnonzero(is_held_out), gold.tokens))
    return CrossValidation.of(gold, found, parted.partition.of_sentence, f1)
