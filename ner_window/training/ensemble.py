"""An ensemble: runs from several initializations, side by side, whose networks make one model.

The members are single runs in folders of the run, in processes of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from ner_window.config import Config
from ner_window.errors import InputError
from ner_window.model.model import Model, ensemble_of
from ner_window.model_folder.folder import load_model
from ner_window.model_folder.provenance import Change
from ner_window.parallel import Workers, cores
from ner_window.run_data import RunData
from ner_window.training.parts import parts_of
from ner_window.training.record import predictions_of, provenance_of
from ner_window.training.run_folder import RunFolder, recorded_epochs
from ner_window.training.scores import RunScores
from ner_window.training.selection import selection_of
from ner_window.training.single import InterruptedRun, Tell, run_quietly


@dataclass(frozen=True)
class _Member:
    """What a process is told of a member: its config, its folder, and the hashes of the files."""

    config: Config
    folder: Path
    hashes: dict[str, str | None]


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
    members = [_Member(part.config, part.folder, data.hashes) for part in parts_of(config, folder)]
    try:
        results = _trained(members, tell)
    except KeyboardInterrupt:
        tell("interrupted; the members go on after the last epoch that they finished")
        raise InterruptedRun from None
    model = ensemble_of([load_model(member.folder, data.vectors) for member in members])
    run_folder.save_model(model, config.embeddings.saved)
    scores = _scored(config, data, run_folder, model, members, results)
    run_folder.finish(scores)
    return scores


def _trained(members: Sequence[_Member], tell: Tell) -> list[RunScores]:
    """Train the members that are not trained; return the scores of all."""
    results: dict[Path, RunScores] = {}
    count = min(cores(), len(members))
    workers = Workers(count)
    tell(f"training {len(members)} networks, {count} at a time")
    with tqdm(total=len(members), desc="members", leave=False, disable=None) as progress:
        for outcome in workers.outcomes(_train, members):
            name = outcome.job.folder.name
            if outcome.result is None:
                reason = outcome.failure.message if outcome.failure else ""
                raise InputError(f"{name} of the ensemble failed: {reason}")
            results[outcome.job.folder] = outcome.result
            f1 = outcome.result.kept_f1
            tell(f"{name} is trained" + ("" if f1 is None else f": F1 {f1:.2f}"))
            progress.update()
    return [results[member.folder] for member in members]


def _train(member: _Member) -> RunScores:
    data = RunData.read(member.config, member.hashes)
    return run_quietly(member.config, member.folder, data)


def _scored(
    config: Config,
    data: RunData,
    run_folder: RunFolder,
    model: Model,
    members: Sequence[_Member],
    results: Sequence[RunScores],
) -> RunScores:
    """Write the card of the whole; return its scores. Its epoch is that of the first member."""
    _, selection = selection_of(config, data.corpora)
    predictions = predictions_of(config, data.corpora, model, selection)
    records = [record for member in members for record in recorded_epochs(member.folder)]
    kept_epoch, changes = results[0].kept_epoch, _changes([member.folder for member in members])
    told = (run_folder.environment, records, kept_epoch, changes)
    run_folder.save_card(provenance_of(config, data.corpora, model, predictions, *told))
    memory = max(result.peak_memory_mb or 0.0 for result in results)
    scores = RunScores.of(predictions, kept_epoch, memory)
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
