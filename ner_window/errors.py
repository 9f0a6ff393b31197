"""The one error that reaches people: something they gave us cannot be used."""

from __future__ import annotations


class InputError(Exception):
    """Bad input: the message says what is wrong, where, and what to do. Exit code 2."""
