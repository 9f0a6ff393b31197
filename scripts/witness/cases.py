"""Small trainings that together use every choice that a config has.

What they are made of is cut out of the sample that ships; the paths are relative to a stage, the
folder in which a commit is tried.
"""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SAMPLE = Path("data/sample")
INPUTS = Path("inputs")
DOCUMENTS = {"train": 14, "dev": 5, "test": 4}
SENTENCE = "Anna Kovac of Norway visited Bergen on Tuesday."
TEXTS = {
    "text.txt": f"{SENTENCE}\n\nBergen beat Ajax 2-1. McDonald, 31, scored for BERGEN in Lisbon; "
    "the U.N. said so.\nA second line: caf\u00e9 \U0001f600 <b>&amp; Paris.\n",
    "text.jsonl": f'{{"text": "{SENTENCE}"}}\n{{"text": "Ajax play in Lisbon <now>."}}\n',
    "tokens.conll": "-DOCSTART- X O\n\nAnna A O\nKovac A O\nleft a O\nBergen A O\n\nAjax A O\n",
    "tokens.txt": "Anna Kovac left Bergen .\nAjax won .\n",
    "old.conll": "Anna B-PER\nKovac I-PER\nvisited O\nBergen B-LOC\n. O\n\nNordbank B-ORG\nis O\n",
    "scored.txt": "a B-PER B-PER\nb I-PER I-LOC\nc O I-ORG\n\nd B-LOC B-LOC\ne O E-LOC\n",
    "places.txt": "Norway\nNew York\nBergen\nGermany\nUnited States\n",
    "people.txt": "Anna Kovac\nMcDonald\n",
    "misspelled.yaml": "data: {trian: x}\nembeddings: {dimension: 3}\n",
}
BASE: dict[str, Any] = {
    "seed": 7,
    "data": {"train": "inputs/train.conll", "dev": "inputs/dev.conll"},
    "embeddings": {"path": "data/sample/vectors.bin", "scale": 0.5},
    "model": {"window": 3, "hidden": 16},
    "regularization": {"dropout": {"hidden": 0.0}},
    "training": {"epochs": 2, "batch_size": 16, "learning_rate": 0.03},
}


@dataclass(frozen=True)
class Case:
    """A training: what its config says beside ``BASE``, and options of the command line."""

    name: str
    settings: dict[str, Any]
    options: tuple[str, ...] = ()
    has_page: bool = True

    @property
    def config(self) -> dict[str, Any]:
        return merged(BASE, self.settings)

    @property
    def needs_columns(self) -> bool:
        """Whether the model can tag files of the columns of its training file only."""
        return bool(self.config.get("features", {}).get("columns"))

    @property
    def path(self) -> Path:
        return INPUTS / f"{self.name}.yaml"


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return nested settings of which the second ones go before the first."""
    result = deepcopy(one)
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else deepcopy(value)
    return result


CASES = [
    Case(
        "window",
        {
            "data": {"test": "inputs/test.conll"},
            "embeddings": {"unseen": "neighbors"},
            "model": {"window": 5, "nonlinearity": "tanh", "initializer": "xavier_uniform"},
            "regularization": {"dropout": {"hidden": 0.5}, "movement_dropout": 0.3},
            "training": {"optimizer": "adam", "schedule": "linear", "epochs": 3},
        },
    ),
    Case(
        "sentence",
        {
            "data": {"scheme": "bilou"},
            "embeddings": {"trainable": {"after_epoch": 1}, "learning_rate": 0.02},
            "features": {
                "prefixes": {"lengths": [2, 3], "dimension": 3},
                "suffixes": {"lengths": [1, 3], "dimension": 4},
            },
            "model": {
                "head": "sentence",
                "context": "sentence",
                "nonlinearity": "relu",
                "initializer": "he_normal",
            },
            "training": {
                "batch_size": 8,
                "optimizer": {"name": "adamw", "weight_decay": 0.1},
                "schedule": {"name": "cosine", "warm_up": 0.5},
                "clip_norm": 0.5,
            },
        },
    ),
    Case(
        "binary",
        {
            "embeddings": {"trainable": False},
            "features": {"capitalization": 0, "shape": 4},
            "model": {
                "head": "binary",
                "target": "PER",
                "context": "document",
                "nonlinearity": "sigmoid",
                "initializer": "xavier_normal",
            },
            "regularization": {"l2": 0.01},
            "training": {
                "batch_size": 1,
                "optimizer": "sgd",
                "learning_rate": 4.0,
                "epochs": 4,
                "schedule": {"name": "halving", "every": 2},
            },
        },
    ),
    Case(
        "margin-center",
        {
            "model": {
                "head": "margin",
                "target": "LOC",
                "corruption": "center",
                "nonlinearity": "hard_tanh",
                "initializer": "uniform",
            },
            "regularization": {"dropout": {"input": 0.1}, "word_dropout": 0.1},
            "training": {
                "optimizer": {"name": "momentum", "momentum": 0.8},
                "schedule": {"name": "exponential", "rate": 0.3},
            },
        },
    ),
    Case(
        "margin-window",
        {
            "features": {
                "gazetteers": {
                    "files": {"LOC": "inputs/places.txt", "PER": ["inputs/people.txt"]},
                    "dimension": 3,
                }
            },
            "model": {
                "head": "margin",
                "target": "PER",
                "corruption": "window",
                "nonlinearity": "leaky_relu",
                "initializer": "he_uniform",
            },
            "training": {
                "optimizer": "nesterov",
                "schedule": {"name": "triangular", "half_cycle": 0.5},
            },
        },
        has_page=False,
    ),
    Case(
        "both-after-first-layer",
        {
            "data": {"scheme": "iob2"},
            "features": {
                "columns": {"pos": {"column": 1, "dimension": 4}},
                "gazetteers": {"files": {"LOC": "inputs/places.txt"}, "ignore_case": False},
            },
            "model": {
                "context": "both",
                "context_after": 1,
                "hidden": [16, 12],
                "nonlinearity": "prelu",
                "initializer": "normal",
                "decode": "argmax",
            },
            "regularization": {"dropout": {"input": 0.1, "hidden": [0.2, 0.3]}},
            "training": {
                "batch_size": 1,
                "learning_rate": 0.1,
                "optimizer": "adagrad",
                "schedule": {"name": "triangular2", "half_cycle": 0.5},
            },
        },
    ),
    Case(
        "adversary",
        {
            "embeddings": {"saved": "float16"},
            "features": {"shape": 3},
            "regularization": {
                "adversarial": 0.1,
                "l1": 0.0001,
                "vectors": {"name": "anchor", "strength": 0.1},
            },
            "training": {
                "epochs": 5,
                "optimizer": "rmsprop",
                "schedule": {"name": "plateau", "patience": 0},
                "patience": 1,
            },
        },
    ),
    Case(
        "from-scratch",
        {
            "data": {"train": "inputs/train.jsonl", "dev": None, "test": "inputs/test.conll"},
            "embeddings": {"path": None, "scale": None, "dimension": 12},
            "regularization": {"vectors": {"name": "zero", "strength": 0.5}},
            "training": {"keep": "last", "schedule": "constant"},
        },
    ),
    Case(
        "augmented",
        {
            "features": {"shape": 4, "suffixes": {"lengths": [2], "dimension": 3}},
            "model": {"head": "sentence", "context": "both", "nonlinearity": "relu"},
            "training": {
                "batch_size": 2,
                "augment": {
                    "lower": 0.2,
                    "upper": 0.1,
                    "title": 0.1,
                    "swapped": 0.05,
                    "dropped": 0.05,
                    "doubled": 0.05,
                    "lost_punctuation": 0.1,
                    "changed_punctuation": 0.1,
                },
            },
        },
        has_page=False,
    ),
    Case(
        "ensemble",
        {
            "data": {"dev": None, "selection": {"fraction": 0.3}, "test": "inputs/test.conll"},
            "embeddings": {"saved": "reference"},
            "regularization": {"vectors": {"name": "frequency_weighted", "strength": 0.1}},
            "training": {"ensemble": 2},
        },
    ),
    Case(
        "restarts",
        {
            "data": {"subset": {"fraction": 0.5, "seed": 3}, "scheme": "iob1"},
            "model": {"head": "sentence", "context": "both", "nonlinearity": "prelu"},
            "regularization": {"adversarial": 0.05, "word_dropout": 0.1, "l2": 0.001},
            "training": {"batch_size": 2, "restarts": 2},
        },
    ),
    Case(
        "checked",
        {
            "data": {"subset": {"tokens": 900}, "documents": None},
            "embeddings": {"path": "inputs/vectors.txt", "trainable": False},
            "features": {"suffixes": {"lengths": [2], "dimension": 3}},
            "model": {"head": "sentence", "nonlinearity": "relu", "hidden": [4, 3]},
            "training": {
                "epochs": 4,
                "batch_size": 4,
                "learning_rate": 0.2,
                "optimizer": "momentum",
            },
            "debug": {"gradient_check": True, "anomaly": True},
        },
        has_page=False,
    ),
    Case(
        "document-sentence",
        {
            "data": {"documents": {"sentences": 3}, "train": "inputs/blocks.conll"},
            "features": {"columns": {"pos": {"column": 1, "dimension": 2}}},
            "model": {
                "head": "sentence",
                "context": "document",
                "context_after": 2,
                "hidden": [12, 8, 6],
                "nonlinearity": "leaky_relu",
            },
            "training": {"batch_size": 3, "optimizer": "adagrad", "keep": "last"},
        },
    ),
    Case(
        "binary-both",
        {
            "embeddings": {"trainable": {"after_epoch": 1}},
            "model": {
                "head": "binary",
                "target": "ORG",
                "context": "both",
                "context_after": 1,
                "hidden": [12, 8],
                "decode": "argmax",
            },
            "regularization": {"adversarial": 0.1, "dropout": {"hidden": 0.2}},
            "training": {"batch_size": 1, "epochs": 4, "optimizer": "adam", "clip_norm": 1.0},
        },
        has_page=False,
    ),
    Case(
        "seeds",
        {
            "embeddings": {"unseen": "mapped"},
            "model": {"context": "sentence", "initializer": "normal"},
            "regularization": {"l1": 0.0001},
            "training": {"batch_size": 4, "optimizer": "adamw", "epochs": 1},
        },
        ("--seeds", "2"),
        has_page=False,
    ),
    *(
        Case(
            f"text-by-{text['tokenizer']}",
            {"text": text, "training": {"epochs": 1}},
            has_page=False,
        )
        for text in (
            {"tokenizer": "rules", "language": "nl"},
            {"tokenizer": "characters", "language": None},
            {"tokenizer": "spacy", "language": "en"},
        )
    ),
]
STOPPED = Case(
    "stopped",
    {
        "regularization": {"adversarial": 0.05, "dropout": {"hidden": 0.3}, "word_dropout": 0.1},
        "training": {"epochs": 25, "batch_size": 16, "schedule": {"name": "cosine", "warm_up": 1}},
    },
)
STUDY = {
    "base": merged(BASE, {"training": {"epochs": 1}}),
    "arms": ["finetuned", "anchored"],
    "sizes": ["all"],
    "seeds": 2,
    "least_steps": 10,
    "tuning": {"learning_rates": [0.001, 0.01], "seeds": 1, "fraction": 0.3},
    "pairs": [["striker", "forward"]],
}
STUDY_PATH = INPUTS / "study.yaml"


def write_inputs(tree: Path, stage: Path) -> None:
    """Write into a stage what all commands read, from the sample and the old models of a tree."""
    shutil.copytree(tree / SAMPLE, stage / SAMPLE)
    for folder in sorted((tree / "tests").glob("**/old_models/format-*")):
        shutil.copytree(folder, stage / "old" / folder.name)
    inputs = stage / INPUTS
    inputs.mkdir()
    for split, count in DOCUMENTS.items():
        text = (tree / SAMPLE / f"{split}.conll").read_text("utf-8")
        (inputs / f"{split}.conll").write_text(with_column(documents(text, count)), "utf-8")
    marked = (inputs / "train.conll").read_text("utf-8")
    (inputs / "blocks.conll").write_text(marked.replace("-DOCSTART- X O\n\n", ""), "utf-8")
    for name, text in TEXTS.items():
        (inputs / name).write_text(text, "utf-8")
    for case in [*CASES, STOPPED]:
        (stage / case.path).write_text(yaml.safe_dump(case.config), "utf-8")
    (stage / STUDY_PATH).write_text(yaml.safe_dump(STUDY), "utf-8")


def documents(text: str, count: int) -> str:
    """Return the first documents of a corpus."""
    mark = "-DOCSTART-"
    return mark + mark.join(text.split(mark)[1 : count + 1])


def with_column(text: str) -> str:
    """Return a corpus of two columns with one between them, that is made up."""
    return "".join(f"{_wider(line)}\n" for line in text.splitlines())


def _wider(line: str) -> str:
    token, _, tag = line.partition(" ")
    if not token:
        return ""
    made_up = "X" if token.startswith("-DOC") else "A" if token[0].isupper() else token[-1:]
    return f"{token} {made_up} {tag}"
