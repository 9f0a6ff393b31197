"""Values of a config in one line of YAML."""

from __future__ import annotations

import math
from typing import Any

import yaml


class _InlineDumper(yaml.SafeDumper):
    """Writes a value in one line, whatever is in it."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'  # the one style in which line feeds are escaped
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_InlineDumper.add_representer(str, _represent_text)


def inline(value: Any) -> str:
    """Return a value as YAML has it behind a key, in one line."""
    text: str = yaml.dump(
        [value],
        Dumper=_InlineDumper,
        default_flow_style=True,
        allow_unicode=True,
        width=math.inf,
        sort_keys=False,
    )
    return text.strip()[1:-1]  # in a list, because a scalar alone would be followed by `...`
