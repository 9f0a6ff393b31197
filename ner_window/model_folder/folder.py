"""The model as a folder: safetensors, YAML and word lists, no pickle.

    model.yaml             format number, tags, schemes, window, nonlinearity, layout of files,
                           where the pretrained vectors come from: see ``description``
    weights.safetensors    every array of the network; `words` is the trainable table. The other
                           networks of an ensemble are in weights-2.safetensors and so on
    vocabulary.txt         the key of each row of `words`, one a line
    mentions.txt           the distinct mentions of the training data: type and tokens, with tabs
                           between them; absent in models of earlier development versions
    features.json          the features in order, with the value of each row of their tables
    tokenizer.json         how text is cut into sentences and tokens
    vectors.safetensors    pretrained vectors and their words, so that the folder works when copied
                           elsewhere: see ``vectors.file``. float32 or float16, all or a part

    provenance.json        what it learned from, how, and its scores: see ``provenance``; only where
                           a run was finished
    MODEL.md               the card, for people, never read as data: see ``card``

The vectors are absent where training started from random vectors, and where the folder refers to
them by the hash of their file: then they are found among the converted vectors of the machine.

This is format 8. Older formats are read, not written: see ``old_formats``.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

import autodiff as ad
from ner_window.arrays import Array, BoolArray
from ner_window.corpora.spans import Mention
from ner_window.corpora.tags import legal_transitions
from ner_window.encoding.features import FeatureTable
from ner_window.encoding.vocabulary import Vocabulary
from ner_window.errors import InputError
from ner_window.files import new_folder
from ner_window.model.building import encoder_of
from ner_window.model.model import Model
from ner_window.model.network import WindowNetwork, network_of
from ner_window.model.parameters import Stored
from ner_window.model_folder import old_formats
from ner_window.model_folder.description import (
    DESCRIPTION,
    FORMAT,
    Description,
    Saved,
    SavedVectors,
    read_description,
)
from ner_window.model_folder.several_runs import describe_runs
from ner_window.tokenization.tokenizer import BY_RULES, Tokenizer
from ner_window.vectors.word_vectors import WordVectors, cache_folder, converted_path

WEIGHTS = "weights.safetensors"
VOCABULARY, FEATURES, TOKENIZER = "vocabulary.txt", "features.json", "tokenizer.json"
MENTIONS, VECTORS = "mentions.txt", "vectors.safetensors"
FIRST_WITH_TOKENIZER = 8
DAMAGE = (OSError, SafetensorError, KeyError, ValueError, TypeError, RecursionError)


def save_model(model: Model, folder: Path, saved: Saved = "float32") -> None:
    """Write a model folder, which appears whole or not at all, over the last one of the run.

    ``saved`` is what it is to hold of the pretrained vectors. Raises InputError where it cannot be
    written, or the model does not have them as they are asked for.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {folder.absolute()}: {error.strerror}") from None
    with new_folder(folder, may_replace=True) as work:
        write_model(model, work, saved)


def write_model(
    model: Model,
    folder: Path,
    saved: Saved,
    is_kept: BoolArray | None = None,
    kept: int | None = None,
) -> None:
    """Write a model into a folder that is empty.

    Parameters
    ----------
    model
        What is written.
    folder
        Where to.
    saved
        How its vectors are held: by their hash alone, or in the folder, in a precision.
    is_kept
        Tells of each vector (V,) whether the folder holds it; None for all.
    kept
        How many of the first vectors it holds, beside others; None for all.

    Raises
    ------
    InputError
        As :func:`save_model` does.
    OSError
        Where a file cannot be written.
    """
    vectors = model.vectors
    if vectors is not None:
        _check_storable(vectors, saved)
    network = model.network
    description = Description(
        format=FORMAT,
        window=network.window,
        head=network.head.section,
        context=network.context.section,
        document_block=model.encoder.document_block,
        nonlinearity=network.hidden[0].section,
        layers=len(network.hidden),
        are_vectors_trained=isinstance(network.tables[0], ad.Parameter),
        networks=len(model.networks),
        tags=model.tags,
        scheme=model.scheme,
        output_scheme=model.output_scheme,
        decode=model.decode,
        temperature=model.temperature,
        layout=model.layout,
        vector_factor=model.encoder.factor,
        unseen=model.encoder.unseen,
        undoes_misspelling=model.vocabulary.undoes_misspelling,
        vectors=vectors
        and SavedVectors(
            sha256=vectors.sha256,
            name=vectors.name,
            saved=saved,
            kept=vectors.kept if kept is None else kept,
        ),
    )
    (folder / DESCRIPTION).write_text(description.to_yaml(), "utf-8")
    for network, path in zip(model.networks, _weights(folder, len(model.networks)), strict=True):
        save_file(network.named_arrays(), path)
    _write_lines(folder / VOCABULARY, model.vocabulary.keys)
    if model.mentions is not None:
        _write_lines(folder / MENTIONS, ["\t".join(mention) for mention in model.mentions])
    features = [feature.stored() for feature in model.features]
    (folder / FEATURES).write_text(json.dumps(features), "ascii")
    (folder / TOKENIZER).write_text(json.dumps(model.tokenizer.stored(), indent=0), "ascii")
    if vectors is not None and saved != "reference":
        vectors.save(folder / VECTORS, saved, is_kept)
    _make_readable(folder)


def _weights(folder: Path, count: int) -> list[Path]:
    """Return the files of the weights of each network of a folder."""
    first = folder / WEIGHTS
    return [first, *(first.with_stem(f"{first.stem}-{n}") for n in range(2, count + 1))]


def _check_storable(vectors: WordVectors, saved: Saved) -> None:
    """Raise InputError where the vectors are less than what is asked for."""
    if saved == "reference" and vectors.kept is not None:
        raise InputError("pruned vectors cannot be saved as a reference: their file holds others")
    if saved != "float16" and vectors.precision == "float16":
        raise InputError(
            f"the vectors are of half precision: as {saved} they need their file (--vectors FILE)"
        )


def _make_readable(folder: Path) -> None:
    """Let everyone read a folder: safetensors writes for its owner alone."""
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)


def load_model(folder: Path, vectors: WordVectors | None = None) -> Model:
    """Read a model folder, or the model of a run folder.

    ``vectors`` are taken instead of those that the folder holds or refers to, if they are of the
    same file. Raises InputError where the folder is no model, is damaged, or was written by a newer
    version, and where vectors that it refers to are not on this machine.
    """
    folder = model_folder(folder)
    description = read_description(folder)
    if description.vectors is not None:
        vectors = vectors or _find_vectors(folder, description.vectors, description.format)
        _check_source(folder, vectors, description.vectors)
    try:
        arrays = [load_file(path) for path in _weights(folder, description.networks)]
        keys = _read_lines(folder / VOCABULARY)
        vocabulary = Vocabulary(keys, vectors, description.undoes_misspelling)
        stored = json.loads((folder / FEATURES).read_text("utf-8"))
        if description.format == 1:
            stored = old_formats.features_of_format_1(stored)
        features = [FeatureTable.restored(feature) for feature in stored]
        mentions = _read_mentions(folder / MENTIONS)
        tokenizer = read_tokenizer(folder, description.format)
        networks = [_network(each, vocabulary, features, description) for each in arrays]
    except DAMAGE as error:
        raise InputError(f"the model in {folder.absolute()} is damaged: {error}") from None
    return Model(
        network=networks[0],
        others=networks[1:],
        encoder=encoder_of(
            networks[0],
            vocabulary,
            features,
            description.vector_factor,
            description.unseen,
            description.document_block,
        ),
        tags=description.tags,
        scheme=description.scheme,
        output_scheme=description.output_scheme,
        decode=description.decode,
        temperature=description.temperature,
        layout=description.layout,
        mentions=mentions,
        tokenizer=tokenizer,
    )


def model_folder(folder: Path) -> Path:
    """Return the model folder that is meant: that of a run, or the folder itself.

    Raises InputError where it holds several runs.
    """
    if os.path.exists(folder / "model" / DESCRIPTION):  # noqa: PTH110 (never raises)
        return folder / "model"
    if not os.path.exists(folder / DESCRIPTION) and (several := describe_runs(folder)):  # noqa: PTH110
        raise InputError(several)
    return folder


def _find_vectors(folder: Path, known: SavedVectors, number: int) -> WordVectors:
    """Open the vectors that a model folder of some format holds or refers to."""
    is_reference = known.saved == "reference"
    try:
        if number == 1:
            return old_formats.vectors_of_format_1(folder, known.sha256)
        path = converted_path(known.sha256) if is_reference else folder / VECTORS
        return replace(WordVectors.open(path), name=known.name, kept=known.kept)
    except DAMAGE as error:
        if is_reference:
            raise InputError(_missing(folder, known)) from None
        raise InputError(f"the model in {folder.absolute()} is damaged: {error}") from None


def _missing(folder: Path, known: SavedVectors) -> str:
    config = folder.parent / "config.yaml"
    where = f" (its path in training: see {config.absolute()})" if config.exists() else ""
    return (
        f"{folder.absolute()} refers to the vectors of {known}, which are not among the converted "
        f"ones of this machine ({cache_folder()}); bring them: ner-window vectors convert "
        f"{known.name or 'FILE'}{where}, or make a folder that holds them: ner-window model bundle "
        f"{folder} --vectors {known.name or 'FILE'} --out DIR"
    )


def _check_source(folder: Path, vectors: WordVectors, known: SavedVectors) -> None:
    if vectors.sha256 != known.sha256:
        raise InputError(
            f"{vectors.name or 'the file of vectors'} (SHA-256 {vectors.sha256[:12]}...) is not "
            f"what the model in {folder.absolute()} was trained with: {known}"
        )


def _read_mentions(path: Path) -> list[Mention] | None:
    if not path.exists():
        return None
    mentions = [tuple(line.split("\t")) for line in _read_lines(path)]
    if any(len(mention) < 2 for mention in mentions):
        raise ValueError(f"{MENTIONS} has a line without type and tokens")
    return mentions


def read_tokenizer(folder: Path, number: int) -> Tokenizer:
    """Return the tokenizer of a folder of some format.

    Raises InputError where nobody knows it, one of DAMAGE where it is damaged.
    """
    if number < FIRST_WITH_TOKENIZER:
        return BY_RULES
    return Tokenizer.restored(json.loads((folder / TOKENIZER).read_text("utf-8")))


def _network(
    arrays: dict[str, Array],
    vocabulary: Vocabulary,
    features: list[FeatureTable],
    description: Description,
) -> WindowNetwork:
    """Return the network of stored arrays. KeyError or ValueError where they do not fit."""
    words = _table("words", arrays, len(vocabulary))
    if vocabulary.vectors and words.shape[1] != vocabulary.vectors.dimension:
        raise ValueError(f"words has rows of {words.shape[1]}, other than the vectors")
    tables = [words if description.are_vectors_trained else ad.Tensor(words.data, "words")]
    tables += [_table(feature.name, arrays, len(feature)) for feature in features]
    suffixes = ["", *map(str, range(2, description.layers + 1))]
    units = [len(arrays[f"b{suffix}"]) for suffix in suffixes]
    legal = legal_transitions(description.tags, description.scheme)
    return network_of(description, tables, units, legal, Stored(arrays))


def _table(name: str, arrays: dict[str, Array], rows: int) -> ad.Parameter:
    array = arrays[name]
    expected = (rows, *array.shape[1:2])
    if array.ndim != 2 or array.shape != expected:
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}")
    return ad.Parameter(array, name)


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_bytes("\n".join(lines).encode("utf-8"))


def _read_lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8").split("\n")
