"""A study of somebody's training config, with sizes, seeds and rates that suit its data.

They follow from the training data alone, so that a study that was stopped goes on with the same.
Its form as a file is ``new_study.yaml`` beside this module.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from ner_window.config import Config
from ner_window.config.file import keys_of, load_as, load_config
from ner_window.config.inline import inline
from ner_window.errors import InputError
from ner_window.study.study_config import Study
from ner_window.wording import listed

FORM = Path(__file__).with_name("new_study.yaml")
Choice = Mapping[str, Any]
"""Settings of a study, by key."""

ALONE, SMALL = 2_000, 20_000
"""Training tokens: below the first, no part of them tells anything; from the last, time counts."""
AROUND = (0.2, 1, 5)  # times the learning rate of the training config


def is_training_config(path: Path, overrides: Sequence[str] = ()) -> bool:
    """Tell a training config from a study.

    ``overrides`` are settings as ``--set`` takes them. Raises InputError where the file is neither,
    or some of both.
    """
    keys = keys_of(path)
    if "base" in keys or any(re.match(r"\s*base\s*=", text) for text in overrides):
        return False
    of_study, of_run = keys & {*Study.known_keys()}, keys & {*Config.known_keys()}
    if of_study and of_run:
        raise InputError(
            f"{path} has settings of a study ({listed(sorted(of_study))}) and of a training "
            f"config ({listed(sorted(of_run))}): put the latter into a file of their own, such as "
            "my.yaml, and say `base: {extends: my.yaml}` in their place"
        )
    if not of_study and not of_run:
        raise InputError(
            f"{path} is neither a training config (data, embeddings, ...) nor a study, which says "
            "`base: {extends: my.yaml}`"
        )
    return bool(of_run)


def study_of(path: Path, overrides: Sequence[str], choice: Choice) -> Study:
    """Return the study of a training config.

    Parameters
    ----------
    path
        The training config.
    overrides
        Settings as ``--set`` takes them, of the training config or of the study.
    choice
        Settings of the study that hold where ``overrides`` say nothing else.

    Raises
    ------
    InputError
        Where it cannot be used, listing everything that is wrong.
    """
    try:
        return load_as(Study, path, list(map(_of_study, overrides)), choice)
    except InputError as error:
        raise InputError(re.sub(r"\bbase\.", "", str(error))) from None


def _of_study(override: str) -> str:
    """Return a setting of a training config as one of a study of it."""
    key = override.strip().partition("=")[0].partition(".")[0].strip()
    return f"base.{override.strip()}" if key in Config.known_keys() else override


def choice_of_files(path: Path, overrides: Sequence[str] = ()) -> Choice:
    """Return what is chosen before the data of a training config are read: what to report on."""
    own = [text for text in overrides if _of_study(text) != text]
    data = load_config(path, own).data
    return {"reported": "test" if data.dev is None and data.test is not None else "dev"}


def choice_for(base: Config, tokens: int) -> Choice:
    """Return sizes, seeds and learning rates for a training config with so many training tokens."""
    rate = base.training.learning_rate
    sizes: list[Any] = ["all"] if tokens < ALONE else [0.3, "all"]
    if tokens >= SMALL:
        sizes = [0.1, *sizes]
    return {
        "arms": ["frozen", "finetuned", "anchored", "scratch"],
        "sizes": sizes,
        "seeds": 10 if tokens < SMALL else 5,
        "least_steps": 1000,
        "tuning": {
            "learning_rates": [float(f"{factor * rate:.3g}") for factor in AROUND],
            "seeds": 2,
        },
    }


def in_words(choice: Choice, overrides: Sequence[str] = ()) -> str:
    """Return in one line what is chosen, without what ``overrides`` say otherwise."""
    said = {re.split(r"[.=]", text.strip())[0].strip() for text in overrides}
    return ", ".join(f"{key} {inline(value)}" for key, value in choice.items() if key not in said)


def new_study(base: Path, study: Path, choice: Choice) -> str:
    """Return a commented study of a training config; ``study`` is where the text will be."""
    beside = os.path.relpath(base, study.parent)
    values = {key: inline(value) for key, value in choice.items()}
    form = Template(FORM.read_text("utf-8"))
    return form.substitute(values, base=inline(beside), study=shlex.quote(str(study)))
