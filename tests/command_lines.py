"""Running a command line outside of a test: for what several tests read, and none changes."""

from __future__ import annotations

import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from ner_window.cli import main


def run_in(folder: Path, *arguments: object) -> tuple[str, str]:
    """Run a command line that succeeds in a folder; return stdout and stderr."""
    streams = [TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
        pytest.raises(SystemExit) as exit_,
    ):
        patch.chdir(folder)
        patch.setenv("NER_WINDOW_CACHE", str(folder / "cache"))
        patch.setattr(sys, "argv", ["ner-window", *map(str, arguments)])
        main()
    out, err = (stream.buffer.getvalue().decode() for stream in streams)
    assert exit_.value.code == 0, err
    return out, err
