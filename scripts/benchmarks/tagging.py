"""Tagging CoNLL-2003 dev on one core, beside python-crfsuite and PyTorch.

Four models are trained once and kept in runs/benchmark-tagging:

    softmax        word and capitalization, window 5, tanh 100, softmax over IOBES, legal paths
    document       configs/conll2003/document.yaml: affixes and shape, 400 rectified units, document
                   context, sentence likelihood
    document 100   the same with 100 units
    best           configs/conll2003/best.yaml: 400 and 200 units, context of sentence and document

Beside them, a CRF with the usual features. All take turns. Seconds are those of the process (CPU),
since other processes may hold the core for a while; tables are warm unless something else is said.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.large_corpus import peak_of_own_memory
from benchmarks.timing import interleaved, medians
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.units import Unit
from ner_window.tagging.positions import Positions
from ner_window.tagging.tagger import Tagger

FOLDER = Path("runs/benchmark-tagging")
TRAIN, DEV = Path("data/conll2003/eng.train"), Path("data/conll2003/eng.testa")
SETTINGS = {
    "softmax": ["finetuned.yaml", "--set", "model.hidden=100", "--set", "training.epochs=3"],
    "document": ["document.yaml", "--set", "training.epochs=2"],
    "document 100": ["document.yaml", "--set", "model.hidden=100", "--set", "training.epochs=2"],
    "best": ["best.yaml", "--set", "training.epochs=2"],
}
ROUNDS = 9
CRF_ITERATIONS = 30
TOKENS_PER_STEP = 4096  # of PyTorch
STREAM_COPIES = 40

Sentences = list[list[str]]


def run() -> None:
    """Print tokens a second, memory and loading time."""
    folders = {name: trained(name) for name in SETTINGS}
    corpus = read_corpus(DEV)
    documents = documents_of(corpus)
    functions: dict[str, Callable[[], object]] = {}
    for name, folder in folders.items():
        for cache in (64, 128):
            tagger = Tagger.load(folder, cache_mb=cache)
            label = f"{name}, {cache} MB of tables"
            functions[f"{label}: tokens to tags"] = tokens_to_tags(tagger, documents)
            functions[f"{label}: raw text to entities"] = text_to_entities(tagger, documents)
        functions[f"{name}, cold tables: tokens to tags"] = cold(tagger, documents)
        if importlib.util.find_spec("torch") and name != "best":  # the peer has one layer
            functions[f"{name} in PyTorch, argmax: tokens to tags"] = torch_tags(tagger, corpus)
    if importlib.util.find_spec("pycrfsuite"):
        functions |= crf_tags(corpus)
    seconds = medians(interleaved(functions, ROUNDS, 2, time.process_time))
    width = max(map(len, seconds))
    print(f"{'':<{width}}  tokens/s")
    for name, median in seconds.items():
        print(f"{name:<{width}} {corpus.token_count / median:>9,.0f}")
    for name, folder in folders.items():
        print_process(name, folder)
    print_stream(folders["softmax"])


def trained(name: str) -> Path:
    """Return the folder of a model, which is trained where there is none yet."""
    folder = FOLDER / name
    if not (folder / "scores.json").exists():
        config, *settings = SETTINGS[name]
        command = [sys.executable, "-m", "ner_window", "train", f"configs/conll2003/{config}"]
        subprocess.run([*command, *settings, "--out", str(folder)], check=True)
    return folder


def documents_of(corpus: Corpus) -> list[Sentences]:
    documents: list[Sentences] = []
    for sentence in corpus:
        if sentence.document >= len(documents):
            documents.append([])
        documents[-1].append(sentence.tokens)
    return documents


def tokens_to_tags(tagger: Tagger, documents: list[Sentences]) -> Callable[[], object]:
    return lambda: list(tagger.tag_documents(documents))


def text_to_entities(tagger: Tagger, documents: list[Sentences]) -> Callable[[], object]:
    texts = [" ".join(token for tokens in document for token in tokens) for document in documents]
    return lambda: list(tagger.tag_many(texts))


def cold(tagger: Tagger, documents: list[Sentences]) -> Callable[[], object]:
    """Words are met for the first time: nothing is tabulated yet."""
    return lambda: list(Tagger(tagger.model).tag_documents(documents))


def torch_tags(tagger: Tagger, corpus: Corpus) -> Callable[[], object]:
    """The same network: one embedding of each distinct word with its features, W, f, U, argmax."""
    import torch

    torch.set_num_threads(1)
    model, table = tagger.model, tagger.scorers[0].tokens
    words = corpus.tokens.words.categories
    padding = np.zeros((1, table.weights.shape[1]), np.float32)
    vectors = torch.from_numpy(np.concatenate((padding, table.vectors_of(words))))
    number_of = {word: number for number, word in enumerate(words, start=1)}
    network = model.network
    w = torch.from_numpy(np.ascontiguousarray(table.weights.reshape(-1, table.weights.shape[2])))
    b = torch.from_numpy(network.hidden[0].bias.data)
    u = torch.from_numpy(np.ascontiguousarray(network.head.weights.data.T))
    c = torch.from_numpy(network.head.bias.data)
    f = {"tanh": torch.tanh, "relu": torch.relu}[network.hidden[0].operation]
    tokens, sentences = corpus.tokens.strings, corpus.tokens
    positions = Positions.of(sentences, network.window // 2)
    groups = (
        torch.from_numpy(groups_of(sentences)) if network.context.unit == Unit.DOCUMENTS else None
    )

    def tag() -> list[str]:
        numbers = np.fromiter(map(number_of.__getitem__, tokens), np.int64, len(tokens))
        stream = positions.stream(numbers)
        hidden = []
        with torch.inference_mode():
            for start in range(0, len(tokens), TOKENS_PER_STEP):
                windows = positions.windows(slice(start, start + TOKENS_PER_STEP), stream)
                ids = torch.from_numpy(np.ascontiguousarray(windows.T))
                x = torch.nn.functional.embedding(ids, vectors).view(len(ids), -1)
                hidden.append(f(torch.addmm(b, x, w)))
            h = torch.cat(hidden)
            if groups is not None:
                h = torch.cat((h, others_mean(h, groups)), dim=1)
            best = torch.addmm(c, h, u).argmax(dim=1)
        return list(map(model.tags.__getitem__, best.tolist()))

    return tag


def groups_of(sentences: Tokens) -> np.ndarray:
    """Return the mention group of each token; tokens without one have a group of their own."""
    from ner_window.encoding.documents import mention_groups

    groups = mention_groups(sentences, sentences.document_of)
    alone = groups < 0
    groups[alone] = groups.max() + 1 + np.arange(alone.sum())
    return np.unique(groups, return_inverse=True)[1]


def others_mean(h: Any, groups: Any) -> Any:
    import torch

    count = int(groups.max()) + 1
    sums = torch.zeros(count, h.shape[1]).index_add_(0, groups, h)
    sizes = torch.bincount(groups, minlength=count)[groups].unsqueeze(1)
    return (sums[groups] - h) / torch.clamp(sizes - 1, min=1)


def crf_tags(corpus: Corpus) -> dict[str, Callable[[], object]]:
    """python-crfsuite, with features at hand and with their extraction."""
    import pycrfsuite

    path = FOLDER / "crf.crfsuite"
    if not path.exists():
        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.set_params({"c1": 1.0, "c2": 1e-3, "max_iterations": CRF_ITERATIONS})
        for sentence in read_corpus(TRAIN, Layout()):
            trainer.append(features_of(sentence.tokens), sentence.tags)
        trainer.train(str(path))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    sentences = [sentence.tokens for sentence in corpus]
    ready = [pycrfsuite.ItemSequence(features_of(tokens)) for tokens in sentences]
    return {
        "python-crfsuite, features at hand": lambda: [tagger.tag(items) for items in ready],
        "python-crfsuite: tokens to tags": lambda: [
            tagger.tag(features_of(tokens)) for tokens in sentences
        ],
    }


def features_of(tokens: list[str]) -> list[list[str]]:
    """Return the features of the library's own CoNLL example, parts of speech left out."""
    own = [
        [
            f"word.lower={token.lower()}",
            f"word[-3:]={token[-3:]}",
            f"word[-2:]={token[-2:]}",
            f"word.isupper={token.isupper()}",
            f"word.istitle={token.istitle()}",
            f"word.isdigit={token.isdigit()}",
        ]
        for token in tokens
    ]
    near = [[items[0], items[3], items[4]] for items in own]
    return [
        [
            "bias",
            *items,
            *([f"-1:{item}" for item in near[i - 1]] if i else ["BOS"]),
            *([f"+1:{item}" for item in near[i + 1]] if i + 1 < len(near) else ["EOS"]),
        ]
        for i, items in enumerate(own)
    ]


PROCESS = """\
import json, sys, time
start = time.perf_counter()
from ner_window import Tagger
tagger = Tagger.load(sys.argv[1])
loaded = time.perf_counter() - start
from pathlib import Path
def own():
    lines = Path("/proc/self/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1e3
at_rest = own()
document = []
for line in open(sys.argv[2]):
    if line.startswith("-DOCSTART-"):
        if document: tagger.tag_tokens(document)
        document = [[]]
    elif line.strip(): document[-1].append(line.split()[0])
    elif document[-1]: document.append([])
tagger.tag_tokens(document)
print(json.dumps([loaded, at_rest, own()]))
"""


def print_process(name: str, folder: Path) -> None:
    """Print the time to load a model in a fresh process, and the memory of tagging dev there."""
    results = []
    for _ in range(5):
        command = [sys.executable, "-c", PROCESS, str(folder), str(DEV)]
        results.append(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
    loaded, at_rest, used = np.median(results, axis=0)
    print(
        f"{name}: imported and loaded in {loaded:.2f} s; memory of its own {at_rest:.0f} MB, "
        f"after tagging dev {used:.0f} MB"
    )


def print_stream(folder: Path) -> None:
    """Print speed and peak memory of the command on a file that is read as a stream."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "long.txt"
        sentences = (" ".join(sentence.tokens) for sentence in read_corpus(DEV))
        path.write_text("\n".join(sentences).replace("-DOCSTART-", "") * STREAM_COPIES)
        command = [sys.executable, "-m", "ner_window", "tag", str(folder), str(path)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        process = subprocess.Popen([*command, "--out", f"{name}/out.jsonl"])
        peak = peak_of_own_memory(process)
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        size = path.stat().st_size / 1e6
    print(f"a stream of {size:.0f} MB of raw text: {seconds:.1f} s, at most {peak:.0f} MB its own")
