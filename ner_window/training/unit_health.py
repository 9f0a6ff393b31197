"""Which hidden units have gone dead or saturated: no gradient passes through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_window.model.model import Encoded, Model

Array = NDArray[Any]

PROBE_TOKENS = 1000
SATURATED = 0.99  # of the way to the limit of tanh, hard tanh or the sigmoid
MOST_TOKENS = 0.99  # a unit counts where this share of the tokens finds it so


@dataclass(frozen=True)
class UnitHealth:
    """Shares of the hidden units, from 0 to 1.

    ``dead``: relu units that are 0 for nearly all tokens; ``saturated``: units of tanh, hard tanh
    or the sigmoid that are near a limit for nearly all tokens.
    """

    dead: float
    saturated: float


def unit_health(model: Model, encoded: Encoded) -> UnitHealth:
    """Look at the hidden units on some tokens."""
    tokens = np.arange(min(PROBE_TOKENS, len(encoded.stream)))
    layers = model.hidden_of_windows(encoded, tokens)
    h = np.concatenate(layers, axis=1)
    match model.network.nonlinearity:
        case "relu":
            return UnitHealth(dead=_share_of_units(h == 0), saturated=0.0)
        case "tanh" | "hard_tanh":
            return UnitHealth(dead=0.0, saturated=_share_of_units(np.abs(h) >= SATURATED))
        case "sigmoid":
            return UnitHealth(dead=0.0, saturated=_share_of_units(np.abs(2 * h - 1) >= SATURATED))
        case _:
            return UnitHealth(dead=0.0, saturated=0.0)


def _share_of_units(is_so: Array) -> float:
    """Return the share of units (columns) of which nearly all tokens (rows) are so."""
    return float((is_so.mean(axis=0) >= MOST_TOKENS).mean()) if len(is_so) else 0.0
