"""Whether the intervals and tests that the product prints hold: simulations with known truth.

python scripts/check_statistics.py [NAME ...] [--repeats N] [--jobs -1]

Prints for each of NAMES, or for all, the table of docs/statistics.md: how often an interval held
the truth (coverage), how often a test found what is not there (false positives) or what is
(power), and whether that is what was aimed at.
"""

import argparse
import os

# Before numpy is imported: as many processes as there are cores, each with one thread.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from joblib import Parallel, delayed
from simulations import SIMULATIONS
from simulations.findings import Row, table

SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SIMULATIONS)}")
    parser.add_argument("--repeats", type=int, help="simulations of each setting")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: as many as cores")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(SIMULATIONS):
        parser.error(f"no simulations of {', '.join(unknown)}; there are {', '.join(SIMULATIONS)}")
    for name in arguments.names or SIMULATIONS:
        settings = range(len(SIMULATIONS[name].settings))
        repeats = arguments.repeats or SIMULATIONS[name].repeats
        rows = Parallel(arguments.jobs)(delayed(found)(name, n, repeats) for n in settings)
        print(f"### {name}, {repeats:,} simulations of each setting\n")
        print(table(row for some in rows for row in some), end="\n\n", flush=True)


def found(name: str, setting: int, repeats: int) -> list[Row]:
    """Return the rows of a setting; the same for the same number of repeats."""
    simulation = SIMULATIONS[name]
    rng = np.random.default_rng((SEED, setting))
    return simulation.simulate(simulation.settings[setting], rng, repeats)


if __name__ == "__main__":
    main()
