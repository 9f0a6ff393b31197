"""The settings in which the configs of runs differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ner_window.config import Config

ABSENT = "-"


def differing_settings(configs: Sequence[Config]) -> dict[str, list[str]]:
    """Return the settings in which configs differ, with the value of each."""
    settings = [dict(_settings(config.model_dump(by_alias=True))) for config in configs]
    keys = dict.fromkeys(key for config in settings for key in config)
    rows = {key: [config.get(key, ABSENT) for config in settings] for key in keys}
    return {key: _told_apart(values) for key, values in rows.items() if not _are_equal(values)}


def _are_equal(values: Sequence[object]) -> bool:
    return all(value == values[0] for value in values)


def _settings(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield every setting under its full name; a choice with settings of its own by its name."""
    for key, value in tree.items():
        if isinstance(value, dict):
            own = dict(value)
            if "name" in own:
                yield f"{prefix}{key}", own.pop("name")
            yield from _settings(own, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _told_apart(values: Sequence[object]) -> list[str]:
    """Return different values as text, of paths their ends, no longer than tells them apart."""
    distinct = len(set(map(str, values)))
    longest = max(len(value.parts) if isinstance(value, Path) else 1 for value in values)
    for length in range(1, longest + 1):
        texts = [_text(value, length) for value in values]
        if len(set(texts)) == distinct:
            break
    return texts


def _text(value: object, length: int) -> str:
    if isinstance(value, Path):
        return "/".join(value.parts[-length:])
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=lambda path: path.name)
