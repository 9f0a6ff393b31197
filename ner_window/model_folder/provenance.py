"""``provenance.json``: what a model learned from, how, and how well it does.

It is written when a run is finished, and travels with the model from then on; the card tells it to
people. Models that were never scored have none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from ner_window.config.inline import inline
from ner_window.corpora.type_mapping import LeftOut
from ner_window.errors import InputError

PROVENANCE = "provenance.json"
SPLITS = ("held-out", "dev", "test")
"""What scores are of: training documents that were held out, and the files; else held-out sets."""

Interval = tuple[float, float] | None


class ProvenancePart(BaseModel):
    """A part of the file: its keys are these and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataFile(ProvenancePart):
    """A file that the model learned from or was scored on. Its folder is not told."""

    split: str
    name: str
    sha256: str
    bytes: NonNegativeInt | None
    sentences: NonNegativeInt
    tokens: NonNegativeInt
    entities: NonNegativeInt


class VectorSource(ProvenancePart):
    """The pretrained vectors that training started from."""

    name: str | None
    sha256: str
    words: NonNegativeInt
    dimension: NonNegativeInt


class Figures(ProvenancePart):
    """Counts of mentions, figures in percent, and the 95% interval of each figure."""

    gold: NonNegativeInt
    predicted: NonNegativeInt
    correct: NonNegativeInt
    precision: float
    recall: float
    f1: float
    precision_interval: Interval
    recall_interval: Interval
    f1_interval: Interval


class SplitScores(ProvenancePart):
    """How the model does on a split, or on a held-out set, which ``split`` names then.

    There are the figures in all, by type, and by what training showed of a mention.

    ``resampling`` says how the intervals came about. ``is_chosen_on`` tells whether something was
    chosen on it, which makes the scores a little too good, and ``chosen`` what: mostly the epoch.
    ``raw_text_f1`` is F1 where the text of the corpus is cut by the model's own tokenizer, None
    where its tokens are not gold. ``left_out_types`` is there where the types of the file were
    mapped.
    """

    split: str
    resampling: str
    is_chosen_on: bool
    chosen: str | None = None
    total: Figures
    by_type: dict[str, Figures]
    by_novelty: dict[str, Figures]
    raw_text_f1: float | None = None
    left_out_types: LeftOut | None = None

    @property
    def is_held_out_set(self) -> bool:
        """Whether these are scores on one of the held-out sets of the config."""
        return self.split not in SPLITS

    @property
    def caveat(self) -> str | None:
        """Why the scores are a little too good, None where they are not."""
        return too_good(self.chosen or "the epoch") if self.is_chosen_on else None


def too_good(chosen: str) -> str:
    """Return what it means for a figure that something was chosen on its data."""
    were = "were" if " and " in chosen else "was"
    return f"{chosen} {were} chosen on it, so that it is a little too good"


class Change(ProvenancePart):
    """A setting that was changed in the middle of the run, and the first epoch of its new value.

    ``network`` is the number of the ensemble's network, where it is not so in all of them.
    """

    epoch: PositiveInt
    key: str
    old: Any
    new: Any
    network: PositiveInt | None = None

    def __str__(self) -> str:
        network = "" if self.network is None else f" of network {self.network}"
        return (
            f"from epoch {self.epoch}{network} on {self.key}: {inline(self.old)} -> "
            f"{inline(self.new)}"
        )


class Provenance(ProvenancePart):
    """The content of ``provenance.json``.

    ``date`` is when the run was started (UTC), ``seconds`` is what its epochs took, ``config`` is
    resolved, with the names of files instead of their paths, as it was in the last epoch;
    ``changes`` are those of its settings on the way.
    """

    date: str
    seconds: float
    seed: NonNegativeInt
    epochs: NonNegativeInt
    kept_epoch: NonNegativeInt
    versions: dict[str, str]
    data: list[DataFile]
    vectors: VectorSource | None
    scores: list[SplitScores]
    config: dict[str, Any]
    changes: list[Change] = []

    def caveat_of(self, sha256: str) -> str | None:
        """Return why figures on a file, known by its hash, are too good, if they are."""
        splits = {file.split for file in self.data if file.sha256 == sha256}
        if "train" in splits:
            return "the model learned from it, so that it tells nothing of other text"
        return next((s.caveat for s in self.scores if s.split in splits and s.caveat), None)

    def as_json(self) -> str:
        """Return the text of the file; of a run without changes, one as it always was."""
        return self.model_dump_json(indent=2, exclude_defaults=True)


def read_provenance(folder: Path) -> Provenance | None:
    """Read what a model folder tells of its training; None where it tells nothing.

    Raises InputError where it is damaged.
    """
    path = folder / PROVENANCE
    try:
        return Provenance.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"cannot read {path.absolute()}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{path.absolute()} is damaged{f' at {place}' if place else ''}: {first['msg']}"
        ) from None
