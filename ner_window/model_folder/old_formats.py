"""Older formats of the model folder, read as if they were of today.

Format 7 has no tokenizer: text is cut by the rules, into English sentences. In format 6, besides,
words that training did not show stay where they were pretrained. Format 5, besides, has
no temperature of confidences. Format 4, besides, has the type that a head finds in its
tags alone, and the layer that a context joins apart from the context. Format 3, besides, has
document context after the last layer, or none. Format 2, besides, says of its vectors the hash
only. Format 1, besides, knows no heads, contexts and documents, names the features in
``model.yaml`` and their values in ``features.json``, and holds vectors and words apart:
``vectors.safetensors`` and ``vectors.txt``, one word a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file

from ner_window.corpora.tags import split_tag
from ner_window.vectors.word_vectors import WordVectors

FORMATS = (1, 2, 3, 4, 5, 6, 7)
HEADS_OF_ONE_TYPE = ("binary", "margin")
NEW_IN_2: Mapping[str, Any] = {
    "head": "softmax",
    "context": "window",
    "document_block": None,
    "layers": 1,
}


def upgraded(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of an older ``model.yaml`` as today's has it, but for its number.

    Raises LookupError, TypeError or ValueError where it is not what that format had.
    """
    new = {"temperature": None, **content}
    if content["format"] < 7:
        new["unseen"] = "pretrained"
    if content["format"] == 1:
        token, tag = new.pop("columns")
        new.pop("features")
        new |= {**NEW_IN_2, "layout": {"token": token, "tag": tag}}
        new["vectors"] = new["vectors"] and new["vectors"]["sha256"]
    if content["format"] < 3:
        sha256 = new["vectors"]
        new["vectors"] = sha256 and {"sha256": sha256, "name": None, "saved": "float32"}
    if content["format"] < 4:
        new["context_after"] = {"window": None, "document": new["layers"]}[new["context"]]
    if content["format"] < 5:
        if (after := new.pop("context_after")) is not None:
            new["context"] = {"name": new["context"], "after": after}
        if new["head"] in HEADS_OF_ONE_TYPE:
            new["head"] = {"name": new["head"], "target": split_tag(new["tags"][1])[1]}
    return new


def features_of_format_1(values: Any) -> list[dict[str, Any]]:
    """Return the features of format 1 as they are stored today; "prefix 3" has a length.

    Raises TypeError or ValueError where ``values`` is not what that format had.
    """
    if not isinstance(values, dict):
        raise TypeError("the features are no mapping")
    features = []
    for name, of_feature in values.items():
        kind, _, length = name.partition(" ")
        settings = {"length": int(length)} if length else {}
        features.append({"kind": kind, "settings": settings, "values": of_feature})
    return features


def vectors_of_format_1(folder: Path, sha256: str) -> WordVectors:
    """Read the vectors of format 1 into memory."""
    matrix = load_file(folder / "vectors.safetensors")["vectors"]
    words = (folder / "vectors.txt").read_bytes().decode("utf-8").split("\n")
    if len(words) != len(matrix):
        raise ValueError(f"{len(words)} words for {len(matrix)} vectors")
    return WordVectors.of(words, matrix, float(matrix.std()), sha256)
