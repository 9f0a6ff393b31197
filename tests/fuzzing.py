"""Damaged files, and the readers that must survive them.

A reader survives what it takes, and what it refuses with an InputError; anything else that it
raises would reach the user as a traceback. The suite tries a few thousand files,
``scripts/fuzz.py`` as many as one likes.
"""

from __future__ import annotations

import gzip
import html
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from ner_window.config.file import load_config
from ner_window.corpora.conll import Layout
from ner_window.corpora.conversion import converted
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.gazetteer import read_entries
from ner_window.errors import InputError
from ner_window.model_folder.bundling import bundle_model
from ner_window.model_folder.folder import load_model
from ner_window.model_folder.summary import summarize
from ner_window.parallel import Workers
from ner_window.scoring.score import score_file
from ner_window.tagging.inputs import INPUTS, Source
from ner_window.tagging.outputs import OUTPUTS
from ner_window.tagging.outputs.spans import ESCAPES
from ner_window.tagging.streams import Task, tag_to
from ner_window.vectors.word_vectors import load_vectors

CONLL = b"""-DOCSTART- -X- O

EU NNP I-ORG
rejects VBZ O
New NNP B-MISC
Jersey NNP E-MISC

Z\xc3\xbcrich NNP S-LOC
. . O
"""
UTF16 = CONLL.decode().encode("utf-16")
SCORED = b"EU NNP B-ORG I-ORG\nrejects VBZ O O\n\nOslo NNP B-LOC B-PER\n"
JSONL = b"""{"text": "Mr. Smith left Oslo.", "entities": [{"start": 4, "end": 9, "label": "PER"}]}
{"text": "a b", "entities": [], "tokens": [{"start": 0, "end": 1}], "document": 3}
"""
GLOVE = b"the 0.1 -0.2 1e-3\n, 1 2 3\n. . . 4 5 6\nOslo 0.5 0.5 0.5\n"
BINARY = b"2 3\n" + b"".join(
    word + b" " + np.arange(3, dtype="<f4").tobytes() + b"\n" for word in (b"the", b"Oslo")
)
CONFIG = b"""seed: 3
data: {train: a.conll, dev: b.conll, columns: {token: 0, tag: -1}}
embeddings: {path: v.txt, scale: 0.5, trainable: true}
features: {shape: 3, prefixes: {lengths: [2, 3]}, gazetteers: {files: {LOC: [a, b]}}}
model: {window: 5, hidden: 30}
training: {epochs: 2, schedule: {name: halving, every: 3}}
"""
GAZETTEER = b"New York\nOslo\n"

FRAGMENTS = [
    *(b"\0", b"\r", b"\n", b"\n\n\n", b"\t", b" ", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xa8"),
    *(b"-DOCSTART-", b"B-", b"I-X", b"O", b"-", b"nan", b"inf", b"1e400", b"0", b"-1"),
    *(b"99999999999999999999", b"4" * 5000, b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\ud800"),
    *(b"&a", b"*a", b"!!python/object:os.system", b"null", b"true", b"\x1f\x8b", b"\x80\x04"),
    *(b"[" * 3000, b"{a: " * 2000, b"x" * 70_000, b"\xf0\x9f\x98\x80", b"#", b"  - "),
]


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Return the content with some damage, or something else altogether."""
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(200))
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        content = rng.choice(MUTATIONS)(content, rng)
    return content


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return content
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def _cut_off(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))]


def _remove(content: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(content, rng)
    return content[:start] + content[end:]


def _repeat(content: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(content, rng)
    return content[:end] + content[start:end] * rng.choice((1, 2, 50)) + content[end:]


def _insert(content: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(content))
    return content[:at] + rng.choice(FRAGMENTS) + content[at:]


def _overwrite(content: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(content, rng)
    return content[:start] + rng.choice(FRAGMENTS) + content[end:]


def _shuffle_lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def _stretch(content: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randint(0, len(content))
    return start, rng.randint(start, min(len(content), start + rng.choice((1, 4, 30))))


MUTATIONS = [_flip, _cut_off, _remove, _repeat, _insert, _overwrite, _shuffle_lines]


@dataclass(frozen=True)
class Target:
    """A reader, and files that it takes, from which the damaged ones are made."""

    read: Callable[[Path], object]
    seeds: list[bytes]
    ending: str = ""


def _use_corpus(path: Path) -> None:
    corpus = read_corpus(path)
    corpus.broken_lines  # noqa: B018
    list(corpus)
    for target in ("iob1", "bilou", "jsonl"):
        for _ in converted(path, Layout(), target):
            pass


def _use_vectors(path: Path) -> None:
    vectors = load_vectors(path)
    vectors.rows(vectors.find(["the", "Oslo", "nowhere", "\ud800"]))


TARGETS = {
    "conll": Target(_use_corpus, [CONLL, CONLL.replace(b" ", b"\t"), b"\xef\xbb\xbf" + CONLL]),
    "tokens": Target(
        lambda path: list(Source(path, INPUTS["conll"], Layout(comment="#"), None).pieces()),
        [CONLL, b"# note\n" + CONLL, b"Oslo\n"],
    ),
    "utf-16": Target(lambda path: read_corpus(path, Layout(encoding="utf-16")), [UTF16]),
    "jsonl": Target(_use_corpus, [JSONL], ".jsonl"),
    "score": Target(lambda path: score_file(path).report(), [SCORED]),
    "vectors": Target(
        _use_vectors,
        [GLOVE, b"4 3\n" + GLOVE, BINARY, gzip.compress(GLOVE, mtime=0), gzip.compress(BINARY)],
    ),
    "config": Target(load_config, [CONFIG]),
    "gazetteer": Target(lambda path: read_entries([path]), [GAZETTEER]),
}


def attack(target: Target, folder: Path, rng: random.Random) -> bool:
    """Give a reader one damaged file; return whether it took it.

    Raises what the reader raises, if that is no InputError; the file is left for inspection.
    """
    path = folder / f"input{target.ending}"
    path.write_bytes(mutated(rng.choice(target.seeds), rng))
    return _survives(lambda: target.read(path))


def attack_model(model: Path, folder: Path, rng: random.Random) -> bool:
    """Damage one file of a copy of a model folder; return whether it can still be used.

    What is told of the folder, and a bundle of it, may be refused on their own.
    """
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(model, copy)
    path = copy / rng.choice(sorted(file.name for file in copy.iterdir()))
    path.write_bytes(mutated(path.read_bytes(), rng))
    _survives(lambda: (summary := summarize(copy)) and (str(summary), summary.as_dict()))
    _survives(lambda: bundle_model(copy, folder / f"bundle-{rng.getrandbits(64)}"))
    return _survives(lambda: load_model(copy).tag(Tokens.of([["Anna", "left", "Oslo"]])))


def _survives(read: Callable[[], object]) -> bool:
    with np.errstate(all="ignore"):  # weights may be any numbers after damage
        try:
            read()
        except InputError as error:
            assert str(error).strip()
            return False
    return True


TEXT = "Mr. Smith left Oslo.\n\n\u05e9\u05dc\u05dd \U0001f600 e\u0301 東京. The U.N.\n".encode()
TOKENS = b"Mr. Smith left Oslo .\n\nAnna in Z\xc3\xbcrich\n"
HOSTILE = [
    *(b"", b"\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"Oslo", b"Oslo\rAnna\r\rleft\r", b"\x0c"),
    *(b"x" * 1_000_000, b"x " * 50_000, b"." * 50_000, b"\0" * 10_000, b"\n" * 50_000),
    *(
        "\u2028a\u2029b\x85c\u00a0. d".encode(),
        "\u202eabc\u202c \u200f".encode(),
        b"a\r\n\r\nb\r\n",
    ),
    *(b'{"text": "\\ud800"}', b'{"text": "a\\u0000\\u2028b", "x": "\\udfff"}', b'{"text": ""}'),
    *(
        b'{"text": "' + b"y" * 1_000_000 + b'"}',
        "\U0001f468\u200d\U0001f469\u200d\U0001f467".encode(),
    ),
    *(
        b"Oslo\tLOC\n" * 5_000,
        "\u0301\u0301\u0301".encode() * 500,
        b"&<b>\"'</mark>",
        b"$x ${y} {z}",
    ),
]
TAGGED_SEEDS: dict[str, list[bytes]] = {
    "raw": [TEXT, TEXT.replace(b"\n", b"\r\n"), *HOSTILE],
    "conll": [CONLL, CONLL.replace(b" ", b"\t"), b"Oslo\nis\n\nAnna", *HOSTILE],
    "jsonl": [JSONL, b'{"text": "Oslo\\n", "id": [1, {"a": 2.5}]}\n', *HOSTILE],
    "tokens": [TOKENS, *HOSTILE],
}


def attack_tagger(
    model: Path, folder: Path, rng: random.Random, kind: str, output: str, share: float = 0.7
) -> bool:
    """Tag one hostile file; return whether it was taken.

    Raises AssertionError where a part of its text is in no line that was written.
    """
    path, content = folder / "input", rng.choice(TAGGED_SEEDS[kind])
    path.write_bytes(mutated(content, rng) if rng.random() < share else content)
    written: list[str] = []

    def tag() -> None:
        task = Task(model, 1, OUTPUTS[output], rng.choice((0, 0.5)))
        source = Source(path, INPUTS[kind], Layout(), None)
        tag_to(written.append, task, [source], Workers(1), lambda count: None)

    if not _survives(tag):
        return False
    result = "".join(written)
    result.encode()
    assert not result or result.endswith("\n")
    _check_complete(path, kind, output, result)
    return True


def _check_complete(path: Path, kind: str, output: str, result: str) -> None:
    """Check that every character that is not white space has been written."""
    pieces_read = list(Source(path, INPUTS[kind], Layout(), None).pieces())
    if output == "spans":
        file = path.read_bytes().decode("utf-8-sig")
        for row in result[:-1].split("\n") if result else []:
            _, start, end, _, _, words = row.split("\t")
            if kind in ("raw", "tokens"):
                assert file[int(start) : int(end)].translate(ESCAPES) == words
        return
    if output == "html":
        body = result[result.rindex("</h2>") : result.rindex("</main>")]
        result = html.unescape(re.sub(r"<b>[^<]*</b>(<i>[^<]*</i>)?</mark>|<[^>]*>", "", body))
    if output == "jsonl":
        lines = result.split("\n")[:-1]
        result = "".join(json.loads(line)["text"] for line in lines)
    whole = (piece.tokens if output == "conll" else piece.text for piece in pieces_read)
    expected = Counter(chain.from_iterable(chain.from_iterable(whole)))
    for character, count in expected.items():
        assert character.isspace() or result.count(character) >= count, repr(character)
