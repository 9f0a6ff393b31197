"""How a page calls the files that were tagged: it is shown around, and tells no more than it must.

That is the name of a file without its folders; of files of one name as much of their paths as tells
one from another.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

NO_FILE = "<stdin>"


def shown_names(files: Sequence[str]) -> list[str]:
    """Return what files are called, in their order; one that is given twice has one name."""
    paths = [_whole(file) for file in files]
    ends = _ends(set(paths))
    return [
        "standard input" if file == NO_FILE else ends[path]
        for file, path in zip(files, paths, strict=True)
    ]


def _whole(file: str) -> PurePath:
    """Return a path from the root without dots in it; names may be no text."""
    path = Path(file.encode(errors="replace").decode())
    return PurePath(os.path.normpath(path.absolute()))  # not resolved: links keep their names


def _ends(paths: set[PurePath]) -> dict[PurePath, str]:
    """Return the shortest end of each path that is that of no other."""
    ends: dict[PurePath, str] = {}
    length = 0
    while len(ends) < len(paths):
        length += 1
        met = Counter(path.parts[-length:] for path in paths)
        for path in paths - ends.keys():
            end = path.parts[-length:]
            if met[end] == 1:
                ends[path] = PurePath(*end).as_posix()
    return ends
