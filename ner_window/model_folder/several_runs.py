"""Folders of several runs, such as those of seeds, given where one model is wanted."""

from __future__ import annotations

import os
from pathlib import Path

from ner_window.model_folder.description import DESCRIPTION
from ner_window.wording import shortened

KINDS = {"seed-": "several seeds", "fold-": "several folds"}
STUDY, STUDY_RUNS = "study.yaml", "runs"


def describe_runs(folder: Path) -> str | None:
    """Return that a folder holds several runs, and which; None where it does not."""
    runs = runs_in(folder)
    if not runs:
        return None
    names = [run.name for run in runs]
    kinds = (kind for start, kind in KINDS.items() if all(name.startswith(start) for name in names))
    kind = "a study" if runs[0].parent != folder else next(kinds, "several models")
    return (
        f"{folder} holds the runs of {kind} ({shortened(', '.join(names))}); where one model is "
        f"wanted, name one of them: {runs[0]}"
    )


def runs_in(folder: Path) -> list[Path]:
    """Return the run folders in a folder, or in that of a study, that have a model.

    They come by number where they are numbered.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 (never raises)
        return []
    start = f"{STUDY_RUNS}/" if (folder / STUDY).is_file() else ""
    found = (path.parent.parent for path in folder.glob(f"{start}*/model/{DESCRIPTION}"))
    return sorted(found, key=lambda run: (len(run.name), run.name))
