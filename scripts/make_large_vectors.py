"""Write a large file of random word vectors in word2vec's binary format, to measure with.

python scripts/make_large_vectors.py OUT [--words 3000000] [--dimension 300] [--words-of CORPUS]

Values are normal with standard deviation 0.1. The words are those of a corpus in CoNLL columns,
lower-cased, spread evenly over the file, and made-up ones between them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

ROWS_AT_ONCE = 10_000
DEVIATION = 0.1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=3_000_000)
    parser.add_argument("--dimension", type=int, default=300)
    parser.add_argument("--words-of", type=Path, metavar="CORPUS")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    real = words_of(arguments.words_of)[: arguments.words] if arguments.words_of else []
    write(arguments.out, real, arguments.words, arguments.dimension, arguments.seed)


def words_of(corpus: Path) -> list[str]:
    """Return the distinct tokens of a corpus, lower-cased, by their first occurrence."""
    lines = corpus.read_text("utf-8").splitlines()
    return list(dict.fromkeys(line.split()[0].lower() for line in lines if line.strip()))


def write(out: Path, real: list[str], count: int, dimension: int, seed: int) -> None:
    """Write ``count`` words, those of ``real`` among them, a block at a time."""
    rng = np.random.default_rng(seed)
    words = {k * count // len(real): word for k, word in enumerate(real)}
    progress = tqdm(total=count, unit=" words", disable=None)
    with out.open("xb") as file, progress:
        file.write(b"%d %d\n" % (count, dimension))
        for first in range(0, count, ROWS_AT_ONCE):
            size = min(ROWS_AT_ONCE, count - first)
            block = rng.standard_normal((size, dimension), np.float32) * np.float32(DEVIATION)
            for row, vector in enumerate(block, start=first):
                file.write(
                    b"%b %b\n" % (words.get(row, f"made-up-{row}").encode(), vector.tobytes())
                )
            progress.update(size)


if __name__ == "__main__":
    main()
