"""What a careful person would want to know of the data before training on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import chain

from ner_window.corpus import Corpus, Sentence
from ner_window.tags import OUTSIDE, broken_at
from ner_window.vectors import WordVectors
from ner_window.vocabulary import Vocabulary

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
    sentences: int
    tokens: int
    entities: dict[str, int]
    scheme: str
    broken_lines: list[int]
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
    vocabulary = Vocabulary.of_training(_tokens(train), vectors)
    seen = {token.lower() for token in _tokens(train)}
    sentences_of_train = {tuple(sentence.tokens) for sentence in train.sentences}
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


def _tokens(corpus: Corpus) -> Iterable[str]:
    return chain.from_iterable(sentence.tokens for sentence in corpus.sentences)


def _facts(
    corpus: Corpus, vocabulary: Vocabulary, seen: set[str], of_train: set[tuple[str, ...]]
) -> SplitFacts:
    longest = max(corpus.sentences, key=lambda sentence: len(sentence.tokens))
    times = Counter(tuple(sentence.tokens) for sentence in corpus.sentences)
    repeated = [(tokens, count) for tokens, count in times.most_common() if count > 1]
    shared = [(tokens, count) for tokens, count in times.most_common() if tokens in of_train]
    pairs = list(chain.from_iterable(_token_tags(sentence) for sentence in corpus.sentences))
    words = Counter(token for token, _ in pairs)
    steps = {word: vocabulary.step_of(word) for word in words}
    counts: Counter[str] = Counter()
    for word, count in words.items():
        counts[steps[word]] += count
    missing = [word for word in words if steps[word] in {"training only", "unknown"}]
    return SplitFacts(
        path=str(corpus.path),
        documents=corpus.document_count,
        sentences=len(corpus.sentences),
        tokens=len(pairs),
        entities=dict(sorted(corpus.entity_counts().items())),
        scheme=str(corpus.evidence),
        broken_lines=[
            sentence.line + position
            for sentence in corpus.sentences
            for position in broken_at(sentence.tags, corpus.scheme)
        ],
        longest_sentence=len(longest.tokens),
        longest_line=longest.line,
        duplicates=sum(count - 1 for _, count in repeated),
        duplicates_of_train=sum(count for _, count in shared),
        duplicate_examples=[" ".join(tokens) for tokens, _ in (shared or repeated)[:MOST_EXAMPLES]],
        unseen_tokens=_share(token.lower() not in seen for token, _ in pairs),
        unseen_entity_tokens=_share(
            token.lower() not in seen for token, tag in pairs if tag != OUTSIDE
        ),
        coverage={step: 100 * count / len(pairs) for step, count in counts.most_common()},
        missing_words={
            word: words[word]
            for word in sorted(missing, key=lambda word: (-words[word], word))[:MOST_MISSING]
        },
    )


def _token_tags(sentence: Sentence) -> Iterable[tuple[str, str]]:
    return zip(sentence.tokens, sentence.tags, strict=True)


def _share(truths: Iterable[bool]) -> float:
    """Return how many are true, in percent; 0 where there is none at all."""
    values = list(truths)
    return 100 * sum(values) / len(values) if values else 0.0


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
        f"  {facts.documents:,} documents, {facts.sentences:,} sentences, {facts.tokens:,} tokens",
        f"  entities: {entities or 'none'}",
        f"  scheme: {facts.scheme}",
        f"  longest sentence: {facts.longest_sentence} tokens, line {facts.longest_line}",
    ]
    if facts.broken_lines:
        shown = ", ".join(map(str, facts.broken_lines[:MOST_EXAMPLES]))
        more = ", ..." if len(facts.broken_lines) > MOST_EXAMPLES else ""
        lines.append(f"  tags that break it: {len(facts.broken_lines):,}, lines {shown}{more}")
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
