"""What a careful person would want to know of the data before training on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import OUTSIDE
from ner_window.corpora.text import Text
from ner_window.encoding.vocabulary import Vocabulary
from ner_window.vectors.word_vectors import WordVectors

Array = NDArray[Any]

RARE = 10  # a label with fewer entities in training is called rare
MOST_EXAMPLES = 5
MOST_MISSING = 10

# The course's rule of thumb: below, training data is too small to move vectors well; above, it is
# large enough; in between, one has to try.
SMALL, LARGE = 100_000, 1_000_000


@dataclass(frozen=True)
class SplitFacts:
    """What one file holds. Shares are in percent; lines are those of the file, from 1."""

    path: str
    documents: int
    borders: str
    sentences: int
    tokens: int
    entities: dict[str, int]
    scheme: str
    broken_lines: list[int]
    cut_tokens: int
    longest_sentence: int
    longest_line: int
    duplicates: int
    duplicates_of_train: int
    duplicate_examples: list[str]
    unseen_tokens: float
    unseen_entity_tokens: float
    coverage: dict[str, float]
    missing_words: dict[str, int]


@dataclass(frozen=True)
class DataReport:
    """The facts of all splits, and what follows from them."""

    splits: dict[str, SplitFacts]
    rare_labels: dict[str, int]
    labels_of_one_split: dict[str, str]
    recommendation: str

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        lines = list(chain.from_iterable(map(_lines_of, self.splits, self.splits.values())))
        if self.rare_labels:
            named = ", ".join(f"{name} ({n})" for name, n in self.rare_labels.items())
            lines.append(f"rare in training, fewer than {RARE} entities: {named}")
        for label, split in self.labels_of_one_split.items():
            lines.append(f"only {split} has entities of type {label}")
        lines.append(self.recommendation)
        return "\n".join(lines)


def check_data(corpora: Mapping[str, Corpus], vectors: WordVectors | None) -> DataReport:
    """Look at the splits of a config: ``train``, ``dev`` and perhaps ``test``."""
    train = corpora["train"]
    vocabulary = Vocabulary.of_training(train.text.tokens, vectors)
    seen = {token.lower() for token in train.text.tokens.values}
    sentences_of_train = {_key(tokens) for tokens in train.text}
    splits = {
        split: _facts(corpus, vocabulary, seen, set() if corpus is train else sentences_of_train)
        for split, corpus in corpora.items()
    }
    of_train = splits["train"].entities
    return DataReport(
        splits=splits,
        rare_labels={label: count for label, count in of_train.items() if count < RARE},
        labels_of_one_split=_labels_of_one_split(splits),
        recommendation=_recommendation(train.token_count, vectors is not None),
    )


def _key(tokens: Sequence[str]) -> bytes:
    """Return what equal sentences have in common, in few bytes."""
    return blake2b("\0".join(tokens).encode(), digest_size=16).digest()


def _facts(
    corpus: Corpus, vocabulary: Vocabulary, seen: set[str], of_train: set[bytes]
) -> SplitFacts:
    words, text = corpus.text.tokens, corpus.text
    keys = list(map(_key, text))
    times = Counter(keys)
    repeated = {key for key, count in times.items() if count > 1}
    shared = times.keys() & of_train
    longest = int(text.lengths.argmax())
    counts = words.counts()
    steps = np.array(vocabulary.steps_of(words.values))
    is_missing = np.isin(steps, ["training only", "unknown"])
    missing = [(words.values[n], int(counts[n])) for n in np.flatnonzero(is_missing).tolist()]
    is_unseen = np.array([word.lower() not in seen for word in words.values])
    is_entity = np.array([tag != OUTSIDE for tag in corpus.tags.values])[corpus.tags.numbers]
    of_entities = np.bincount(words.numbers[is_entity], minlength=len(counts))
    coverage = Counter({step: counts[steps == step].sum() for step in np.unique(steps).tolist()})
    return SplitFacts(
        path=str(corpus.path),
        documents=corpus.document_count,
        borders=corpus.borders,
        sentences=len(corpus),
        tokens=corpus.token_count,
        entities=dict(sorted(corpus.entity_counts().items())),
        scheme=str(corpus.evidence),
        broken_lines=corpus.broken_lines(),
        cut_tokens=corpus.cuts,
        longest_sentence=int(text.lengths[longest]),
        longest_line=int(corpus.lines[text.bounds(longest)][0]),
        duplicates=sum(times[key] - 1 for key in repeated),
        duplicates_of_train=sum(times[key] for key in shared),
        duplicate_examples=_examples(text, keys, times, shared or repeated),
        unseen_tokens=_share(counts[is_unseen], counts),
        unseen_entity_tokens=_share(of_entities[is_unseen], of_entities),
        coverage={step: 100 * int(n) / len(words) for step, n in coverage.most_common()},
        missing_words=dict(sorted(missing, key=lambda pair: (-pair[1], pair[0]))[:MOST_MISSING]),
    )


def _examples(
    text: Text, keys: Sequence[bytes], times: Mapping[bytes, int], chosen: Set[bytes]
) -> list[str]:
    """Return the most frequent ones of the chosen sentences."""
    first = {key: sentence for sentence, key in reversed(list(enumerate(keys))) if key in chosen}
    ordered = sorted(first, key=lambda key: (-times[key], first[key]))
    return [" ".join(text[first[key]]) for key in ordered[:MOST_EXAMPLES]]


def _share(part: Array, whole: Array) -> float:
    """Return the sum of ``part`` in percent of that of ``whole``; 0 where there is nothing."""
    total = int(whole.sum())
    return 100 * int(part.sum()) / total if total else 0.0


def _labels_of_one_split(splits: Mapping[str, SplitFacts]) -> dict[str, str]:
    owners: dict[str, list[str]] = {}
    for split, facts in splits.items():
        for label in facts.entities:
            owners.setdefault(label, []).append(split)
    return {label: names[0] for label, names in owners.items() if len(names) == 1}


def _recommendation(tokens: int, has_vectors: bool) -> str:
    if not has_vectors:
        return "no pretrained vectors: embeddings.trainable has to be true, or nothing is learned"
    start = f"train has {tokens:,} words: "
    if tokens < SMALL:
        return start + f"below {SMALL:,} the rule of thumb is to freeze the vectors; measure both"
    if tokens > LARGE:
        return start + f"above {LARGE:,} the rule of thumb is to fine-tune the vectors"
    return start + (
        f"between {SMALL:,} and {LARGE:,} the rule of thumb is to try both, frozen and fine-tuned"
    )


def _lines_of(split: str, facts: SplitFacts) -> list[str]:
    entities = ", ".join(f"{name} {count:,}" for name, count in facts.entities.items())
    lines = [
        f"{split}: {facts.path}",
        f"  {facts.documents:,} documents (told by {facts.borders}), "
        f"{facts.sentences:,} sentences, {facts.tokens:,} tokens",
        f"  entities: {entities or 'none'}",
        f"  scheme: {facts.scheme}",
        f"  longest sentence: {facts.longest_sentence} tokens, line {facts.longest_line}",
    ]
    if facts.broken_lines:
        shown = ", ".join(map(str, facts.broken_lines[:MOST_EXAMPLES]))
        more = ", ..." if len(facts.broken_lines) > MOST_EXAMPLES else ""
        lines.append(f"  tags that break it: {len(facts.broken_lines):,}, lines {shown}{more}")
    if facts.cut_tokens:
        lines.append(f"  tokens cut where an entity starts or ends in them: {facts.cut_tokens:,}")
    lines.append(f"  sentences that occur again: {facts.duplicates:,}")
    if split != "train":
        lines.append(f"  sentences that train has too: {facts.duplicates_of_train:,}")
        lines.append(
            f"  unseen in train: {facts.unseen_tokens:.1f}% of tokens, "
            f"{facts.unseen_entity_tokens:.1f}% of tokens of entities"
        )
    lines += [f"    for example: {example[:80]}" for example in facts.duplicate_examples[:2]]
    found = ", ".join(f"{step} {share:.1f}%" for step, share in facts.coverage.items())
    lines.append(f"  looked up in the vectors: {found}")
    if facts.missing_words:
        words = ", ".join(f"{word} ({count})" for word, count in facts.missing_words.items())
        lines.append(f"  without a vector, most frequent: {words}")
    return lines
