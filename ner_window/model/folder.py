"""The model as a folder: safetensors, YAML and word lists, no pickle.

    model.yaml             format number, tags, schemes, window, nonlinearity, layout of files
    weights.safetensors    every array of the network; `words` is the trainable table
    vocabulary.txt         the key of each row of `words`, one a line
    mentions.txt           the distinct mentions of the training data: type and tokens, with tabs
                           between them; absent in models of earlier development versions
    features.json          the features in order, with the value of each row of their tables
    vectors.safetensors    all pretrained vectors and their words, so that the folder works when
                           copied elsewhere: see ``vector_file``

The vectors are absent where training started from random vectors.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Literal

import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

import autodiff as ad
from ner_window.corpora.conll import Layout
from ner_window.corpora.spans import Mention
from ner_window.corpora.tags import Scheme
from ner_window.encoding.features import FeatureTable
from ner_window.encoding.vocabulary import Vocabulary
from ner_window.errors import InputError
from ner_window.model.model import Model
from ner_window.model.network import Context, Head, Hidden, Nonlinearity, WindowNetwork
from ner_window.vectors.word_vectors import WordVectors

Array = NDArray[Any]

FORMAT = 2
DESCRIPTION, WEIGHTS = "model.yaml", "weights.safetensors"
VOCABULARY, FEATURES = "vocabulary.txt", "features.json"
MENTIONS, VECTORS = "mentions.txt", "vectors.safetensors"
DAMAGE = (OSError, SafetensorError, KeyError, ValueError, TypeError, RecursionError)


class Description(BaseModel):
    """The content of ``model.yaml``. ``vectors`` is the SHA-256 of the file that they come from."""

    model_config = ConfigDict(extra="forbid")

    format: int
    window: int
    head: Head
    context: Context
    document_block: int | None
    nonlinearity: Nonlinearity
    layers: int
    are_vectors_trained: bool = True
    tags: list[str]
    scheme: Scheme
    output_scheme: Scheme
    decode: Literal["viterbi", "argmax"]
    layout: Layout
    vector_factor: float
    vectors: str | None


def save_model(model: Model, folder: Path) -> None:
    """Write a model folder, which appears whole or not at all.

    Raises InputError where it cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise InputError(f"cannot write {folder.absolute()}: {error.strerror}") from None
    try:
        _write(model, work)
        _make_readable(work)
        shutil.rmtree(folder, ignore_errors=True)  # an earlier model of the same run
        work.replace(folder)
    except OSError as error:
        raise InputError(f"cannot write {folder.absolute()}: {error.strerror}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(model: Model, folder: Path) -> None:
    vectors = model.vectors
    description = Description(
        format=FORMAT,
        window=model.window,
        head=model.network.head,
        context=model.network.context,
        document_block=model.document_block,
        nonlinearity=model.network.nonlinearity,
        layers=len(model.network.hidden),
        are_vectors_trained=isinstance(model.network.tables[0], ad.Parameter),
        tags=model.tags,
        scheme=model.scheme,
        output_scheme=model.output_scheme,
        decode=model.decode,
        layout=model.layout,
        vector_factor=model.factor,
        vectors=vectors.sha256 if vectors else None,
    )
    text = yaml.safe_dump(description.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    (folder / DESCRIPTION).write_text(text, "utf-8")
    save_file(model.network.named_arrays(), folder / WEIGHTS)
    _write_lines(folder / VOCABULARY, model.vocabulary.keys)
    if model.mentions is not None:
        _write_lines(folder / MENTIONS, ["\t".join(mention) for mention in model.mentions])
    features = [feature.stored() for feature in model.features]
    (folder / FEATURES).write_text(json.dumps(features, ensure_ascii=False), "utf-8")
    if vectors is not None:
        vectors.save(folder / VECTORS)


def _make_readable(folder: Path) -> None:
    """Let everyone read a folder: mkdtemp and safetensors write for their owner alone."""
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)


def load_model(folder: Path) -> Model:
    """Read a model folder, or the model of a run folder.

    Raises InputError where the folder is no model, is damaged, or was written by another version.
    """
    if os.path.exists(folder / "model" / DESCRIPTION):  # noqa: PTH110 (never raises)
        folder = folder / "model"
    description = _read_description(folder)
    try:
        arrays = load_file(folder / WEIGHTS)
        vectors = None if description.vectors is None else WordVectors.open(folder / VECTORS)
        vocabulary = Vocabulary(_read_lines(folder / VOCABULARY), vectors)
        stored = json.loads((folder / FEATURES).read_text("utf-8"))
        features = [FeatureTable.restored(feature) for feature in stored]
        mentions = _read_mentions(folder / MENTIONS)
        network = _network(arrays, features, description)
        _check_consistent(network, vocabulary, features, description)
    except DAMAGE as error:
        raise InputError(f"the model in {folder.absolute()} is damaged: {error}") from None
    return Model(
        network=network,
        vocabulary=vocabulary,
        features=features,
        window=description.window,
        tags=description.tags,
        scheme=description.scheme,
        output_scheme=description.output_scheme,
        decode=description.decode,
        factor=description.vector_factor,
        layout=description.layout,
        document_block=description.document_block,
        mentions=mentions,
    )


def _read_mentions(path: Path) -> list[Mention] | None:
    if not path.exists():
        return None
    mentions = [tuple(line.split("\t")) for line in _read_lines(path)]
    if any(len(mention) < 2 for mention in mentions):
        raise ValueError(f"{MENTIONS} has a line without type and tokens")
    return mentions


def _read_description(folder: Path) -> Description:
    path = folder / DESCRIPTION
    try:
        content = yaml.safe_load(path.read_bytes())
    except OSError:
        raise InputError(
            f"{folder.absolute()} is no model folder: it has no {DESCRIPTION}"
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise InputError(f"{path.absolute()} is not YAML: the model is damaged") from None
    number = content.get("format") if isinstance(content, dict) else None
    if isinstance(number, int) and number < FORMAT:
        raise InputError(
            f"{folder.absolute()} is of format {number}, written by a development version before "
            "the first release; train it again"
        )
    if isinstance(number, int) and number > FORMAT:
        raise InputError(
            f"{folder.absolute()} is of format {number}, newer than this ner-window reads "
            f"({FORMAT}); update ner-window"
        )
    try:
        return Description.model_validate(content)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise InputError(f"{path.absolute()} is damaged at {place or 'its top'}") from None


def _network(
    arrays: dict[str, Array], features: list[FeatureTable], description: Description
) -> WindowNetwork:
    names = [feature.name for feature in features]
    is_sentence, is_prelu = description.head == "sentence", description.nonlinearity == "prelu"

    def parameter(name: str) -> ad.Parameter:
        return ad.Parameter(arrays[name], name)

    is_trained = description.are_vectors_trained
    words = parameter("words") if is_trained else ad.Tensor(arrays["words"], "words")
    suffixes = ["", *map(str, range(2, description.layers + 1))]
    return WindowNetwork(
        tables=[words, *map(parameter, names)],
        hidden=[
            Hidden(
                parameter(f"W{suffix}"),
                parameter(f"b{suffix}"),
                parameter(f"a{suffix}") if is_prelu else None,
            )
            for suffix in suffixes
        ],
        output_weights=parameter("U"),
        output_bias=parameter("c"),
        transitions=parameter("T") if is_sentence else None,
        nonlinearity=description.nonlinearity,
        head=description.head,
        context=description.context,
    )


def _check_consistent(
    network: WindowNetwork,
    vocabulary: Vocabulary,
    features: list[FeatureTable],
    description: Description,
) -> None:
    """Raise ValueError where the parts of a model folder do not belong together."""
    tables, vectors = network.tables, vocabulary.vectors
    width = description.window * sum(table.shape[1] for table in tables)
    expected: dict[str, tuple[int, ...]] = {
        "words": (len(vocabulary), vectors.dimension if vectors else tables[0].shape[1])
    }
    for feature, table in zip(features, tables[1:], strict=True):
        expected[feature.name] = (len(feature), table.shape[1])
    for layer in network.hidden:
        units = len(layer.bias.data)
        for parameter in layer.parameters:
            expected[str(parameter.name)] = (units,)
        expected[str(layer.weights.name)] = (units, width)
        width = units
    width *= 2 if network.context == "document" else 1
    tag_count = len(description.tags)
    outputs = 1 if network.head in ("binary", "margin") else tag_count
    expected |= {"U": (outputs, width), "c": (outputs,), "T": (tag_count + 1, tag_count + 1)}
    for name, array in network.named_arrays().items():
        if array.shape != expected[name]:
            raise ValueError(f"{name} has shape {array.shape}, expected {expected[name]}")
    if vectors and vectors.sha256 != description.vectors:
        raise ValueError(f"{VECTORS} holds the vectors of another file")


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_bytes("\n".join(lines).encode("utf-8"))


def _read_lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8").split("\n")
