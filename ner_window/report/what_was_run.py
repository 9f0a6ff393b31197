"""What was run, in a line: model, vectors, data, seed, date, version, and how to run it again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ner_window.config import Config
from ner_window.config.inline import inline
from ner_window.report.reported_run import ReportedRun
from ner_window.training.run_folder import CONFIG
from ner_window.wording import counted

MADE_NAME = re.compile(r"-\d{8}-\d{6}-\d+$")  # what `train` adds to the name of a config


def short_name(run: ReportedRun) -> str:
    """Return the name of a run, without the time and the process that `train` may have added."""
    return MADE_NAME.sub("", run.name)


def shown_folder(path: Path) -> str:
    """Return a folder as a page may name it: pages do not tell where on a machine it lies."""
    return path.name if path.is_absolute() else str(path)


def what_was_run(run: ReportedRun) -> list[str]:
    """Return what was run as short facts."""
    train, config = run.corpora["train"], run.config
    version = run.environment.get("packages", {}).get("ner-window")
    return [
        *_model(config),
        vectors_phrase(config),
        f"{train.path.name}, {counted(train.token_count, 'token')}",
        f"seed {config.seed}",
        *([day] if (day := day_of(run.environment)) else []),
        *([f"ner-window {version}"] if version else []),
    ]


def command_of(run: ReportedRun) -> str | None:
    """Return the command that trains the same model, None where settings changed on the way."""
    if run.changes or run.edits:
        return None
    return shlex.join(["ner-window", "train", str(Path(shown_folder(run.path)) / CONFIG)])


def _model(config: Config) -> list[str]:
    model, training = config.model, config.training
    layers = " and ".join(map(str, model.layers))
    several = [
        f"{count} {what}"
        for count, what in ((training.restarts, "restarts"), (training.ensemble, "networks"))
        if count > 1
    ]
    context = [] if model.context.name == "window" else [f"context {model.context.name}"]
    parts = [f"{model.nonlinearity.name} {layers}", f"window {model.window}", *context]
    return [", ".join([*parts, f"{model.head.name} head", *several])]


def vectors_phrase(config: Config) -> str:
    """Return which vectors there are, and what becomes of them."""
    embeddings = config.embeddings
    if embeddings.path is None:
        return f"random vectors of dimension {embeddings.dimension}"
    if embeddings.trainable is False:
        return f"{embeddings.path.name}, frozen"
    rate = f" at {inline(embeddings.learning_rate)}" if embeddings.learning_rate else ""
    later = "" if embeddings.trainable is True else f" after epoch {_frozen_until(config)}"
    return f"{embeddings.path.name}, fine-tuned{rate}{later}"


def _frozen_until(config: Config) -> int:
    trainable = config.embeddings.trainable
    assert not isinstance(trainable, bool)
    return trainable.after_epoch


def day_of(environment: Mapping[str, object]) -> str | None:
    """Return the day on which a run was started, None where its environment does not say."""
    try:
        return f"{datetime.fromisoformat(str(environment.get('started'))):%Y-%m-%d}"
    except ValueError:
        return None
