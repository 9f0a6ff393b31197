"""Converting and opening a GloVe file against gensim's text loading, each in a fresh process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ner_window.vectors.formats import read_blocks

REPEATS = 5

# Each prints its seconds, the memory resident at its start, and the most or last of it, in MB.
COMMON = """
import json, sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
path = Path(sys.argv[1])

def memory(field):
    return int(Path("/proc/self/status").read_text().split(field)[1].split()[0]) / 1024

def resident():
    return memory("VmRSS:")

def peak():  # getrusage would count what the parent process had
    return memory("VmHWM:")

def report(end):
    print(json.dumps({"seconds": time.perf_counter() - start, "new": end - before, "all": peak()}))
"""
GENSIM = """
from gensim.models import KeyedVectors
before, start = resident(), time.perf_counter()
KeyedVectors.load_word2vec_format(path, no_header=True)
report(peak())
"""
CONVERT = """
from ner_window.vectors.word_vectors import load_vectors
before, start = resident(), time.perf_counter()
load_vectors(path)
report(peak())
"""
OPEN = """
from ner_window.vectors.word_vectors import load_vectors
words = json.loads(sys.argv[2])
before, start = resident(), time.perf_counter()
load_vectors(path).find(words)
report(resident())
"""
DICT = """
from ner_window.vectors.word_vectors import load_vectors
index = load_vectors(path).index
before, start = resident(), time.perf_counter()
rows = {word.decode(): row for row, word in enumerate(index.encoded_words(0, len(index)))}
report(resident())
"""


def run(file: str) -> None:
    """Print medians for the GloVe text file ``file``, plain or gzipped."""
    path = Path(file).absolute()
    words = some_words(path)
    results: dict[str, list[Mapping[str, float]]] = {}
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as cache:
            for name, script in (
                ("gensim, text loading", GENSIM),
                ("first conversion", CONVERT),
                ("second opening, 1,000 words found", OPEN),
                ("a dict of the words instead", DICT),
            ):
                results.setdefault(name, []).append(measured(script, path, cache, words))
    print(f"{'':36}{'seconds':>9}{'new MB':>9}{'peak MB':>9}   (medians of {REPEATS} processes)")
    medians = {name: median(figures) for name, figures in results.items()}
    for name, figures in medians.items():
        print(f"{name:36}{figures['seconds']:9.3f}{figures['new']:9.1f}{figures['all']:9.1f}")
    theirs, ours = medians["gensim, text loading"], medians["first conversion"]
    print(
        f"conversion is {theirs['seconds'] / ours['seconds']:.1f} times as fast as gensim, ", end=""
    )
    print(f"with {ours['all'] / theirs['all']:.2f} of its peak memory")


def measured(script: str, path: Path, cache: str, words: list[str]) -> Mapping[str, float]:
    """Run a script in a fresh process and return what it reports."""
    arguments = [sys.executable, "-c", COMMON + script, str(path), json.dumps(words)]
    environment = {**os.environ, "NER_WINDOW_CACHE": cache}
    finished = subprocess.run(
        arguments, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    figures: dict[str, float] = json.loads(finished.stdout)
    return figures


def some_words(path: Path) -> list[str]:
    """Return 1,000 words, half of them the file's, spread over all of it."""
    words = [word.decode() for block in read_blocks(path) for word in block.words]
    spread = words[:: max(len(words) // 500, 1)]
    return spread[:500] + [f"missing{number}" for number in range(500)]


def median(figures: list[Mapping[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in figures) for name in figures[0]}
