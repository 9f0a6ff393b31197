"""An ensemble: runs from several initializations, side by side, whose networks make one model.

The members are single runs in folders of the run, in processes of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.model.model import Model, ensemble_of
from ner_window.model_folder.folder import load_model
from ner_window.model_folder.provenance import Change
from ner_window.run_data import RunData
from ner_window.training.parts import Part, parts_of
from ner_window.training.record import predictions_of, provenance_of, raw_texts_of
from ner_window.training.recorded_selection import parts_of_run, save_selection
from ner_window.training.run_folder import RunFolder, recorded_epochs
from ner_window.training.scores import RunScores
from ner_window.training.selection import selection_of
from ner_window.training.side_by_side import train_side_by_side
from ner_window.training.single import InterruptedRun, Tell
from ner_window.training.temperature import fitted_temperature, temperature_note


def run_ensemble(
    config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> RunScores:
    """Train the members, as many at a time as there are cores; return the scores of the whole.

    The parameters are those of :func:`run_single`, and so are the errors; InputError also where a
    member fails.
    """
    run_folder = RunFolder(folder)
    if (scores := run_folder.scores) is not None:
        tell(f"{folder} is finished")
        return scores
    run_folder.open(config, data.hashes, is_resumed)
    members, names = parts_of(config, folder), ("networks", "the ensemble")
    try:
        results = train_side_by_side(members, data.hashes, names, _kept_f1, tell)
    except KeyboardInterrupt:
        tell("interrupted; the members go on after the last epoch that they finished")
        raise InterruptedRun from None
    whole = ensemble_of([load_model(member.folder, data.vectors) for member in members])
    parts = parts_of_run(config, members[0].folder, data.corpora["train"])
    save_selection(folder, data.corpora["train"], parts)
    _, selection = selection_of(config, data.corpora, parts)
    model = replace(whole, temperature=fitted_temperature(whole, selection))
    tell(temperature_note(model, config))
    run_folder.save_model(model, config.embeddings.saved)
    scores = _scored(config, data, selection, run_folder, model, members, results)
    run_folder.finish(scores)
    return scores


def _kept_f1(scores: RunScores) -> float | None:
    return scores.kept_f1


def _scored(
    config: Config,
    data: RunData,
    selection: Corpus | None,
    run_folder: RunFolder,
    model: Model,
    members: Sequence[Part],
    results: Sequence[RunScores],
) -> RunScores:
    """Write the card of the whole; return its scores. Its epoch is that of the first member."""
    predictions = predictions_of(config, data.all_corpora, model, selection)
    records = [record for member in members for record in recorded_epochs(member.folder)]
    kept_epoch, changes = results[0].kept_epoch, _changes([member.folder for member in members])
    raw_texts = raw_texts_of(model, predictions)
    told = (raw_texts, run_folder.environment, records, kept_epoch, changes)
    run_folder.save_card(provenance_of(config, data.all_corpora, model, predictions, *told))
    memory = max(result.peak_memory_mb or 0.0 for result in results)
    scores = RunScores.of(predictions, raw_texts, kept_epoch, memory)
    return scores.model_copy(update={"members": [result.kept_f1 for result in results]})


def _changes(folders: Sequence[Path]) -> list[Change]:
    """Return the changes of all members, with their numbers where they are not the same in all."""
    changes = [RunFolder(folder).changes for folder in folders]
    if all(own == changes[0] for own in changes):
        return changes[0]
    return [
        change.model_copy(update={"network": number})
        for number, own in enumerate(changes, start=1)
        for change in own
    ]
