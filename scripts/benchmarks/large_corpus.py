"""Time and memory of training on a corpus that would not fit into memory as Python strings."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

WORDS, TAGS = 400_000, ["O", "B-PER", "B-LOC", "B-ORG", "B-MISC"]
LINES_AT_ONCE = 100_000
SENTENCE = 20

CONFIG = """\
data: {{train: {train}, dev: {dev}}}
embeddings: {{dimension: 50}}
model: {{hidden: 100}}
training: {{epochs: 1, batch_size: 2048}}
"""


def run(tokens: str = "50000000") -> None:
    """Train one epoch on a made corpus of so many tokens, words drawn by Zipf's law."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_corpus(folder / "train.conll", int(tokens), np.random.default_rng(0))
        write_corpus(folder / "dev.conll", 10_000, np.random.default_rng(1))
        config = folder / "config.yaml"
        config.write_text(CONFIG.format(train=folder / "train.conll", dev=folder / "dev.conll"))
        command = [sys.executable, "-m", "ner_window", "train", str(config)]
        size = (folder / "train.conll").stat().st_size / 1e6
        start = time.perf_counter()
        process = subprocess.Popen([*command, "--out", str(folder / "run")])
        own = peak_of_own_memory(process)
        seconds = time.perf_counter() - start
    mapped_too = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    print(f"{int(tokens):,} tokens, {size:,.0f} MB of text: {seconds:,.0f} s in all")
    print(f"memory of its own {own:,.0f} MB; with the mapped pages in memory {mapped_too:,.0f} MB")


def write_corpus(path: Path, tokens: int, rng: np.random.Generator) -> None:
    """Write a file in CoNLL columns, bit by bit."""
    weights = 1 / np.arange(1, WORDS + 1)
    cumulated = np.cumsum(weights / weights.sum())
    with path.open("w") as file:
        for start in range(0, tokens, LINES_AT_ONCE):
            count = min(LINES_AT_ONCE, tokens - start)
            words = np.minimum(np.searchsorted(cumulated, rng.random(count)), WORDS - 1).tolist()
            tags = np.where(rng.random(count) < 0.15, rng.integers(1, 5, count), 0).tolist()
            for number, (word, tag) in enumerate(zip(words, tags, strict=True)):
                gap = "\n" if number % SENTENCE == 0 else ""
                file.write(f"{gap}w{word} {TAGS[tag]}\n")


def peak_of_own_memory(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; return the most MB that were its own, mapped files left out."""
    peak = 0
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        try:
            lines = status.read_text().splitlines()
        except OSError:
            break
        peak = max([peak, *(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))])
        time.sleep(0.1)
    if process.wait():
        raise SystemExit(process.returncode)
    return peak / 1e3
