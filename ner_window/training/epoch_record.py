"""What one epoch did: a line of ``metrics.jsonl``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch did: an object of ``metrics.jsonl``.

    ``loss`` is the mean over the batches, the penalty included, perturbations left out; precision,
    recall and F1 are in percent, on the data that the epoch is chosen on, None where there is none;
    ``learning_rate`` is that of the last step; ``gradient_norm`` is the mean over every tenth step,
    before clipping; ``dead_units`` and ``saturated_units`` are shares of the hidden units, see
    ``unit_health``.
    """

    epoch: int
    loss: float
    precision: float | None
    recall: float | None
    f1: float | None
    seconds: float
    learning_rate: float
    tokens_per_second: float
    gradient_norm: float
    dead_units: float
    saturated_units: float

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as plain values, for JSON."""
        return asdict(self)
