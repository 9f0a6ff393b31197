"""What a command printed, looked at line by line."""

from __future__ import annotations


def too_wide(printed: str, columns: int = 80) -> list[str]:
    """Return the lines that are wider, but for commands and paths, which are to be copied whole."""
    return [
        line
        for line in printed.splitlines()
        if len(line) > columns and not line.startswith("next: ") and len(line.split()) > 2
    ]
