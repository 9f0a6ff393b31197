"""The one error that reaches people: something they gave us cannot be used."""

from __future__ import annotations

INTERRUPTED = 130  # exit code after Ctrl-C, as shells have it: 128 + SIGINT


class InputError(Exception):
    """Bad input: the message says what is wrong, where, and what to do. Exit code 2."""
