"""``model.yaml``: what a model folder says of itself, and how older folders said it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    SerializeAsAny,
    StringConstraints,
    ValidationError,
)

from ner_window import config
from ner_window.corpora.conll import Layout
from ner_window.corpora.tags import Scheme
from ner_window.errors import InputError
from ner_window.files import read_yaml, yaml_text
from ner_window.model_folder import old_formats

FORMAT = 8
DESCRIPTION = "model.yaml"
MOST_NETWORKS = 1000
OUTSIDE = "where one is defined outside the package, import its module first"
MOST_LAYERS = 1000  # each has a name to look for: no number in a damaged file is to take forever

Saved = Literal["float32", "float16", "reference"]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]*$")]  # it becomes part of a path


class SavedVectors(BaseModel):
    """The pretrained vectors of a model: where they come from, and what the folder holds of them.

    ``sha256`` and ``name`` are those of the source file. Its path is not kept: folders are given
    away, and a path tells of the person and the machine. ``saved`` is the precision of the copy,
    or ``reference`` where there is none. ``kept`` is how many of the first words of the source are
    in the copy beside those of the training data; None: all.
    """

    model_config = ConfigDict(extra="forbid")

    sha256: Sha256
    name: str | None
    saved: Saved
    kept: NonNegativeInt | None = None

    def __str__(self) -> str:
        return f"{self.name or 'a file'} (SHA-256 {self.sha256[:12]}...)"


class Description(BaseModel):
    """The content of ``model.yaml``, as today's format has it.

    ``format`` is that of the folder; ``head``, ``context`` and ``nonlinearity`` are those of the
    config of the run; ``networks`` are more than one in an ensemble; ``vectors`` is None where
    there are no pretrained ones. ``temperature`` is that of the confidences, None where it was
    never fitted. ``undoes_misspelling`` is that of the vocabulary.
    """

    model_config = ConfigDict(extra="forbid")

    format: int = Field(ge=1, le=FORMAT)
    window: int
    head: SerializeAsAny[config.HeadSettings]
    context: SerializeAsAny[config.ContextSettings]
    document_block: int | None
    nonlinearity: SerializeAsAny[config.NonlinearitySettings]
    layers: int = Field(ge=1, le=MOST_LAYERS)
    are_vectors_trained: bool = True
    networks: int = Field(1, ge=1, le=MOST_NETWORKS)
    tags: list[str]
    scheme: Scheme
    output_scheme: Scheme
    decode: Literal["viterbi", "argmax"]
    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None
    layout: Layout
    vector_factor: float
    unseen: SerializeAsAny[config.UnseenSettings]
    vectors: SavedVectors | None
    undoes_misspelling: bool = False

    @property
    def joined_layer(self) -> int | None:
        """The layer that the context joins, None where it is the window alone."""
        return self.context.joined_layer(self.layers)

    def to_yaml(self) -> str:
        """Return the content of the file."""
        return yaml_text(self.model_dump(mode="json"))


def read_description(folder: Path) -> Description:
    """Read the description of a model folder, of this format or an older one.

    Raises InputError where there is none, it is damaged, or its format is newer.
    """
    path = folder / DESCRIPTION
    try:
        content = read_yaml(path)
    except OSError:
        raise InputError(
            f"{folder.absolute()} is no model folder: it has no {DESCRIPTION}"
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise InputError(f"{path.absolute()} is not YAML: the model is damaged") from None
    number = content.get("format") if isinstance(content, dict) else None
    if isinstance(number, int) and number > FORMAT:
        raise InputError(
            f"{folder.absolute()} is of format {number}, newer than this ner-window reads "
            f"({FORMAT}); update ner-window"
        )
    try:
        is_old = number in old_formats.FORMATS
        return Description.model_validate(old_formats.upgraded(content) if is_old else content)
    except ValidationError as error:
        detail = error.errors()[0]
        place = ".".join(map(str, detail["loc"])) or "its top"
        why = f": {detail['ctx']['error']}; {OUTSIDE}" if detail["type"] == "value_error" else ""
        raise InputError(f"{path.absolute()} is damaged at {place}{why}") from None
    except KeyError as error:
        place = error.args[0]
        raise InputError(f"{path.absolute()}, of format {number}, is damaged at {place}") from None
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(f"{path.absolute()}, of format {number}, is damaged: {error!r}") from None
