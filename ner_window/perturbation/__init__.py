"""Text in any case, and with noise: what becomes of sentences that are not written with care."""

from ner_window.perturbation.case import Lower, Title, Upper, in_cases
from ner_window.perturbation.letters import Doubled, Dropped, Swapped
from ner_window.perturbation.perturbation import PERTURBATIONS, Perturbation, ShareOf, register
from ner_window.perturbation.perturbed import Perturbed, perturbed
from ner_window.perturbation.punctuation import ChangedPunctuation, LostPunctuation

__all__ = [
    "PERTURBATIONS",
    "ChangedPunctuation",
    "Doubled",
    "Dropped",
    "LostPunctuation",
    "Lower",
    "Perturbation",
    "Perturbed",
    "ShareOf",
    "Swapped",
    "Title",
    "Upper",
    "in_cases",
    "perturbed",
    "register",
]
