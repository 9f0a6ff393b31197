"""Small vector files, the same vectors in each format."""

from __future__ import annotations

import numpy as np

from ner_window.vectors.word_vectors import cache_folder

WORDS = ["the", "Ünïcode", "a.b", "42", "#"]
MATRIX = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


def words_of(loaded):
    return [loaded.index.word(row) for row in range(len(loaded))]


def converted():
    """The converted files of the cache."""
    return list(cache_folder().glob("*.safetensors"))


def text_lines():
    return [
        f"{word} {' '.join(map(repr, row.tolist()))}"
        for word, row in zip(WORDS, MATRIX, strict=True)
    ]


def glove():
    return "\n".join(text_lines()).encode() + b"\n"


def word2vec_text():
    return b"5 3\n" + glove()


def word2vec_binary(newline=b"\n"):
    rows = zip(WORDS, MATRIX, strict=True)
    return b"5 3\n" + b"".join(w.encode() + b" " + row.tobytes() + newline for w, row in rows)


FILES = {
    "glove": glove(),
    "word2vec text": word2vec_text(),
    "fastText .vec": word2vec_text().replace(b"\n", b" \n").replace(b"3 \n", b"3\n", 1),
    "carriage returns": glove().replace(b"\n", b"\r\n"),
    "word2vec binary": word2vec_binary(),
}
