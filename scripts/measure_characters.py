"""Measure characters as tokens: a corpus with its blanks removed, trained on and tagged.

Usage: python scripts/measure_characters.py FILE [FOLDER]. FILE is in CoNLL columns and marks
documents; every fifth is held out. What is written goes into FOLDER, by default a temporary one.
Three F1 are printed: by words, of text without blanks by `evaluate`, and by `tag` with a
comparison of spans; the last two are to be equal.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.corpus_builder import Sentence
from ner_window.corpora.tags import spans_of
from ner_window.scoring.score import Counts

HELD_OUT = 5  # every such document
COMMON = """\
data: {train: TRAIN, dev: DEV}
model: {head: sentence, hidden: 100, window: WINDOW}
regularization: {dropout: {input: 0.2, hidden: 0.5}}
training: {epochs: 30, batch_size: 8, learning_rate: 0.002, keep: last}
"""
BY_WORDS = """\
embeddings: {dimension: 50}
features: {capitalization: 8, shape: 15, suffixes: {lengths: [1, 2, 3], dimension: 10}}
"""
BY_CHARACTERS = """\
embeddings: {dimension: 30}
features: {capitalization: 8}
text: {tokenizer: characters, language: null}
"""


def record_of(sentence: Sentence, blank: str) -> dict[str, Any]:
    """Return a sentence as a text whose tokens have ``blank`` between them."""
    starts, position = [], 0
    for token in sentence.tokens:
        starts.append(position)
        position += len(token) + len(blank)
    entities = [
        {
            "start": starts[first],
            "end": starts[after - 1] + len(sentence.tokens[after - 1]),
            "label": label,
        }
        for first, after, label in spans_of(sentence.tags)
    ]
    record = {"text": blank.join(sentence.tokens), "entities": entities}
    if blank:
        record["tokens"] = [
            {"start": start, "end": start + len(token)}
            for start, token in zip(starts, sentence.tokens, strict=True)
        ]
    return {**record, "document": sentence.document}


def write(path: Path, sentences: Iterable[Sentence], blank: str) -> None:
    """Write sentences as a file of JSON lines."""
    lines = (json.dumps(record_of(sentence, blank), ensure_ascii=False) for sentence in sentences)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def run(*arguments: str | Path) -> str:
    """Run a command of ner-window; return what it prints."""
    command = [sys.executable, "-m", "ner_window", *map(str, arguments)]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def trained(folder: Path, name: str, text: str, window: int) -> Path:
    """Train on NAME-train.jsonl; return the run's folder."""
    text = (COMMON + text).replace("WINDOW", str(window))
    for split in ("train", "dev"):
        text = text.replace(split.upper(), str(folder / f"{name}-{split}.jsonl"))
    config = folder / f"{name}.yaml"
    config.write_text(text)
    run("train", config, "--out", folder / name)
    return folder / name


def entities_in(path: Path) -> Iterator[set[tuple[int, int, str]]]:
    """Yield the entities of each line of a file."""
    for line in path.read_text("utf-8").splitlines():
        entities = json.loads(line)["entities"]
        yield {(each["start"], each["end"], each["label"]) for each in entities}


def compared(gold: Path, tagged: Path) -> Counts:
    """Count the entities of two files that are equal."""
    counts = Counts()
    for theirs, found in zip(entities_in(gold), entities_in(tagged), strict=True):
        counts.gold += len(theirs)
        counts.predicted += len(found)
        counts.correct += len(theirs & found)
    return counts


def measure(file: Path, folder: Path) -> None:
    """Train by words and by characters; print the figures."""
    sentences = list(read_corpus(file))
    held_out = [each for each in sentences if each.document % HELD_OUT == 0]
    rest = [each for each in sentences if each.document % HELD_OUT]
    for name, blank, text, window in (
        ("words", " ", BY_WORDS, 5),
        ("characters", "", BY_CHARACTERS, 15),
    ):
        write(folder / f"{name}-train.jsonl", rest, blank)
        write(folder / f"{name}-dev.jsonl", held_out, blank)
        model, dev = trained(folder, name, text, window), folder / f"{name}-dev.jsonl"
        evaluated = json.loads(run("evaluate", model, dev, "--json"))
        print(f"{name}: F1 {evaluated['f1']:.2f} of {evaluated['gold']:,} entities", flush=True)
    run("tag", model, dev, "--out", folder / "tagged.jsonl")
    counts = compared(dev, folder / "tagged.jsonl")
    print(f"characters, tagged and compared: F1 {counts.f1:.2f} of {counts.gold:,} entities")


def main() -> None:
    """Measure in the folder that is given, or a temporary one."""
    file, *folders = map(Path, sys.argv[1:])
    if folders:
        folders[0].mkdir(parents=True)
        measure(file, folders[0])
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(file, Path(folder))


if __name__ == "__main__":
    main()
