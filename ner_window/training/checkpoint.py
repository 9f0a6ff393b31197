"""Checkpoints: all that the next epoch of a run depends on, in one file.

The arrays are a safetensors file, whose metadata holds the plain values as JSON. A checkpoint
replaces the one before it whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ner_window.arrays import Array
from ner_window.errors import InputError
from ner_window.files import replacement


class State(NamedTuple):
    """What a part of a training depends on: arrays by name, and plain values."""

    arrays: Mapping[str, Array]
    values: Mapping[str, Any]


def with_prefix(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return arrays with longer names."""
    return {prefix + name: array for name, array in arrays.items()}


def without_prefix(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return those arrays whose names start with the prefix, by the rest of their names."""
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}


def save_checkpoint(path: Path, state: State) -> None:
    """Write a checkpoint. Raises OSError where that cannot be done; the last one is left then."""
    try:
        metadata = {"values": json.dumps(state.values)}
        contiguous = {name: np.asarray(array, order="C") for name, array in state.arrays.items()}
        with replacement(path) as temporary:
            save_file(contiguous, temporary, metadata)
    except SafetensorError as error:  # its word for a disk that is full
        raise OSError(None, str(error), str(path)) from None


def load_checkpoint(path: Path, with_arrays: bool = True) -> State:
    """Read a checkpoint, or its plain values alone. Raises InputError where it is damaged."""
    try:
        with safe_open(path, "numpy") as file:
            names = file.keys() if with_arrays else ()
            arrays = {name: file.get_tensor(name) for name in names}
            values = json.loads((file.metadata() or {})["values"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"the checkpoint {path.absolute()} is damaged: {error}") from None
    return State(arrays, values)
