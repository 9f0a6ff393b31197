"""Which hidden units have gone dead or saturated: no gradient passes through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import BoolArray
from ner_window.encoding.encoded import Encoded
from ner_window.model.network import WindowNetwork
from ner_window.model.scorer import NetworkScorer

PROBE_TOKENS = 1000
MOST_TOKENS = 0.99  # a unit counts where this share of the tokens finds it so


@dataclass(frozen=True)
class UnitHealth:
    """Shares of the hidden units, from 0 to 1.

    ``dead``: relu units that are 0 for nearly all tokens; ``saturated``: units of tanh, hard tanh
    or the sigmoid that are near a limit for nearly all tokens.
    """

    dead: float
    saturated: float


def unit_health(network: WindowNetwork, encoded: Encoded) -> UnitHealth:
    """Look at the hidden units on some tokens."""
    tokens = np.arange(min(PROBE_TOKENS, len(encoded.stream)))
    layers = zip(network.hidden, NetworkScorer(network).hidden_at(encoded, tokens), strict=True)
    shares = {"dead": 0.0, "saturated": 0.0}
    stuck = np.concatenate([layer.is_stuck(h) for layer, h in layers], axis=1)
    if (means := network.hidden[0].stuck_means) is not None:
        shares[means] = _share_of_units(stuck)
    return UnitHealth(**shares)


def _share_of_units(is_so: BoolArray) -> float:
    """Return the share of units (columns) of which nearly all tokens (rows) are so."""
    return float((is_so.mean(axis=0) >= MOST_TOKENS).mean()) if len(is_so) else 0.0
