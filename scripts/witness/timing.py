"""Time and memory of two commits, which take turns, so that the drift of a machine hits both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from benchmarks.timing import Spread
from tqdm import tqdm

from .cases import SAMPLE, merged, write_inputs
from .stages import Stage, WitnessError

COPIES = 60  # of the test data of the sample, to be tagged
WHOLE: dict[str, Any] = {
    "data": {"train": "data/sample/train.conll", "dev": "data/sample/dev.conll"},
    "embeddings": {"path": "data/sample/vectors.bin", "scale": 0.5},
    "model": {"hidden": 100},
    "training": {"epochs": 4, "learning_rate": 0.002},
}
TIMED = {
    "window": {
        "training": {"batch_size": 128},
        "regularization": {"dropout": {"hidden": 0.5}},
    },
    "document-sentence": {"model": {"head": "sentence", "context": "document"}},
    "adversary": {"training": {"batch_size": 128}, "regularization": {"adversarial": 0.1}},
}
TAGGING = "tagging"
Figures = dict[str, list[float]]


def timed(trees: Mapping[str, Path], work: Path, rounds: int) -> str:
    """Return a table of the ratios of B to A, with the quartiles of the rounds."""
    sides = {name: _stage(tree, trees["a"], work / f"timed-{name}") for name, tree in trees.items()}
    figures: dict[str, Figures] = {name: {} for name in sides}
    for number in tqdm(range(rounds), "timing", unit=" rounds", disable=None, leave=False):
        order = list(sides) if number % 2 == 0 else list(reversed(sides))
        for task in [*TIMED, TAGGING]:
            for name in order:
                for figure, value in _measured(sides[name], task, number).items():
                    figures[name].setdefault(figure, []).append(value)
    return _table(figures["a"], figures["b"])


def _stage(tree: Path, inputs_of: Path, folder: Path) -> Stage:
    """Return a stage with what is timed, its vectors converted."""
    stage = Stage(tree, folder, folder.with_name(f"{folder.name}-cache"))
    write_inputs(inputs_of, folder)
    for name, settings in TIMED.items():
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(merged(WHOLE, settings)), "utf-8")
    text = (folder / SAMPLE / "test.conll").read_text("utf-8")
    (folder / "long.conll").write_text(text * COPIES, "utf-8")
    _succeeding(stage, "vectors", "info", WHOLE["embeddings"]["path"])
    return stage


def _measured(stage: Stage, task: str, number: int) -> dict[str, float]:
    """Do a task once; return what it took, by figure."""
    if task == TAGGING:
        model, out = f"window-{number}", f"tagged-{number}.conll"
        cpu = _succeeding(stage, "tag", model, "long.conll", "--out", out)
        return {"tagging, CPU seconds": cpu}
    run = f"{task}-{number}"
    _succeeding(stage, "train", f"{task}.yaml", "--out", run)
    lines = (stage.folder / run / "metrics.jsonl").read_text("utf-8").splitlines()
    speed = max(json.loads(line)["tokens_per_second"] for line in lines)
    memory = json.loads((stage.folder / run / "scores.json").read_text("utf-8"))["peak_memory_mb"]
    return {f"{task}, microseconds a token": 1e6 / speed, f"{task}, peak MB": memory}


def _succeeding(stage: Stage, *arguments: object) -> float:
    """Call a command; return its seconds of the processor. Raises WitnessError where it fails."""
    done = stage.call(*arguments)
    if done.code:
        raise WitnessError(f"{' '.join(map(str, arguments))} cannot be timed: {done.err.strip()}")
    return done.cpu


def _table(ours: Figures, theirs: Figures) -> str:
    width = max(map(len, ours))
    lines = [f"{'median':<{width}}{'A':>9}{'B':>9}{'B/A':>8}  quartiles"]
    for name in ours:
        if len(ours[name]) == 1:  # no quartiles
            ours[name], theirs[name] = ours[name] * 2, theirs[name] * 2
        one, other = Spread.of(ours[name]).median, Spread.of(theirs[name]).median
        ratio = Spread.of_ratios(theirs[name], ours[name])
        lines.append(
            f"{name:<{width}}{one:>9.2f}{other:>9.2f}{ratio.median:>8.3f}  "
            f"{ratio.low:.3f} to {ratio.high:.3f}"
        )
    return "\n".join(lines)
