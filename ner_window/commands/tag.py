"""``ner-window tag``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.commands.inputs import Backend
from ner_window.commands.next_steps import show_page
from ner_window.errors import INTERRUPTED, InputError
from ner_window.files import new_file
from ner_window.model.heads import Head
from ner_window.parallel import Workers
from ner_window.progress import Progress
from ner_window.tagging.inputs import INPUTS, STDIN, InputFormat, Recognized, Source, recognize
from ner_window.tagging.offsets import OffsetUnit
from ner_window.tagging.outputs import OUTPUTS, OutputFormat
from ner_window.tagging.streams import Task, file_jobs, tag_file, tag_to, tagger_of
from ner_window.terminal import Verbatim, bars_aside, shown_path, tell
from ner_window.wording import agreeing, counted

if TYPE_CHECKING:
    InputName = str
    OutputName = str
else:  # with what others have registered
    InputName = StrEnum("InputName", {name: name for name in INPUTS})
    OutputName = StrEnum("OutputName", {name: name for name in OUTPUTS})


def _listed(formats: Mapping[str, InputFormat] | Mapping[str, OutputFormat]) -> str:
    """Return what formats there are, for ``--help``."""
    return "; ".join(f"{name}: {known.help}" for name, known in formats.items())


ModelFolder = Annotated[Path, typer.Argument(help="model folder, or the folder of its run")]
Files = Annotated[
    list[Path] | None, typer.Argument(help="files to tag [default: -, standard input]")
]
InputOption = Annotated[
    InputName | None,
    typer.Option(
        "--input",
        help=_listed(INPUTS)
        + " [default: for standard input, .txt and .md what the first lines look like, raw or else "
        "conll or jsonl; jsonl for .jsonl; else conll]",
    ),
]
OutputOption = Annotated[
    OutputName | None,
    typer.Option(help=_listed(OUTPUTS) + " [default: conll for conll and tokens, else jsonl]"),
]
Out = Annotated[
    Path | None, typer.Option(help="file to write; for several files, the folder of theirs")
]
MinConfidence = Annotated[
    float,
    typer.Option(
        min=0,
        max=1,
        help="leave out entities of a lower confidence: the probability that exactly these tokens "
        "are an entity of this type",
    ),
]
OffsetsOption = Annotated[
    OffsetUnit,
    typer.Option(help="what start and end count, in jsonl and spans; bytes are those of UTF-8"),
]
Jobs = Annotated[
    int | None, typer.Option(min=1, help="processes [default: 1; with --backend dask, all]")
]
BackendOption = Annotated[
    Backend, typer.Option(help="dask: the workers of a cluster, on a disk that all share")
]
Scheduler = Annotated[str | None, typer.Option(help="address of Dask's scheduler, tcp://HOST:8786")]
TokenColumn = Annotated[
    int | None, typer.Option(help="column of the token [default: as in training]")
]
Encoding = Annotated[
    str | None, typer.Option(help="of the files [default: utf-8; conll: as in training]")
]
CacheMB = Annotated[
    float, typer.Option(min=1, help="memory for what is tabulated of words, a process")
]


def tag(
    model: ModelFolder,
    files: Files = None,
    input_: InputOption = None,
    output: OutputOption = None,
    out: Out = None,
    min_confidence: MinConfidence = 0,
    offsets: OffsetsOption = OffsetUnit.CHARACTERS,
    jobs: Jobs = None,
    backend: BackendOption = Backend.processes,
    scheduler: Scheduler = None,
    token_column: TokenColumn = None,
    encoding: Encoding = None,
    cache_mb: CacheMB = 64,
) -> None:
    """Find the entities in text, or tag tokens."""
    paths = files or [Path(STDIN)]
    if out is not None and (len(paths) > 1 or out.is_dir()):
        _check_named(paths)
    inputs = [
        Recognized(INPUTS[input_]) if input_ else recognize(path, encoding or "utf-8")
        for path in paths
    ]
    tell(*_notes(paths, inputs))
    output_format = OUTPUTS[output or _output_for([each.format for each in inputs])]
    if offsets != OffsetUnit.CHARACTERS and not output_format.has_offsets:
        raise InputError(
            f"--output {output_format.name} writes no offsets: leave --offsets out, or write jsonl "
            "or spans"
        )
    task = Task(model, cache_mb, output_format, min_confidence)
    count = jobs or (None if backend == Backend.dask else 1)
    workers = Workers(count, backend.value, scheduler)
    sources = [
        replace(_source(task, path, recognized, token_column, encoding), unit=offsets)
        for path, recognized in zip(paths, inputs, strict=True)
    ]
    if min_confidence:
        _check_confidences(tagger_of(task).model.network.head)
    try:
        _write(task, sources, workers, out)
    except KeyboardInterrupt:
        tell("interrupted: what was written are whole lines")
        raise typer.Exit(INTERRUPTED) from None


def _check_named(paths: Sequence[Path]) -> None:
    if STDIN in map(str, paths):
        raise InputError("standard input has no name: give --out a file for it, no folder")


def _notes(paths: Sequence[Path], inputs: Sequence[Recognized]) -> Iterator[str]:
    """Yield which files are taken for something else than their names say, the likes together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for path, each in zip(paths, inputs, strict=True):
        if each.evidence is not None:
            name = "standard input" if str(path) == STDIN else str(path)
            alike.setdefault((each.format.name, each.evidence), []).append(name)
    for (name, evidence), files in alike.items():
        others = f" and {counted(len(files) - 1, 'other file')}"
        subject, is_read = (
            (f"{files[0]}{others} look", "are") if files[1:] else (f"{files[0]} looks", "is")
        )
        yield (
            f"note: {subject} like {name} ({evidence}) and {is_read} read so; for running text "
            "say --input raw"
        )


def _check_confidences(head: Head) -> None:
    if not head.has_probabilities:
        raise InputError(
            f"the {head.section.name} head gives no confidences: leave --min-confidence out"
        )


def _output_for(formats: Sequence[InputFormat]) -> str:
    """Return what is written where nobody says: what all files can be written as."""
    outputs = {input_format.output for input_format in formats}
    return outputs.pop() if len(outputs) == 1 else InputFormat.output


def _source(
    task: Task,
    path: Path,
    recognized: Recognized,
    token_column: int | None,
    encoding: str | None,
) -> Source:
    model = tagger_of(task).model
    layout = model.layout
    default = layout.encoding if recognized.format.is_like_training else "utf-8"
    layout = replace(
        layout,
        token=layout.token if token_column is None else token_column,
        encoding=encoding or default,
    )
    block = model.encoder.document_block
    return Source(path, recognized.format, layout, block, model.tokenizer, recognized.head)


def _write(task: Task, sources: Sequence[Source], workers: Workers, out: Path | None) -> None:
    if out is None:
        _to_stdout(task, sources, workers)
    elif len(sources) == 1 and not out.is_dir():
        _to_file(task, sources[0], workers, out)
    else:
        _to_folder(task, sources, workers, out)


def _to_stdout(task: Task, sources: Sequence[Source], workers: Workers) -> None:
    with Progress("tagging", None, "tokens") as progress:
        tag_to(_print, task, sources, workers, progress.advance)


def _print(text: str) -> None:
    """Write to stdout, whole."""
    with _interrupts_held(), bars_aside(sys.stdout):
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait until something is written."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _to_file(task: Task, source: Source, workers: Workers, out: Path) -> None:
    with (
        new_file(out) as file,
        Progress("tagging", None, "tokens", stays=True) as progress,
    ):
        tag_to(lambda text: file.write(text.encode()), task, [source], workers, progress.advance)
    if task.output.ending == ".html":
        show_page(out)
    else:
        _tell_written(out)


def _to_folder(task: Task, sources: Sequence[Source], workers: Workers, out: Path) -> None:
    """Tag each file into one of the folder. Files that are there already are left as they are."""
    jobs = file_jobs(task, sources, out)
    waiting = [job for job in jobs if not job.target.exists()]
    if len(waiting) < len(jobs):
        there = len(jobs) - len(waiting)
        are = agreeing(there, "is", "are")
        tell(f"note: of {counted(len(jobs), 'file')}, {there:,} {are} in {out} already")
    failed = 0
    with Progress("tagging", len(waiting), "files", stays=True) as progress:
        for outcome in workers.outcomes(tag_file, waiting):
            progress.advance()
            if outcome.failure is not None:
                failed += 1
                tell(f"{outcome.job.source.name}: {outcome.failure.message}")
    if failed:
        raise InputError(
            f"{failed:,} of {counted(len(waiting), 'file')} {agreeing(failed, 'was', 'were')} not "
            f"tagged; the others are in {out}"
        )
    if waiting:
        _tell_written(out)


def _tell_written(out: Path) -> None:
    tell(Verbatim(f"written: {shown_path(out)}"))
