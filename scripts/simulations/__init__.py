"""Simulations with known truth of what the product claims, a module a claim."""

from . import calibration, intervals, paired_comparison, study_differences
from .findings import Simulation

SIMULATIONS: dict[str, Simulation] = {
    "intervals": intervals.SIMULATION,
    "calibration": calibration.SIMULATION,
    "comparison": paired_comparison.SIMULATION,
    "differences": study_differences.SIMULATION,
}
