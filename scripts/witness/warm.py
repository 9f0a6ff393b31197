"""Runs commands of the command line in processes that need not import everything first.

Called as a script of its own, in the folder and with the paths of the commands. Reads a JSON object
a line, with the arguments and a folder that has the standard input, ``in``, and gets ``out`` and
``err``; answers with a line that has the exit code. What is imported beforehand is what a command
would import itself; each starts in a fork, so that none sees what another has done.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
from pathlib import Path

OTHERS = ("scipy.stats", "jinja2", "matplotlib.figure", "matplotlib.backends.backend_svg", "joblib")
PACKAGES = ("ner_window", "autodiff")


def serve() -> None:
    """Answer until there are no more lines."""
    with os.fdopen(os.dup(0), encoding="utf-8") as requests, os.fdopen(os.dup(1), "w") as answers:
        _import_all()
        for line in requests:
            request = json.loads(line)
            child = os.fork()
            if not child:
                _redirect(Path(request["folder"]))
                sys.argv = ["ner_window", *request["arguments"]]
                runpy.run_module("ner_window", run_name="__main__", alter_sys=True)
                sys.exit(0)
            _, status = os.waitpid(child, 0)
            answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
            answers.flush()


def _import_all() -> None:
    """Import what commands may need; what cannot be imported is for them to tell."""
    with contextlib.suppress(Exception):
        importlib.import_module("ner_window.cli")  # first, as a command would
    for name in OTHERS:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    for package in PACKAGES:
        with contextlib.suppress(Exception):
            paths = importlib.import_module(package).__path__
            for module in pkgutil.walk_packages(paths, f"{package}.", lambda _: None):
                if not module.name.endswith("__main__"):
                    with contextlib.suppress(Exception):
                        importlib.import_module(module.name)
    gc.freeze()


def _redirect(folder: Path) -> None:
    for number, name in enumerate(("in", "out", "err")):
        flags = os.O_RDONLY if name == "in" else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        opened = os.open(folder / name, flags, 0o644)
        os.dup2(opened, number)
        os.close(opened)


if __name__ == "__main__":
    serve()
