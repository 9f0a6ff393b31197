"""The temperature of a model: fitted so that entities are right as often as it says.

What it minimizes is the squared distance between the confidence of each predicted entity and
whether it is right (Brier 1950), on what the epoch was chosen on, with the tags as they are. The
likelihood of tags, as in Guo et al. 2017, is mostly about tokens outside of any entity, and on
entities it is off by more; the log-loss follows a few confident errors too far. How the choice
does is measured by ``scripts/measure_calibration.py``.
"""

from __future__ import annotations

import math

import numpy as np

from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.encoding.encoded import Encoded
from ner_window.evaluation.mentions import Mentions
from ner_window.evaluation.predictions import gold_of
from ner_window.model.model import Model

LEAST, MOST = 0.1, 10.0
PRIOR = 1.0
"""Weighs (log T)^2 beside the sum of squared distances: without evidence T stays near 1."""
PRECISION = 1e-3  # of log T


def fitted_temperature(
    model: Model, selection: Corpus | None, encoded: Encoded | None = None
) -> float | None:
    """Return the temperature for a model, None where there is nothing to fit one on.

    Parameters
    ----------
    model
        With the weights that are kept. A temperature that it may have counts for nothing.
    selection
        What the epoch was chosen on, if anything.
    encoded
        The same as the model sees it, where it is at hand.
    """
    if selection is None or not model.network.head.has_probabilities:
        return None
    scores = model.scorer.scores(encoded or model.encode(selection.tokens))
    lengths = selection.tokens.lengths
    spans = model.decoder.predict(scores, lengths, with_confidences=False).spans
    if len(spans) == 0:
        return None
    gold = gold_of(model, selection)
    mentions = Mentions.of(gold.spans, spans)

    def cost(log_temperature: float) -> float:
        decoder = model.decoder.at(math.exp(log_temperature))
        confidences = decoder.confidences(scores, spans, lengths)
        assert confidences is not None
        distance = float(np.square(confidences - mentions.is_correct).sum())
        return distance + PRIOR * log_temperature**2

    from scipy.optimize import minimize_scalar  # slow to import, and many runs fit none

    bounds = (math.log(LEAST), math.log(MOST))
    found = minimize_scalar(cost, bounds=bounds, method="bounded", options={"xatol": PRECISION})
    return round(math.exp(float(found.x)), 4)


def temperature_note(model: Model, config: Config) -> str:
    """Return, in a line, where the confidences of a model that was just trained come from."""
    if not model.network.head.has_probabilities:
        return f"confidences:          none, the {model.network.head.section.name} head has none"
    if model.temperature is None:
        return "confidences:          temperature 1, not fitted: there is no dev data with entities"
    source = "the held-out part of train" if config.data.selection else "dev"
    return f"confidences:          temperature {model.temperature:.2f}, fitted on {source}"
