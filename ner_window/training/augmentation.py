"""Training sentences in other cases and with noise, drawn anew for each epoch.

A network that sees names in capitals alone finds none in small letters. Source: Mayhew et al. 2019,
"ner and pos when nothing is capitalized", who mix cases in training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.config import AugmentSettings
from ner_window.corpora.corpus import Corpus
from ner_window.model.model import Model
from ner_window.perturbation import PERTURBATIONS, perturbed
from ner_window.training.training_data import TrainingData, encode_tags


@dataclass(frozen=True)
class Augmentation:
    """The training ``corpus`` of a ``model``, perturbed as its settings say."""

    corpus: Corpus
    model: Model
    settings: AugmentSettings

    def __str__(self) -> str:
        rates = self.settings.rates.items()
        told = (f"{PERTURBATIONS[name].title} {rate:.2g}" for name, rate in rates)
        return f"perturbed anew for each epoch: {', '.join(told)}"

    def drawn(self, clean: TrainingData, rng: np.random.Generator) -> tuple[TrainingData, IntArray]:
        """Return perturbed training data, and how many tokens before each are kept, (tokens + 1,).

        A misspelled word that the trainable table lacks is unknown, whatever the vectors have: no
        gradient would reach it.
        """
        noisy = perturbed(self.corpus, self.settings.rates, rng)
        encoded = self.model.encode(noisy.corpus.tokens)
        always = np.ones(len(encoded.unseen), clean.dropout_rates.dtype)
        data = TrainingData(
            encoded,
            clean.targets if noisy.is_kept.all() else encode_tags(noisy.corpus, self.model),
            np.concatenate((clean.dropout_rates, always)),
        )
        return data, np.concatenate(([0], np.cumsum(noisy.is_kept)))
