"""From files to what was found in them: pieces in, whole lines out, in bounded memory.

What belongs to one document is tagged together, some thousands of tokens at a time. Each such
*batch* is a job of its own, for this process or for several (see ``ner_window.parallel``); the
results come in the order of the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ner_window.corpora.tags import OUTSIDE, split_tag
from ner_window.errors import InputError
from ner_window.files import new_file
from ner_window.model.model import Model
from ner_window.model_folder.description import DESCRIPTION
from ner_window.model_folder.folder import model_folder
from ner_window.parallel import Workers
from ner_window.tagging.assignment import Assignment
from ner_window.tagging.inputs import Source
from ner_window.tagging.outputs import OutputFormat
from ner_window.tagging.outputs.output_format import Sink
from ner_window.tagging.pieces import Piece, joined
from ner_window.tagging.tagger import TOKENS_AT_ONCE, Tagger


@dataclass(frozen=True)
class Task:
    """How to tag: by which model, with how many MB of tables, what to write, how much at once."""

    model: Path
    cache_mb: float
    output: OutputFormat
    min_confidence: float
    tokens_at_once: int = TOKENS_AT_ONCE


@dataclass(frozen=True)
class PieceBatch:
    """Some pieces of one file; ``name`` is that of the file where it begins with them."""

    task: Task
    pieces: list[Piece]
    name: str | None


@dataclass(frozen=True)
class Written:
    """What is to be written of a batch, and the number of its tokens."""

    text: str
    tokens: int


def tag_batch(batch: PieceBatch) -> Written:
    """Tag a batch: a job."""
    task, tagger = batch.task, tagger_of(batch.task)
    with_confidences = task.output.has_confidences or task.min_confidence > 0
    prediction = tagger.predict(joined(batch.pieces), with_confidences)
    prediction = prediction.of_confidence(task.min_confidence)
    text = task.output.rendered(tagger, batch.pieces, prediction)
    start = "" if batch.name is None else task.output.heading(batch.name)
    return Written(start + text, len(prediction.tags))


@lru_cache(1)
def _loaded(model: Path, written: int, cache_mb: float) -> Tagger:
    return Tagger.load(model, cache_mb)


def tagger_of(task: Task) -> Tagger:
    """Return the tagger of a task, which each process loads once, and again when it has changed."""
    folder = model_folder(task.model).absolute()
    try:
        written = (folder / DESCRIPTION).stat().st_mtime_ns
    except (OSError, ValueError):
        written = 0  # loading it will say what is wrong
    return _loaded(folder, written, task.cache_mb)


def entity_types(model: Model) -> list[str]:
    """Return the types of entities that a model finds."""
    return sorted({split_tag(tag)[1] for tag in model.tags if tag != OUTSIDE})


def assignment_of(task: Task, sources: Sequence[Source]) -> Assignment:
    """Return what a task says of itself."""
    model = tagger_of(task).model
    folder = model_folder(task.model).absolute()
    run = folder.parent if folder.name == "model" else folder
    return Assignment(
        model=run.name,
        types=entity_types(model),
        has_confidences=model.network.head.has_probabilities,
        min_confidence=task.min_confidence,
        files=[source.name for source in sources],
    )


def batches(task: Task, sources: Iterable[Source]) -> Iterator[PieceBatch]:
    """Yield the batches of some files. No document is divided, nor any batch of two files."""
    for source in sources:
        name: str | None = source.name
        batch: list[Piece] = []
        size = 0
        for piece in source.pieces():
            if size >= task.tokens_at_once and piece.document != batch[-1].document:
                yield PieceBatch(task, batch, name)
                batch, size, name = [], 0, None
            batch.append(piece)
            size += piece.tokens.token_count + 1
        yield PieceBatch(task, batch, name)


def tag_to(
    sink: Sink,
    task: Task,
    sources: Sequence[Source],
    workers: Workers,
    tell: Callable[[int], object],
) -> None:
    """Tag files and write all that is found to one sink.

    What was tagged before an error is written.

    Parameters
    ----------
    sink
        Takes the text, in the order of the files.
    task
        How to tag, and what to write.
    sources
        The files.
    workers
        Who tags.
    tell
        Hears how many more tokens are done.

    Raises
    ------
    InputError
        Where a file cannot be read.
    """
    with task.output.writing(sink, assignment_of(task, sources)) as write:
        for written in workers.map(tag_batch, batches(task, sources)):
            write(written.text)
            tell(written.tokens)


@dataclass(frozen=True)
class FileJob:
    """A file to tag, and the file to write."""

    task: Task
    source: Source
    target: Path


def tag_file(job: FileJob) -> int:
    """Tag a file into another, which appears when it is whole: a job. Returns its tokens.

    Raises InputError where the one cannot be read or the other not be written.
    """
    tokens: list[int] = []
    with new_file(job.target) as file:

        def sink(text: str) -> None:
            file.write(text.encode())

        tag_to(sink, job.task, [job.source], Workers(1), tokens.append)
    return sum(tokens)


def file_jobs(task: Task, sources: Iterable[Source], folder: Path) -> list[FileJob]:
    """Return which file is to be tagged into which one of a folder, which is made.

    Raises InputError where the folder cannot be made, or two files would have one name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {folder.absolute()}: {error.strerror}") from None
    ending = task.output.ending
    jobs: dict[str, FileJob] = {}
    for source in sources:
        name = source.path.name
        name = name if name.endswith(ending) else name + ending
        if name in jobs:
            raise InputError(
                f"{source.path} and {jobs[name].source.path} would both be {folder / name}"
            )
        jobs[name] = FileJob(task, source, folder / name)
    return list(jobs.values())
