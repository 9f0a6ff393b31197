"""What one file holds, and what it shares with the files before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tokens import Tokens
from ner_window.corpora.warnings import cut_note
from ner_window.data_check.text_fit import TextFit, text_fit_of
from ner_window.encoding.vocabulary import Vocabulary
from ner_window.evaluation.distance import Distance
from ner_window.tokenization.tokenizer import Tokenizer
from ner_window.wording import counted, named

MOST_EXAMPLES = 5
MOST_MISSING = 10


@dataclass(frozen=True)
class Duplicates:
    """How many sentences were there before, and the most frequent ones of them."""

    count: int
    examples: list[str]


@dataclass(frozen=True)
class SplitFacts:
    """What one file holds. Shares are in percent; lines are those of the file, from 1.

    ``left_out`` are entities of types that a mapping leaves out, which are not among ``entities``.
    ``duplicates`` are the sentences that occur again in the file, ``duplicates_of`` those that a
    split before it has too; words are ``unseen`` whatever their case. ``misaligned`` are entities,
    by type, that no token border meets, ``cut_entities`` those for which ``cut_tokens`` are cut;
    ``cut_note`` says so. ``coverage`` and
    ``missing_words`` are empty without vectors. ``distance`` is that from the first file, which has
    none. ``text_fit`` is None where texts came without tokens.
    """

    path: str
    documents: int
    borders: str
    sentences: int
    tokens: int
    entities: dict[str, int]
    left_out: dict[str, int]
    scheme: str
    broken_lines: list[int]
    cut_tokens: int
    cut_entities: int
    misaligned: dict[str, int]
    cut_note: str | None
    longest_sentence: int
    longest_line: int
    duplicates: Duplicates
    duplicates_of: dict[str, Duplicates]
    unseen_tokens: float
    unseen_entity_tokens: float
    coverage: dict[str, float]
    missing_words: dict[str, int]
    distance: Distance | None
    text_fit: TextFit | None


def sentence_key(tokens: Sequence[str]) -> bytes:
    """Return what equal sentences have in common, in few bytes."""
    return blake2b("\0".join(tokens).encode(), digest_size=16).digest()


def facts_of(
    corpus: Corpus,
    keys: Sequence[bytes],
    earlier: Mapping[str, Set[bytes]],
    vocabulary: Vocabulary,
    seen: Set[str],
    distance: Distance | None,
    tokenizer: Tokenizer,
) -> SplitFacts:
    """Count what a file holds.

    Parameters
    ----------
    corpus
        What was read of it.
    keys
        The key of each of its sentences, see :func:`sentence_key`.
    earlier
        The keys of the files before it, by split.
    vocabulary
        Finds the vectors of its words.
    seen
        The words of the training data, in lower case.
    distance
        That of the file from training, None for training itself.
    tokenizer
        What will cut text that is tagged.
    """
    words, text = corpus.tokens.words, corpus.tokens
    times = Counter(keys)
    repeated = {key: count - 1 for key, count in times.items() if count > 1}
    longest = int(text.lengths.argmax())
    counts = words.counts()
    is_unseen = np.array([word.lower() not in seen for word in words.categories])
    of_entities = np.bincount(words.codes[~corpus.is_outside], minlength=len(counts))
    coverage, missing_words = _coverage(words, counts, vocabulary)
    return SplitFacts(
        path=str(corpus.path),
        documents=corpus.document_count,
        borders=corpus.borders,
        sentences=len(corpus),
        tokens=corpus.token_count,
        entities=dict(sorted(corpus.entity_counts().items())),
        left_out=dict(corpus.left_out),
        scheme=str(corpus.evidence),
        broken_lines=corpus.broken_lines,
        cut_tokens=corpus.cuts,
        cut_entities=corpus.cut_entities,
        misaligned=corpus.misaligned.spans.counts() if corpus.misaligned else {},
        cut_note=cut_note(corpus, is_learned_from=distance is None),
        longest_sentence=int(text.lengths[longest]),
        longest_line=int(corpus.lines[text.bounds(longest)][0]),
        duplicates=_duplicates(text, keys, repeated),
        duplicates_of={
            split: _duplicates(text, keys, {key: times[key] for key in times.keys() & theirs})
            for split, theirs in earlier.items()
        },
        unseen_tokens=_share(counts[is_unseen], counts),
        unseen_entity_tokens=_share(of_entities[is_unseen], of_entities),
        coverage=coverage,
        missing_words=missing_words,
        distance=distance,
        text_fit=text_fit_of(text, tokenizer) if corpus.has_given_tokens else None,
    )


def _coverage(
    words: Strings, counts: IntArray, vocabulary: Vocabulary
) -> tuple[dict[str, float], dict[str, int]]:
    """Return the share of tokens found at each step, and the most frequent words without a vector.

    Both are empty where there are no vectors.
    """
    if vocabulary.vectors is None:
        return {}, {}
    steps = np.array(vocabulary.steps_of(words.categories))
    is_missing = np.isin(steps, ["training only", "unknown"])
    missing = [(words.categories[n], int(counts[n])) for n in np.flatnonzero(is_missing).tolist()]
    most_frequent = sorted(missing, key=lambda pair: (-pair[1], pair[0]))[:MOST_MISSING]
    return {step: _share(counts[steps == step], counts) for step in vocabulary.steps}, dict(
        most_frequent
    )


def _duplicates(text: Tokens, keys: Sequence[bytes], times: Mapping[bytes, int]) -> Duplicates:
    """Return the duplicates whose keys ``times`` counts, with the most frequent as examples."""
    first = {key: sentence for sentence, key in reversed(list(enumerate(keys))) if key in times}
    ordered = sorted(first, key=lambda key: (-times[key], first[key]))
    examples = [" ".join(text[first[key]]) for key in ordered[:MOST_EXAMPLES]]
    return Duplicates(sum(times.values()), examples)


def _share(part: IntArray, whole: IntArray) -> float:
    """Return the sum of ``part`` in percent of that of ``whole``; 0 where there is nothing."""
    total = int(whole.sum())
    return 100 * int(part.sum()) / total if total else 0.0


def lines_of(split: str, facts: SplitFacts, first: str) -> list[str]:
    """Return the facts of a split in words; what is unseen is so in the ``first`` one."""
    entities = ", ".join(f"{name} {count:,}" for name, count in facts.entities.items())
    borders = "nothing marks more" if facts.borders == "none" else f"told by {facts.borders}"
    lines = [
        facts.path if split == facts.path else f"{split}: {facts.path}",
        f"  {counted(facts.documents, 'document')} ({borders}), "
        f"{counted(facts.sentences, 'sentence')}, {counted(facts.tokens, 'token')}",
        f"  entities: {entities or 'none'}",
        f"  scheme: {facts.scheme}",
        f"  longest sentence: {counted(facts.longest_sentence, 'token')}, "
        f"line {facts.longest_line}",
    ]
    if facts.left_out:
        others = ", ".join(f"{name} {count:,}" for name, count in facts.left_out.items())
        lines.append(f"  left out, as the mapping of its types says: {others}")
    if facts.broken_lines:
        broken = facts.broken_lines
        lines.append(f"  tags that break it: {len(broken):,}, {named(broken)}")
    if facts.cut_note:
        lines.append(f"  {facts.cut_note}")
    if facts.text_fit:
        lines += [f"  {line}" for line in facts.text_fit.lines()]
    lines += _lines_of_duplicates("occur again", facts.duplicates)
    for other, duplicates in facts.duplicates_of.items():
        lines += _lines_of_duplicates(f"{other} has too", duplicates)
    if split != first:
        lines.append(
            f"  unseen in {first}: {facts.unseen_tokens:.1f}% of tokens, "
            f"{facts.unseen_entity_tokens:.1f}% of tokens of entities"
        )
    if facts.distance:
        lines.append(f"  distance from {first}: {facts.distance}")
    if facts.coverage:
        found = ", ".join(f"{step} {share:.1f}%" for step, share in facts.coverage.items())
        lines.append(f"  looked up in the vectors: {found}")
    if facts.missing_words:
        words = ", ".join(f"{word} ({count})" for word, count in facts.missing_words.items())
        lines.append(f"  without a vector, most frequent: {words}")
    return lines


def _lines_of_duplicates(which: str, duplicates: Duplicates) -> list[str]:
    examples = [f"    for example: {example[:80]}" for example in duplicates.examples[:2]]
    return [f"  sentences that {which}: {duplicates.count:,}", *examples]
