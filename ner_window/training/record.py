"""What a finished run tells of itself in its model's ``provenance.json`` and card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.encoding.encoded import Encoded
from ner_window.evaluation.breakdown import GroupScore, breakdown
from ner_window.evaluation.intervals import LEVEL
from ner_window.evaluation.mentions import by_seen, by_type, everything
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.raw_text import RawTextScore, raw_text_score
from ner_window.evaluation.units import Units
from ner_window.model.model import Model
from ner_window.model_folder.provenance import (
    Change,
    DataFile,
    Figures,
    Provenance,
    SplitScores,
    VectorSource,
)
from ner_window.training.selection import HELD_OUT, chosen_on
from ner_window.vectors.word_vectors import WordVectors


def predictions_of(
    config: Config,
    corpora: Mapping[str, Corpus],
    model: Model,
    selection: Corpus | None,
    encoded_selection: Encoded | None = None,
) -> dict[str, PredictedCorpus]:
    """Let a model predict all data of a run that it was not trained on.

    Parameters
    ----------
    config
        That of the run.
    corpora
        The data of the run, by split or held-out set.
    model
        The one with the kept weights.
    selection
        What the epoch was chosen on, if anything.
    encoded_selection
        The same as the model sees it, where it is at hand.

    Returns
    -------
    dict
        By split or held-out set; what was held out of the training data is ``HELD_OUT``.
    """
    corpora = {split: corpus for split, corpus in corpora.items() if split != "train"}
    if config.data.selection and selection:
        corpora = {HELD_OUT: selection, **corpora}
    return {
        split: PredictedCorpus.of(model, corpus, encoded_selection if corpus is selection else None)
        for split, corpus in corpora.items()
    }


def raw_texts_of(
    model: Model, predictions: Mapping[str, PredictedCorpus]
) -> dict[str, RawTextScore]:
    """Return how a model does on the raw text of data that it predicted, of what has such text.

    What is held out of the training data only chooses, and is left out.
    """
    scores = {
        split: raw_text_score(model, predicted.gold)
        for split, predicted in predictions.items()
        if split != HELD_OUT
    }
    return {split: score for split, score in scores.items() if score is not None}


def provenance_of(
    config: Config,
    corpora: Mapping[str, Corpus],
    model: Model,
    predictions: Mapping[str, PredictedCorpus],
    raw_texts: Mapping[str, RawTextScore],
    environment: Mapping[str, Any],
    records: Sequence[Mapping[str, Any]],
    kept_epoch: int,
    changes: Sequence[Change],
) -> Provenance:
    """Return what is to be told of a run.

    Parameters
    ----------
    config
        That of the run.
    corpora
        The data of the run, by split or held-out set.
    model
        The one with the kept weights.
    predictions
        What it predicts, by split or held-out set.
    raw_texts
        How that is on raw text, of those that have some.
    environment
        What the run folder holds of versions.
    records
        What it holds of epochs, of an ensemble those of all its members.
    kept_epoch
        The epoch of the weights, of an ensemble that of its first member.
    changes
        What was changed on the way.
    """
    return Provenance(
        date=str(environment["started"]),
        seconds=round(sum(record["seconds"] for record in records), 1),
        seed=config.seed,
        epochs=max((record["epoch"] for record in records), default=0),
        kept_epoch=kept_epoch,
        versions={**environment["packages"], "python": str(environment["python"])},
        data=[_data_file(split, corpus) for split, corpus in corpora.items()],
        vectors=_source(model.vectors),
        scores=[
            _scores(split, model, predicted, chosen_on(config, split), raw_texts.get(split))
            for split, predicted in predictions.items()
        ],
        config=config.without_folders(),
        changes=list(changes),
    )


def _data_file(split: str, corpus: Corpus) -> DataFile:
    try:
        size = corpus.path.stat().st_size
    except OSError:  # gone since it was read, or never a file
        size = None
    return DataFile(
        split=split,
        name=corpus.path.name,
        sha256=corpus.sha256,
        bytes=size,
        sentences=len(corpus),
        tokens=corpus.token_count,
        entities=sum(corpus.entity_counts().values()),
    )


def _source(vectors: WordVectors | None) -> VectorSource | None:
    if vectors is None:
        return None
    return VectorSource(
        name=vectors.name,
        sha256=vectors.sha256,
        words=len(vectors),
        dimension=vectors.dimension,
    )


def _scores(
    split: str,
    model: Model,
    predictions: PredictedCorpus,
    chosen: str | None,
    raw_text: RawTextScore | None,
) -> SplitScores:
    mentions, tokens = predictions.mentions, predictions.gold.tokens.words
    units = Units.of(predictions.gold.tokens)
    groupings = [
        everything(mentions),
        by_type(mentions),
        by_seen(mentions, tokens, model.mentions or []),
    ]
    total, types, seen = breakdown(mentions, groupings, units)
    return SplitScores(
        split=split,
        resampling=f"{f'{LEVEL}% intervals from ' * units.are_enough}{units.description}",
        is_chosen_on=chosen is not None,
        chosen=chosen,
        total=_figures(total.rows["all"]),
        by_type={name: _figures(row) for name, row in types.rows.items()},
        by_novelty={name: _figures(row) for name, row in seen.rows.items()},
        raw_text_f1=raw_text.score.f1 if raw_text else None,
        left_out_types=predictions.left_out,
    )


def _figures(row: GroupScore) -> Figures:
    return Figures.model_validate(row.as_dict())
