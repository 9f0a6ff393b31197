"""What a model folder is, without loading the model: for ``ner-window model info``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Group
from safetensors import safe_open

from ner_window.corpora.tags import split_tag
from ner_window.errors import InputError
from ner_window.model.heads import head_of
from ner_window.model_folder.description import Description, read_description
from ner_window.model_folder.folder import DAMAGE, VECTORS, WEIGHTS, model_folder, read_tokenizer
from ner_window.model_folder.provenance import Figures, Provenance, read_provenance
from ner_window.terminal import Line, Piece, Role, Shown, Verbatim, together
from ner_window.tokenization.tokenizer import Tokenizer
from ner_window.vectors.word_vectors import converted_path
from ner_window.wording import counted, interval_text, megabytes

Shape = tuple[int, ...]
MEGABYTE = 1e6
BEHIND_LABELS = 12  # columns


@dataclass(frozen=True)
class Summary(Shown):
    """A model folder: ``sizes`` of its files in bytes, ``shapes`` of its arrays.

    ``vector_shape`` is that of the pretrained vectors, in ``vector_path``; both are None where
    there are none, the shape also where the vectors that are referred to are not on this machine.
    """

    folder: Path
    description: Description
    provenance: Provenance | None
    sizes: Mapping[str, int]
    shapes: Mapping[str, Shape]
    vector_path: Path | None
    vector_shape: Shape | None
    tokenizer: Tokenizer

    @property
    def layers(self) -> list[int]:
        """The units of each hidden layer."""
        suffixes = ["", *map(str, range(2, self.description.layers + 1))]
        return [self.shapes[f"b{suffix}"][0] for suffix in suffixes]

    @property
    def types(self) -> list[str]:
        """The types of entities that the model finds."""
        return sorted({split_tag(tag)[1] for tag in self.description.tags} - {""})

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        known, provenance = self.description.vectors, self.provenance
        return {
            "folder": str(self.folder.absolute()),
            "format": self.description.format,
            "types": self.types,
            "head": self.description.head.name,
            "context": self.description.context.name,
            "context_after": self.description.joined_layer,
            "networks": self.description.networks,
            "window": self.description.window,
            "layers": self.layers,
            "nonlinearity": self.description.nonlinearity.name,
            "temperature": self.description.temperature,
            "text": str(self.tokenizer),
            "tagging_scheme": self.description.scheme,
            "rows": {name: shape[0] for name, shape in self.tables.items()},
            "vectors": known
            and {
                **known.model_dump(),
                "words": self.vector_shape and self.vector_shape[0],
                "path": str(self.vector_path),
                "is_here": self.vector_shape is not None,
            },
            "files": dict(self.sizes),
            "bytes": self.size,
            "provenance": provenance and provenance.model_dump(mode="json"),
        }

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(self.sizes.values())

    @property
    def vector_size(self) -> int:
        """The bytes of the pretrained vectors, 0 where the folder has none."""
        return self.sizes.get(VECTORS, 0)

    @property
    def tables(self) -> dict[str, Shape]:
        """The lookup tables: of words, and of the features."""
        rest = {"U", "c", "T"}
        layers = range(1, self.description.layers + 1)
        rest |= {f"{name}{'' if k == 1 else k}" for name in "Wba" for k in layers}
        return {name: shape for name, shape in self.shapes.items() if name not in rest}

    def __rich__(self) -> Group:
        """Return a line for each fact, behind what it is about."""
        d = self.description
        units = ", ".join(map(str, self.layers))
        several = "" if d.networks == 1 else f"{d.networks} networks, their scores averaged: "
        lines = [
            f"format      {d.format}",
            f"finds       {', '.join(self.types)} ({d.scheme}, {d.decode})",
            f"network     {several}window {d.window}, hidden {units} ({d.nonlinearity.name}), "
            f"head {d.head.name}, context {self._context()}",
            f"tables      {', '.join(f'{n} {s[0]:,} x {s[1]}' for n, s in self.tables.items())}",
            f"confidences {self._confidences()}",
            f"text        {self.tokenizer}",
            f"vectors     {self._vectors()}",
            f"size        {megabytes(self.size)}",
            *(f"  {name:<21} {megabytes(size):>13}" for name, size in self.sizes.items()),
            f"memory      {self._weights / MEGABYTE:.1f} MB of weights are read; vectors are "
            "mapped, and read when they are met",
        ]
        facts = [Line(line, hang=BEHIND_LABELS) for line in lines]
        return together(Verbatim(str(self.folder.absolute())), *facts, *self._training())

    @property
    def _weights(self) -> int:
        """The bytes of the weights of all networks."""
        kind = Path(WEIGHTS).suffix
        start = Path(WEIGHTS).stem
        return sum(
            size
            for name, size in self.sizes.items()
            if name.startswith(start) and name.endswith(kind)
        )

    def _context(self) -> str:
        after, layers = self.description.joined_layer, self.description.layers
        is_inside = after is not None and after < layers
        return self.description.context.name + (f" after layer {after}" if is_inside else "")

    def _confidences(self) -> str:
        if not head_of(self.description.head).has_probabilities:
            return f"none, the {self.description.head.name} head has none"
        temperature = self.description.temperature
        return (
            "temperature 1, not fitted" if temperature is None else f"temperature {temperature:.2f}"
        )

    def _vectors(self) -> str:
        known = self.description.vectors
        if known is None:
            return "started at random"
        words = f"{counted(self.vector_shape[0], 'word')}, " if self.vector_shape else ""
        pruned = "" if known.kept is None else f", the first {known.kept:,} and those of training"
        if known.saved != "reference":
            return f"{words}{known.saved}{pruned}, from {known}"
        if self.vector_shape is None:
            return f"by reference to {known}, NOT on this machine: see ner-window model bundle"
        return f"by reference, {words}{self.vector_path}, from {known}"

    def _training(self) -> list[Line]:
        provenance = self.provenance
        if provenance is None:
            return [
                _fact("trained", "not told (the run was not finished, or of an earlier version)")
            ]
        data = ", ".join(f"{file.split} {file.name}" for file in provenance.data)
        lines = [
            _fact(
                "trained",
                f"{provenance.date}, seed {provenance.seed}, "
                f"{counted(provenance.epochs, 'epoch')} in {provenance.seconds:,.0f} s, "
                f"kept epoch {provenance.kept_epoch}; {data}",
            ),
            *(_fact("", str(change)) for change in provenance.changes),
        ]
        for scores in provenance.scores:
            lines.append(_fact(scores.split, *_f1(scores.total, Role.headline)))
            raw = scores.raw_text_f1
            lines += [] if raw is None else [_fact("  raw text", f"F1 {raw:.2f}, cut by the model")]
            lines += [_fact(f"  {name}", *_f1(row)) for name, row in scores.by_type.items()]
            lines += [Line(f"  {scores.left_out_types}")] if scores.left_out_types else []
        vectors = self.description.vectors
        is_less = vectors and (vectors.kept is not None or vectors.saved == "float16")
        if provenance.scores and is_less:
            lines.append(_fact("", "measured with all vectors, at whole precision"))
        return lines


def _fact(label: str, *pieces: Piece) -> Line:
    return Line(f"{label:<{BEHIND_LABELS - 1}} ", *pieces, hang=BEHIND_LABELS)


def _f1(figures: Figures, role: Role | None = None) -> Iterator[Piece]:
    f1 = f"F1 {figures.f1:.2f}"
    yield (f1, role) if role else f1
    if figures.f1_interval:
        yield " ("
        yield interval_text(figures.f1_interval), Role.interval
        yield ")"


def summarize(path: Path) -> Summary:
    """Look into a model folder, or the model of a run folder.

    Raises InputError where it is none, or damaged.
    """
    folder = model_folder(path)
    description = read_description(folder)
    known = description.vectors
    is_reference = known is not None and known.saved == "reference"
    vector_path = None
    if known is not None:
        vector_path = converted_path(known.sha256) if is_reference else folder / VECTORS
    try:
        sizes = {file.name: file.stat().st_size for file in sorted(folder.iterdir())}
        shapes = _shapes(folder / WEIGHTS)
        vector_shape = None
        if vector_path is not None and not (is_reference and not vector_path.exists()):
            vector_shape = _shapes(vector_path)["vectors"]
        summary = Summary(
            folder=folder,
            description=description,
            provenance=read_provenance(folder),
            sizes=sizes,
            shapes=shapes,
            vector_path=vector_path,
            vector_shape=vector_shape,
            tokenizer=read_tokenizer(folder, description.format),
        )
        summary.layers  # noqa: B018 (they are there)
    except (*DAMAGE, IndexError) as error:
        raise InputError(f"the model in {folder.absolute()} is damaged: {error}") from None
    return summary


def _shapes(path: Path) -> dict[str, Shape]:
    with safe_open(path, "numpy") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
