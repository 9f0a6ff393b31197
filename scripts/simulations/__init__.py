"""Simulations with known truth of what the product claims, a module a claim."""

from . import (
    calibration,
    intervals,
    paired_comparison,
    study_differences,
    study_equivalence,
    study_sets,
    study_sizes,
    study_slices,
    tuned_differences,
)
from .findings import Simulation

SIMULATIONS: dict[str, Simulation] = {
    "intervals": intervals.SIMULATION,
    "calibration": calibration.SIMULATION,
    "comparison": paired_comparison.SIMULATION,
    "differences": study_differences.SIMULATION,
    "sizes": study_sizes.SIMULATION,
    "equivalence": study_equivalence.SIMULATION,
    "sets": study_sets.SIMULATION,
    "slices": study_slices.SIMULATION,
    "tuned": tuned_differences.SIMULATION,
}
