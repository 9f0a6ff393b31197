"""Write docs/configuration.md, every setting of runs and studies, from the schemas of the configs.

Usage: python scripts/make_configuration_reference.py. A test holds the page to what this script
would write, and reads every example on it.
"""

import inspect
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import autodiff as ad
from ner_window.config import OptimizerSettings, Variant
from ner_window.study.arms import Arm
from ner_window.study.study_config import Study
from ner_window.training.optimizers import OPTIMIZERS

OUT = Path(__file__).parent.parent / "docs" / "configuration.md"

NAMED = ".NAME"  # what stands for the name in the path of a section that has one
BAR = "\\|"

Schema = dict[str, Any]
STUDY: Schema = Study.model_json_schema(by_alias=True)
DEFINITIONS: Schema = STUDY["$defs"]
RUN: Schema = DEFINITIONS["Config"]
FAMILIES: dict[str, type[Variant]] = {
    family.__name__: family for family in Variant.__subclasses__()
}

INTRODUCTION = """\
# Configuration

A run is described by a YAML file. Only `data.train`, something to choose the epoch on, and the word
vectors have to be named; everything else has a default:

```yaml
# base.yaml
data: {train: data/sample/train.conll, dev: data/sample/dev.conll}
embeddings: {path: data/sample/vectors.bin}
training: {epochs: 15, schedule: cosine}
```

`ner-window config new --train FILE --dev FILE --vectors FILE` writes a config with comments for
files of your own, whose settings are the defaults. `ner-window config show CONFIG` prints one with
every default filled in and, behind each value, the file that set it. A key that does not exist, or
a value that does not fit, is refused before any data is read.

**`extends`** names a file whose settings hold where this one does not set them. Mappings are merged
key by key; a list, a single value and an empty mapping (`{}`) replace what was there, and so does a
mapping with another `name`, because it is another thing (of a head or a context, it keeps the keys
that both have):

```yaml
# longer.yaml
extends: base.yaml
training:
  epochs: 30
  schedule: {name: halving, every: 5}
```

`training.batch_tokens` and `training.batch_size` take each other's place: the uppermost that is set
holds, and one file, or one command line, sets one of them at most.

**`--set KEY.PATH=VALUE`** changes one setting on the command line, after all files; it can be
repeated. VALUE is YAML: `--set training.epochs=3 --set 'model.hidden=[300, 100]'`. A mapping
replaces the one before.

**Relative paths** start at the current folder, whichever file they stand in; only the file that
`extends` names is relative to the file that says so. Without an ending, and where there is no such
file, it is a config that ships: `extends: wnut17/frozen`. `~` is the home folder.

**A name alone** stands for a mapping with this name, wherever there is a choice by `name`:
`schedule: linear` is `schedule: {name: linear}`. To such a name other keys can be added, as in
`--set training.schedule.warm_up=1`. Each choice has its own keys, and no others.

**Older spellings** go on working: `model.target` and `model.corruption` are now `target` and
`corruption` of `model.head`, and `model.context_after` is `after` of `model.context`.

**`null`** leaves a setting open where the type below allows it, and a section that is empty is its
defaults:

```yaml
# last-epoch.yaml
data: {train: data/sample/train.conll, dev: null}
embeddings: {path: null, dimension: 50, trainable: {after_epoch: 3}}
features:
  suffixes: {lengths: [2, 3]}
  gazetteers: {files: {LOC: [cities.txt, countries.txt]}}
model:
training: {keep: last, optimizer: {name: nesterov, momentum: 0.95}}
```"""


STUDIES = """\
`ner-window compare` takes a training config, for which it chooses what suits the data, or the
config of a study: a training config as its `base` and, beside it, what is compared
(`ner-window config new compare --base CONFIG` writes one). `extends` and `--set` work as above, and
`config show` shows studies too:

```yaml
# study.yaml
base:
  extends: base.yaml
  training: {epochs: 10}
arms: [frozen, finetuned]
sizes: [2000, all]
```"""


def page() -> str:
    """Return the whole page."""
    parts = [
        INTRODUCTION,
        "The tables list every setting, in the order of `config show`. They are written from the "
        "schema by `scripts/make_configuration_reference.py`.",
        "## Top level\n\n" + _table(RUN),
    ]
    for path, section in _sections(RUN):
        level = 2 + path.replace(NAMED, "").count(".")
        parts += [f"{'#' * level} {path}", section["description"]]
        parts += [EXTRA[path]] if path in EXTRA else []
        family = FAMILIES.get(section["title"])
        parts += _choices(family) if family else [_table(section, f"{path}.")]
    tuning = DEFINITIONS["TuningSettings"]
    parts += ["## Studies", STUDIES, _table(STUDY)]
    parts += ["### arms", DEFINITIONS["Arm"]["description"], *_choices(Arm)]
    parts += ["### tuning", tuning["description"], _table(tuning, "tuning.")]
    return "\n\n".join(parts) + "\n"


def _sections(section: Schema, prefix: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield the sections in a section, with theirs, by the path of the key that holds them."""
    for key, setting in section["properties"].items():
        if name := _section_name(setting):
            path, inner = _path(setting, prefix + key), DEFINITIONS[name]
            yield path, inner
            yield from _sections(inner, f"{path}.")


def _path(setting: Schema, key: str) -> str:
    """Return where the section of a setting stands; many of one kind have names."""
    return key + (NAMED if "additionalProperties" in setting else "")


def _section_name(setting: Schema) -> str | None:
    """Return the name of the section that a setting takes: alone, among others or by name."""
    if "$ref" in setting:
        return str(setting["$ref"]).rpartition("/")[2]
    inner = [*setting.get("anyOf", ()), setting.get("additionalProperties") or {}]
    return next(filter(None, map(_section_name, inner)), None) if any(inner) else None


def _table(section: Schema, prefix: str = "") -> str:
    lines = ["| key | type or choices | default | description |", "|---|---|---|---|"]
    lines += [_line(_cells(section, key, prefix)) for key in section["properties"]]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def _cells(section: Schema, key: str, prefix: str) -> tuple[str, ...]:
    """Return key, type, default and description of a setting."""
    setting = section["properties"][key]
    anchor = _path(setting, prefix + key).replace(".", "").lower()
    default = "required" if key in section.get("required", ()) else _default(setting)
    return f"`{key}`", _type(setting, anchor), default, _description(setting)


def _type(setting: Schema, anchor: str) -> str:
    """Return what a setting can be; ``anchor`` is where the mapping that it takes is described."""
    match setting:
        case {"$ref": reference}:
            name = reference.rpartition("/")[2]
            if name in FAMILIES:
                return (
                    f"[{', '.join(f'`{choice}`' for choice in FAMILIES[name].variants)}](#{anchor})"
                )
            return f"[mapping](#{'top-level' if name == 'Config' else anchor})"
        case {"anyOf": choices}:
            return " or ".join(_type(choice, anchor) for choice in choices)
        case {"const": choice}:
            return f"`{choice}`"
        case {"enum": choices}:
            return ", ".join(f"`{choice}`" for choice in choices)
        case {"type": "array", "prefixItems": items}:
            return f"[{', '.join(_type(item, anchor) for item in items)}]"
        case {"type": "array", "items": item}:
            return f"list of {_type(item, anchor)}"
        case {"type": "object", "additionalProperties": value}:
            return f"mapping of names to {_type(value, anchor)}"
        case {"type": "string"}:
            return "path" if setting.get("format") == "path" else "text"
        case {"type": "boolean"}:
            return "`true` or `false`"
        case {"type": "null"}:
            return "`null`"
    return f"{setting['type']}{_bounds(setting)}"


BOUNDS = {
    "minimum": ">=",
    "exclusiveMinimum": ">",
    "maximum": "<=",
    "exclusiveMaximum": "<",
}


def _bounds(setting: Schema) -> str:
    bounds = [f"{sign} {setting[name]:g}" for name, sign in BOUNDS.items() if name in setting]
    return " " + " and ".join(bounds) if bounds else ""


def _default(setting: Schema) -> str:
    default = setting["default"]
    if isinstance(default, dict) and default:
        return f"`{default['name']}`" if "name" in default else "its defaults"
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


def _description(setting: Schema) -> str:
    """Return the description of a setting, or the first sentence on its section."""
    if "description" in setting:
        return str(setting["description"])
    return _in_a_cell(DEFINITIONS[_section_name(setting)]["description"])


def _in_a_cell(text: str) -> str:
    """Return the first sentence of a docstring as a table has it."""
    first = " ".join(text.partition("\n\n")[0].split())
    return f"{first[0].lower()}{first[1:].removesuffix('.')}"


def _choices(family: type[Variant]) -> list[str]:
    """Return a table of the variants of a family and, where they have settings, one of those."""
    if family is OptimizerSettings:
        meanings = _optimizers()
    else:
        rows = [
            f"| `{name}` | {_in_a_cell(inspect.getdoc(one) or '')} |"
            for name, one in family.variants.items()
        ]
        meanings = "\n".join(["| name | meaning |", "|---|---|", *rows])
    settings = _settings_of(family)
    return [meanings, settings] if settings else [meanings]


def _settings_of(family: type[Variant]) -> str:
    """Return a table of the settings of all variants, each with the names of its owners."""
    owners: dict[tuple[str, ...], list[str]] = {}
    for name, variant in family.variants.items():
        schema = variant.model_json_schema(by_alias=True)
        for key in schema["properties"]:
            if key != "name":
                owners.setdefault(_cells(schema, key, ""), []).append(f"`{name}`")
    lines = ["| key | of | type or choices | default | description |", "|---|---|---|---|---|"]
    for (key, *cells), names in owners.items():
        lines.append(_line([key, ", ".join(names), *cells]))
    return "\n".join(lines) if owners else ""


def _optimizers() -> str:
    """Return a table of the formulas of the optimizers, for dense parameters and for tables."""
    rows = [
        f"| `{name}` | {_formula(OPTIMIZERS[one].dense)} | {OPTIMIZERS[one].sparse.__name__} |"
        for name, one in OptimizerSettings.variants.items()
    ]
    return "\n".join(["| name | formula | on lookup tables |", "|---|---|---|", *rows])


def _formula(optimizer: type[ad.Optimizer]) -> str:
    first = (inspect.getdoc(optimizer) or "").partition("\n\n")[0]
    return " ".join(first.split()).partition(" Sparse gradients")[0].rstrip(".")


EXTRA = {
    "training.optimizer": "g is the gradient, lr the learning rate; the constants are those of "
    "[autodiff](autodiff/reference.md#optimizers), where the sparse ones are listed too. On lookup "
    "tables only the rows of the batch move.",
    "training.schedule": "Pictures and limits are in [schedules](autodiff/schedules.md), the "
    "functions in the [reference](autodiff/reference.md#schedules).",
}
"""What stands between the introduction of a section and its table."""


if __name__ == "__main__":
    OUT.write_text(page(), "utf-8")
    print(f"wrote {OUT}")
