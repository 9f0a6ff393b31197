"""``ner-window train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.commands.inputs import Settings, load_vectors, read_corpora, tell

if TYPE_CHECKING:
    from ner_window.config import Config
    from ner_window.corpus import Corpus
    from ner_window.run_folder import RunFolder
    from ner_window.training import EpochRecord


def train(
    config: Annotated[Path, typer.Argument(help="the YAML config of the run")],
    settings: Settings = None,
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
    corpora = read_corpora(config)
    for split, corpus in corpora.items():
        tell(f"{split:<6}{_describe(corpus)}")
    vectors = load_vectors(config)
    rng = np.random.default_rng(config.seed)
    model = build_model(config, corpora["train"], vectors, rng)
    trainer = Trainer(config, model, corpora["train"], corpora["dev"], rng)
    tell(f"words of train found: {trainer.encoded_train.coverage}")
    tell(f"words of dev found:   {trainer.encoded_dev.coverage}")
    run = RunFolder(folder, config, corpora, vectors)
    try:
        for record in trainer.run():
            tell(_summary(record, config.training.epochs))
            _record(run, record)
    except KeyboardInterrupt:
        if not trainer.best_epoch:
            raise
        tell("interrupted: keeping the best epoch so far")
    trainer.restore_best()
    run.save(model)
    for split in ("dev", "test"):
        if split in corpora:
            print(f"{split} ({corpora[split].path}), weights of epoch {trainer.best_epoch}")
            print(evaluate(model, corpora[split]).report())
    print(f"run folder: {folder.absolute()}")


def _record(run: RunFolder, record: EpochRecord) -> None:
    """Write down an epoch; a disk that is full is no reason to lose the model."""
    try:
        run.add_record(record)
    except OSError as error:
        tell(f"warning: epoch {record.epoch} is missing in metrics.jsonl: {error.strerror}")


def _describe(corpus: Corpus) -> str:
    entities = sum(corpus.entity_counts().values())
    return (
        f"{len(corpus):,} sentences, {corpus.token_count:,} tokens, "
        f"{entities:,} entities; {corpus.evidence} ({corpus.path})"
    )


def _summary(record: EpochRecord, epochs: int) -> str:
    return (
        f"epoch {record.epoch:>3}/{epochs}  loss {record.loss:.4f}  dev F1 {record.dev_f1:5.2f}"
        f"  lr {record.learning_rate:.2g}  {record.tokens_per_second:,.0f} tokens/s"
        f"  {record.seconds:.1f} s"
    )
