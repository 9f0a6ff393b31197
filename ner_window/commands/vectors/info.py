"""``ner-window vectors info``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group

from ner_window.commands.vectors.options import Trust, VectorFile
from ner_window.terminal import Line, Verbatim, show, together
from ner_window.vectors.word_vectors import WordVectors, converted_path, load_vectors

SAMPLE = 10  # words


def info(
    file: VectorFile,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
    trust: Trust = False,
) -> None:
    """Say what a vector file holds."""
    facts = _facts(file, load_vectors(file, trust))
    if as_json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        show(_report(facts))


def _facts(file: Path, vectors: WordVectors) -> dict[str, object]:
    assert vectors.file is not None
    return {
        "file": str(file.absolute()),
        "format": vectors.file.format,
        "words": len(vectors),
        "dimension": vectors.dimension,
        "duplicates": vectors.index.duplicate_count,
        "sample": [vectors.index.word(row) for row in range(min(SAMPLE, len(vectors)))],
        **vectors.file.figures,
        "sha256": vectors.sha256,
        "converted": str(converted_path(vectors.sha256)),
    }


def _report(facts: dict[str, object]) -> Group:
    sample = " ".join(map(str, facts["sample"]))  # type: ignore[call-overload]
    lines = (
        f"format      {facts['format']}",
        f"words       {facts['words']:,} ({facts['duplicates']:,} duplicates; the first counts)",
        f"dimension   {facts['dimension']}",
        f"sample      {sample}",
        f"numbers     mean {facts['mean']:.4f}, standard deviation {facts['deviation']:.4f}",
        f"norms       mean {facts['norm_mean']:.3f}, from {facts['norm_min']:.3f} to "
        f"{facts['norm_max']:.3f}",
    )
    return together(
        Verbatim(str(facts["file"])),
        *(Line(line, hang=12) for line in lines),
        Verbatim(f"converted   {facts['converted']}"),
        f"hint        embeddings.scale: S multiplies all numbers by S / {facts['deviation']:.4f}",
    )
