"""The folder of a training run: everything that is needed to know what was done.

config.yaml         the config with every default filled in
environment.yaml    versions, seed, hashes of the data
metrics.jsonl       one object for each epoch
model/              the model of the best epoch
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ner_window.config import Config
from ner_window.corpus import Corpus
from ner_window.errors import InputError
from ner_window.model import Model
from ner_window.model_folder import save_model
from ner_window.training import EpochRecord
from ner_window.vectors import WordVectors

RECORDED_PACKAGES = ("ner-window", "numpy", "scipy", "pydantic", "safetensors")


def default_folder(config_path: Path) -> Path:
    """Return ``runs/NAME-TIME-PROCESS``, NAME being the config's."""
    return Path("runs") / f"{config_path.stem}-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"


def check_free(folder: Path) -> None:
    """Raise InputError where the folder holds something that a run would overwrite."""
    try:
        is_used = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise InputError(f"cannot use {folder.absolute()}: {error.strerror}") from None
    if is_used:
        raise InputError(
            f"{folder.absolute()} is not empty; give another folder with --out, or remove it"
        )


class RunFolder:
    """Writes a run folder as the run goes on.

    ``corpora`` are those of the run, by split. Raises InputError where the folder cannot be
    written, or where another run has taken it.
    """

    def __init__(
        self,
        path: Path,
        config: Config,
        corpora: Mapping[str, Corpus],
        vectors: WordVectors | None,
    ) -> None:
        self.path = path
        description = describe_environment(config, corpora, vectors)
        environment = yaml.safe_dump(description, sort_keys=False)
        try:
            path.mkdir(parents=True, exist_ok=True)
            with (path / "config.yaml").open("x", encoding="utf-8") as file:
                file.write(config.to_yaml())
            (path / "environment.yaml").write_text(environment, "utf-8")
        except FileExistsError:
            raise InputError(f"another run has just taken {path.absolute()}") from None
        except OSError as error:
            raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None

    def add_record(self, record: EpochRecord) -> None:
        """Append an epoch to ``metrics.jsonl``. Raises OSError where that cannot be done."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(record.as_dict()) + "\n")

    def save(self, model: Model) -> None:
        """Write ``model/``."""
        save_model(model, self.path / "model")


def describe_environment(
    config: Config, corpora: Mapping[str, Corpus], vectors: WordVectors | None
) -> dict[str, Any]:
    """Return what, beside the config, decides the result of a run."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": config.seed,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "blas": f"{blas['name']} {blas['version']}",
        "packages": {name: version(name) for name in RECORDED_PACKAGES},
        "sha256": {
            **{split: corpus.sha256 for split, corpus in corpora.items()},
            "vectors": vectors.sha256 if vectors else None,
        },
    }
