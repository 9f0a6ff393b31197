"""The report on the data of a run, or on files: the facts, and what is likely to be wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from itertools import chain

from rich.console import Group

from ner_window.corpora.corpus import Corpus
from ner_window.corpora.entity_types import alike_types
from ner_window.corpora.warnings import warnings_beside, warnings_of
from ner_window.data_check.facts import SplitFacts, facts_of, lines_of, sentence_key
from ner_window.data_check.labelings import AmbiguousString, ambiguous_strings
from ner_window.encoding.vocabulary import Vocabulary
from ner_window.evaluation.distance import distance_of
from ner_window.terminal import Shown, together
from ner_window.vectors.word_vectors import WordVectors
from ner_window.wording import counted

RARE = 10  # a label with fewer entities in training is called rare
MOST_STRINGS = 10

# The course's rule of thumb: below, training data is too small to move vectors well; above, it is
# large enough; in between, one has to try.
SMALL, LARGE = 100_000, 1_000_000


@dataclass(frozen=True)
class DataReport(Shown):
    """The facts of all splits, and what follows from them.

    ``ambiguous_strings`` are labeled in more than one way, the likeliest slips first. ``warnings``
    are what is likely to be wrong, in sentences; what is only worth knowing is none.
    """

    splits: dict[str, SplitFacts]
    rare_labels: dict[str, int]
    labels_of_one_split: dict[str, str]
    ambiguous_strings: list[AmbiguousString]
    recommendation: str
    warnings: list[str]

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        return asdict(self)

    def __rich__(self) -> Group:
        """Return the facts of each split, then those of several, then what follows."""
        first = next(iter(self.splits))
        lines = list(chain.from_iterable(lines_of(*each, first) for each in self.splits.items()))
        if self.rare_labels:
            named = ", ".join(f"{name} ({n})" for name, n in self.rare_labels.items())
            lines.append(f"rare in training, fewer than {RARE} entities: {named}")
        for label, split in self.labels_of_one_split.items():
            lines.append(f"only {split} has entities of type {label}")
        if self.ambiguous_strings:
            lines += _lines_of_strings(self.ambiguous_strings, len(self.splits) > 1)
        lines.append(self.recommendation)
        return together(*lines)


def check_data(
    corpora: Mapping[str, Corpus], vectors: WordVectors | None, is_of_config: bool = True
) -> DataReport:
    """Look at the data of a run.

    Parameters
    ----------
    corpora
        The splits ``train``, ``dev`` and perhaps ``test``, or files by their names. A model is to
        learn from the first one.
    vectors
        The pretrained vectors, None where there are none.
    is_of_config
        Whether it is decided that there are none.
    """
    first, train = next(iter(corpora.items()))
    vocabulary = Vocabulary.of_training(train.tokens.words, vectors)
    seen = {token.lower() for token in train.tokens.words.categories}
    earlier: dict[str, Set[bytes]] = {}
    splits: dict[str, SplitFacts] = {}
    for split, corpus in corpora.items():
        keys = [sentence_key(tokens) for tokens in corpus.tokens]
        distance = None if corpus is train else distance_of(corpus, train, vectors)
        splits[split] = facts_of(corpus, keys, earlier, vocabulary, seen, distance, train.tokenizer)
        earlier[split] = set(keys)
    return DataReport(
        splits=splits,
        rare_labels=_rare_labels(splits),
        labels_of_one_split=_labels_of_one_split(splits),
        ambiguous_strings=ambiguous_strings(corpora),
        recommendation=_recommendation(first, train.token_count, vectors is None and is_of_config),
        warnings=list(_warnings(corpora)),
    )


def _warnings(corpora: Mapping[str, Corpus]) -> Iterator[str]:
    """Yield what is likely to be wrong, file by file, then between the files."""
    first, *others = corpora
    if not corpora[first].entity_counts():
        yield f"{first} has no entity: there is nothing to learn"
    for split, corpus in corpora.items():
        place = split if split == str(corpus.path) else f"{split} ({corpus.path})"
        yield from warnings_of(place, corpus, _remedy(corpus))
    for split in others:
        yield from warnings_beside(split, corpora[split], corpora[first], first)
    counts = sum((corpus.entity_counts() for corpus in corpora.values()), Counter[str]())
    yield from alike_types(counts)


def _remedy(corpus: Corpus) -> str:
    """Return what becomes of tags that break the scheme, and how to mend them."""
    start = "" if corpus.scheme == "iob1" else ", an I- without its B- as a start"
    return (
        f"they are read as the shared task's scorer reads them{start}; "
        f"to mend the file: ner-window data convert {corpus.path} OUT --to {corpus.scheme}"
    )


def _lines_of_strings(strings: list[AmbiguousString], names_splits: bool) -> list[str]:
    more = len(strings) - MOST_STRINGS
    return [
        f"strings labeled in more than one way: {len(strings):,}, the likeliest slips first",
        *(f"  {string.in_words(names_splits)}" for string in strings[:MOST_STRINGS]),
        *([f"  and {more:,} more (--json lists all)"] if more > 0 else []),
    ]


def _rare_labels(splits: Mapping[str, SplitFacts]) -> dict[str, int]:
    """Return the labels of any split that training hardly shows, with their entities there."""
    train = next(iter(splits.values()))
    labels = sorted(set(chain.from_iterable(facts.entities for facts in splits.values())))
    counts = {label: train.entities.get(label, 0) for label in labels}
    return {label: count for label, count in counts.items() if count < RARE}


def _labels_of_one_split(splits: Mapping[str, SplitFacts]) -> dict[str, str]:
    if len(splits) == 1:
        return {}
    owners: dict[str, list[str]] = {}
    for split, facts in splits.items():
        for label in facts.entities:
            owners.setdefault(label, []).append(split)
    return {label: names[0] for label, names in owners.items() if len(names) == 1}


def _recommendation(name: str, tokens: int, lacks_vectors: bool) -> str:
    if lacks_vectors:
        return "no pretrained vectors: embeddings.trainable has to be true, or they stay random"
    start = f"{name} has {counted(tokens, 'token')}: "
    if tokens < SMALL:
        return start + f"below {SMALL:,} the rule of thumb is to freeze the vectors; measure both"
    if tokens > LARGE:
        return start + f"above {LARGE:,} the rule of thumb is to fine-tune the vectors"
    return start + (
        f"between {SMALL:,} and {LARGE:,} the rule of thumb is to try both, frozen and fine-tuned"
    )
