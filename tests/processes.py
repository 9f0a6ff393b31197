"""The command line as a process of its own, to be stopped in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import time


def start(*arguments):
    """Start the command line as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "ner_window", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def wait_for_epochs(folder, count):
    """Return when a run has written the metrics of so many epochs."""
    metrics = folder / "metrics.jsonl"
    deadline = time.monotonic() + 60
    while not (metrics.exists() and metrics.read_text().count("\n") >= count):
        assert time.monotonic() < deadline
        time.sleep(0.01)
