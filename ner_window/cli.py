"""The command line. Results go to stdout, everything else to stderr.

The modules that need numpy are imported inside the commands, so that ``--help`` answers at once,
and after the number of BLAS threads has been set: a small model is fastest with one.
"""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.errors import InputError

if TYPE_CHECKING:
    from ner_window.config import Config, Data
    from ner_window.corpus import Corpus
    from ner_window.run_folder import RunFolder
    from ner_window.training import EpochRecord
    from ner_window.vectors import WordVectors

BAD_INPUT = 2

app = typer.Typer(
    help="Train, evaluate and use a window-based named-entity recognizer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
config_app = typer.Typer(help="Write configs.", no_args_is_help=True)
data_app = typer.Typer(help="Look after data files.", no_args_is_help=True)
app.add_typer(config_app, name="config")
app.add_typer(data_app, name="data")


def main() -> None:
    """Run the command line; bad input is told in a sentence, with exit code 2."""
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    try:
        app()
    except InputError as error:
        _fail(str(error))
    except BrokenPipeError:  # the reader of stdout, such as head, has seen enough
        _forget_stdout()
        sys.exit(1)
    except OSError as error:
        _forget_stdout()
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except MemoryError as error:
        _fail(f"not enough memory: {error}")


def _fail(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(BAD_INPUT)


def _forget_stdout() -> None:
    """Keep Python from trying once more, on its way out, to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="the YAML config of the run")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY.PATH=VALUE", help="change a setting; repeatable"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="run folder [default: runs/NAME-TIME]")] = None,
) -> None:
    """Train a model and score it on held-out data."""
    from ner_window.config import load_config
    from ner_window.run_folder import default_folder

    resolved = load_config(config, settings or [])
    _train(resolved, out or default_folder(config))


def _train(config: Config, folder: Path) -> None:
    import numpy as np

    from ner_window.evaluation import evaluate
    from ner_window.run_folder import RunFolder, check_free
    from ner_window.training import Trainer, build_model

    check_free(folder)
    corpora = _read_corpora(config.data)
    for split, corpus in corpora.items():
        _tell(f"{split:<6}{_describe(corpus)}")
    vectors = _load_vectors(config)
    rng = np.random.default_rng(config.seed)
    model = build_model(config, corpora["train"], vectors, rng)
    trainer = Trainer(config, model, corpora["train"], corpora["dev"], rng)
    _tell(f"words of train found: {trainer.encoded_train.coverage}")
    _tell(f"words of dev found:   {trainer.encoded_dev.coverage}")
    run = RunFolder(folder, config, corpora, vectors)
    try:
        for record in trainer.run():
            _tell(_summary(record, config.training.epochs))
            _record(run, record)
    except KeyboardInterrupt:
        if not trainer.best_epoch:
            raise
        _tell("interrupted: keeping the best epoch so far")
    trainer.restore_best()
    run.save(model)
    for split in ("dev", "test"):
        if split in corpora:
            print(f"{split} ({corpora[split].path}), weights of epoch {trainer.best_epoch}")
            print(evaluate(model, corpora[split]).report())
    print(f"run folder: {folder.absolute()}")


def _read_corpora(data: Data) -> dict[str, Corpus]:
    from ner_window.corpus import read_corpus

    paths = {"train": data.train, "dev": data.dev, "test": data.test}
    return {
        split: read_corpus(path, data.columns.token, data.columns.tag)
        for split, path in paths.items()
        if path
    }


def _load_vectors(config: Config) -> WordVectors | None:
    from ner_window.vectors import load_vectors

    return load_vectors(config.embeddings.path) if config.embeddings.path else None


def _record(run: RunFolder, record: EpochRecord) -> None:
    """Write down an epoch; a disk that is full is no reason to lose the model."""
    try:
        run.add_record(record)
    except OSError as error:
        _tell(f"warning: epoch {record.epoch} is missing in metrics.jsonl: {error.strerror}")


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="model folder, or the folder of its run")],
    file: Annotated[Path, typer.Argument(help="sentences with tags, in CoNLL columns")],
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    token_column: Annotated[
        int | None, typer.Option(help="column of the token [default: as in training]")
    ] = None,
    tag_column: Annotated[
        int | None, typer.Option(help="column of the tag [default: as in training]")
    ] = None,
) -> None:
    """Score a model on a file: the shared task's table."""
    from ner_window.corpus import read_corpus
    from ner_window.evaluation import evaluate as evaluate_model
    from ner_window.model_folder import load_model

    loaded = load_model(model)
    token, tag = loaded.columns
    corpus = read_corpus(
        file,
        token if token_column is None else token_column,
        tag if tag_column is None else tag_column,
    )
    result = evaluate_model(loaded, corpus)
    print(json.dumps(result.as_dict(), indent=2) if as_json else result.report().rstrip("\n"))


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="the last two columns are gold and predicted tag")],
) -> None:
    """Score a file of gold and predicted tags: the shared task's table."""
    from ner_window.scoring import score_file

    sys.stdout.write(score_file(file).report())


@app.command()
def tag(
    model: Annotated[Path, typer.Argument(help="model folder, or the folder of its run")],
    file: Annotated[
        Path, typer.Argument(help="one token a line, a blank line between sentences")
    ] = Path("-"),
    token_column: Annotated[
        int | None, typer.Option(help="column of the token [default: as in training]")
    ] = None,
) -> None:
    """Tag tokens: writes token, tab, tag, and every blank line where it was."""
    from ner_window.corpus import read_text, tag_lines
    from ner_window.model_folder import load_model

    loaded = load_model(model)
    column = loaded.columns[0] if token_column is None else token_column
    sys.stdout.write(tag_lines(read_text(file), loaded.tag, column))


@config_app.command("new")
def config_new(
    name: Annotated[str, typer.Argument(help="the shipped config to start from")] = "quickstart",
    out: Annotated[Path | None, typer.Option(help="file to write [default: NAME.yaml]")] = None,
) -> None:
    """Write a commented config to start from."""
    from ner_window.starter_configs import starter_text

    text = starter_text(name)
    path = out or Path(Path(name).with_suffix(".yaml").name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path.absolute()} exists; name another file with --out") from None
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None
    print(f"wrote {path}; set its data and embeddings paths, then: ner-window train {path}")


class SchemeName(StrEnum):
    """The tagging schemes, for the command line."""

    io = "io"
    iob1 = "iob1"
    iob2 = "iob2"
    iobes = "iobes"
    bilou = "bilou"


@data_app.command("check")
def data_check(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY.PATH=VALUE", help="change a setting; repeatable"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
) -> None:
    """Look at the data of a config before training on it."""
    from ner_window.config import load_config
    from ner_window.data_check import check_data

    resolved = load_config(config, settings or [])
    report = check_data(_read_corpora(resolved.data), _load_vectors(resolved))
    print(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if as_json else report)


@data_app.command("convert")
def data_convert(
    file: Annotated[Path, typer.Argument(help="sentences with tags, in CoNLL columns")],
    out: Annotated[Path, typer.Argument(help="file to write; - for standard output")],
    to: Annotated[SchemeName, typer.Option(help="the tagging scheme to write")],
    token_column: Annotated[int, typer.Option(help="column of the token")] = 0,
    tag_column: Annotated[int, typer.Option(help="column of the tag")] = -1,
) -> None:
    """Write the tags of a file in another scheme; everything else stays."""
    from ner_window.corpus import convert_text

    text = convert_text(file, to.value, token_column, tag_column)
    if str(out) == "-":
        sys.stdout.write(text)
        return
    if out.exists():
        raise InputError(f"{out.absolute()} exists; name another file, or remove it")
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    temporary.write_text(text, "utf-8", newline="\n")
    temporary.replace(out)


def _describe(corpus: Corpus) -> str:
    entities = sum(corpus.entity_counts().values())
    return (
        f"{len(corpus.sentences):,} sentences, {corpus.token_count:,} tokens, "
        f"{entities:,} entities; {corpus.evidence} ({corpus.path})"
    )


def _summary(record: EpochRecord, epochs: int) -> str:
    return (
        f"epoch {record.epoch:>3}/{epochs}  loss {record.loss:.4f}  dev F1 {record.dev_f1:5.2f}"
        f"  lr {record.learning_rate:.2g}  {record.tokens_per_second:,.0f} tokens/s"
        f"  {record.seconds:.1f} s"
    )


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
