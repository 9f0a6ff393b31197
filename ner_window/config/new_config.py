"""The text of a commented config for somebody's files, with the defaults for all other settings.

Its form is ``new_config.yaml`` beside this module: ``${KEY.PATH}`` stands for a setting's value.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from string import Template
from typing import Any

from ner_window.config.file import load_config
from ner_window.config.inline import inline
from ner_window.config.run import Config
from ner_window.config.section import Section
from ner_window.config.starters import starter_path
from ner_window.config.variant import Variant
from ner_window.errors import InputError

FORM = Path(__file__).with_suffix(".yaml")
DIMENSION = 50  # of vectors that start at random: that of the smallest well-known ones

WITH_DEV = """\
  # Scored after each epoch; with training.keep: best, the default, the best one's weights are kept.
  dev: ${data.dev}
"""
WITHOUT_DEV = """\
  # No file is held out to be scored after each epoch; part of the training data is instead.
  dev: null
  selection: ${data.selection}
"""
TEST = """\
  # Scored once, at the end. May be left out.
  test: ${data.test}
  # Other text to score at the end, by a name of your choice, with what its types are called here:
  # held_out: {web: {path: web.conll, types: {person: PER, product: null}}}
"""
WITH_VECTORS = """\
  # Pretrained vectors: GloVe text, word2vec text or binary, plain or .gz. null for vectors that
  # start at random (then give `dimension`).
  path: ${embeddings.path}
"""
WITHOUT_VECTORS = """\
  # No pretrained vectors: they start at random, and nothing is known of words that are not in the
  # training data. On CoNLL-2003 that costs 14 points of F1 with 5,000 tokens, 4 with 200,000.
  # `ner-window vectors get glove-wiki-gigaword-50` fetches vectors of English; for other languages
  # there are cc.LANGUAGE.300.vec.gz on fasttext.cc. Name the file here, and leave out `dimension`
  # and `scale`.
  path: null
  dimension: ${embeddings.dimension}
"""
SCALE = """\
  # Brings the vectors to this standard deviation, so that W x + b starts with numbers around 1.
  scale: ${embeddings.scale}
"""
SCALE_AT_RANDOM = """\
  # The standard deviation that they start with: small, so that what is learned soon outweighs it.
  scale: ${embeddings.scale}
"""
ADAPTED = """\
# Trains a named-entity recognizer in the way of the config ${recipe} that ships.
#
#     ner-window train ${config}
#
# Relative paths start at the current folder. Any setting can be changed on the command line:
# --set training.epochs=3

"""
HEAD = "#"


@dataclass(frozen=True)
class OwnFiles:
    """What somebody wants to train on: files, and the columns of the corpora among them."""

    train: Path
    dev: Path | None = None
    test: Path | None = None
    vectors: Path | None = None
    token_column: int = 0
    tag_column: int = -1

    @property
    def settings(self) -> dict[str, Any]:
        """What a config says of them, with what takes the place of those that are missing."""
        columns = {"token": self.token_column, "tag": self.tag_column}
        files = {"train": self.train, "dev": self.dev, "test": self.test}
        return {
            "data": {
                **files,
                "columns": columns,
                "selection": {"from": "train"} if self.dev is None else None,
            },
            "embeddings": {
                "path": self.vectors,
                "dimension": DIMENSION if self.vectors is None else None,
            },
        }


def new_config(files: OwnFiles, config: Path) -> str:
    """Return a commented config for some files; ``config`` is where it will be.

    Raises InputError where token and tag would be one column.
    """
    return _filled(FORM.read_text("utf-8"), files, config)


def adapted_recipe(name: str, files: OwnFiles, config: Path) -> str:
    """Return a training config that ships, with its settings and comments, for other files.

    Parameters
    ----------
    name
        What the config is called.
    files
        The files that take the place of its own.
    config
        Where the text will be.

    Raises
    ------
    InputError
        Where there is no such config, or it is about pretrained vectors and there are none.
    """
    recipe = load_config(starter_path(name))
    if files.vectors is None and recipe.embeddings.trainable is False:
        raise InputError(
            f"{name} leaves the vectors as they are, so that it needs some: --vectors FILE"
        )
    parts = _parts(starter_path(name).read_text("utf-8"))
    parts[HEAD] = _filled(ADAPTED.replace("${recipe}", name), files, config)
    parts["data"] = _parts(new_config(files, config))["data"]
    for key, form in {"path": "${vectors}\n", "scale": "${scale}\n"}.items():
        line = _filled(form, files, config).replace("\\", r"\\")
        parts["embeddings"] = re.sub(rf"(?m)^  {key}: .*\n", line, parts["embeddings"])
    return "".join(parts.values())


def _parts(text: str) -> dict[str, str]:
    """Return the sections of a config by their keys, and what is before the first one."""
    parts = re.split(r"^(?=\w+:)", text, flags=re.MULTILINE)
    return {HEAD if part.startswith("#") else part.partition(":")[0]: part for part in parts}


class _Form(Template):
    idpattern = r"[a-z_][a-z_0-9.]*"


def _filled(text: str, files: OwnFiles, config: Path) -> str:
    """Return a text with the settings for some files."""
    if files.token_column == files.tag_column:
        raise InputError(f"token and tag cannot both be column {files.tag_column}")
    settings = Config.model_validate(files.settings)
    parts = {
        "held_out": (WITHOUT_DEV if files.dev is None else WITH_DEV) + TEST,
        "vectors": WITHOUT_VECTORS if files.vectors is None else WITH_VECTORS,
        "scale": SCALE_AT_RANDOM if files.vectors is None else SCALE,
    }
    form = _Form(_Form(text).safe_substitute({key: part[:-1] for key, part in parts.items()}))
    values = {key: _value(settings, key) for key in {*form.get_identifiers()} - {"config"}}
    return form.substitute(values, config=shlex.quote(str(config)))


def _value(config: Config, key: str) -> str:
    """Return a setting as YAML has it; a choice that is left to its defaults is its name."""
    value: Any = reduce(getattr, key.split("."), config)
    if isinstance(value, Variant) and not value.model_dump(exclude_defaults=True):
        return value.name
    if isinstance(value, Section):
        return inline(value.model_dump(mode="json", by_alias=True))
    return inline(str(value) if isinstance(value, Path) else value)
