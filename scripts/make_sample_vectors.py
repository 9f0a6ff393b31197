"""Make the word vectors that go with the sample corpus.

An unlabeled newswire-like text is generated from the sentence patterns of sample_patterns.yaml
and the names of sample_lexicon.yaml, and skip-gram vectors are trained on it. Names and words of
the lexicon's two pools fill the same slots, so that a held-out name ends up near its common
siblings, which is what real pretrained vectors do for a name missing from the training data.

The text is generated and the names are invented: the vectors serve to try the program out, and
no claim about accuracy on real text may rest on them. The output is deterministic: the same seed
gives the same bytes.
"""

import argparse
import random
import re
import time
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from pathlib import Path

import yaml
from gensim.models import KeyedVectors, Word2Vec

HERE = Path(__file__).parent
LEXICON = HERE / "sample_lexicon.yaml"
PATTERNS = HERE / "sample_patterns.yaml"
OUT = HERE.parent / "data" / "sample" / "vectors.bin"

SENTENCES = 150_000
SYNONYM_POOLS = (
    "role_nouns",
    "speech_verbs",
    "market_nouns",
    "sport_verbs",
    "place_nouns",
    "org_nouns",
)
FORMS = ("", "s", "ing", "ed", "en")
ZIPF_RANGE = 8  # the first entry of a long list is drawn so many times as often as the last
PROBES = (
    *("krawczuk", "zbigniew", "bucharest", "uruguay", "hungarian", "lokomotiv", "biosolene"),
    *("forward", "goalie", "economist", "stated", "earnings", "defeated", "frontier", "lender"),
)

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(same )?(\w+)(?:\.(\w+))?\}")
ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])")

Lexicon = dict[str, dict[str, list[str]]]


def inflect(entry: str, form: str) -> str:
    """The asked form of a lemma, by rule unless the entry spells it out.

    A lemma thereby yields all its forms, which a hand-written text will use too.
    """
    spelled = entry.split("/")
    position = FORMS.index(form)
    if form == "en" and len(spelled) == position:
        position -= 1
    return spelled[position] if position < len(spelled) else regular(spelled[0], form)


def regular(lemma: str, form: str) -> str:
    """The regular plural, third person, -ing or past form of an English word."""
    after_consonant_y = re.search(r"[^aeiou]y$", lemma)
    if form == "ing":
        return re.sub(r"(?<![eoy])e$", "", lemma) + "ing"
    if form == "s":
        if lemma.endswith("man"):
            return lemma[:-2] + "en"
        if after_consonant_y:
            return lemma[:-1] + "ies"
        return lemma + ("es" if re.search(r"(s|x|z|ch|sh)$", lemma) else "s")
    if after_consonant_y:
        return lemma[:-1] + "ied"
    return lemma + ("d" if lemma.endswith("e") else "ed")


class Urn:
    """A list to draw from, with Zipf-like or equal weights."""

    def __init__(self, entries: Sequence[str], rng: random.Random, zipf: bool = True) -> None:
        self.rng = rng
        self.entries = list(entries)
        if zipf:  # which word is frequent must not follow from its place in the file
            rng.shuffle(self.entries)
        offset = len(entries) / (ZIPF_RANGE - 1)
        weights = [1 / (rank + offset) if zipf else 1 for rank in range(len(entries))]
        self.bounds = list(accumulate(weights))

    def draw(self) -> str:
        """An entry, by weight."""
        place = bisect(self.bounds, self.rng.random() * self.bounds[-1])
        return self.entries[min(place, len(self.entries) - 1)]


class Writer:
    """Writes sentences by filling the slots of the patterns."""

    def __init__(self, lexicon: Lexicon, grammar: dict, seed: int) -> None:
        self.rng = random.Random(seed)
        self.latest: dict[str, str] = {}
        self.patterns = list(chain.from_iterable(map(str.splitlines, grammar["patterns"].values())))
        self.urns = twin_urns(lexicon, self.rng)
        for name, pools in lexicon.items():
            self.urns[name] = Urn(pools["common"] + pools["held_out"], self.rng)
        for name, text in (grammar["lemmas"] | grammar["words"]).items():
            self.urns[name] = Urn([word.replace("_", " ") for word in text.split()], self.rng)
        for name, text in grammar["phrases"].items():
            self.urns[name] = Urn(text.splitlines(), self.rng, zipf=False)

    def sentences(self, number: int) -> Iterator[list[str]]:
        """Tokens as the vectors spell them: lower-cased, each digit a 0."""
        for index in range(number):
            self.latest.clear()
            # In turn, not at random, so that each pattern is sure to be used equally often.
            text = self.fill(self.patterns[index % len(self.patterns)])
            text = ARTICLE.sub(r"\1n ", text)
            yield re.sub(r"\d", "0", text.lower()).split()

    def fill(self, text: str) -> str:
        """The text with its alternatives chosen and its slots filled, inner slots included."""
        if "[" in text:
            text = CHOICE.sub(lambda match: self.rng.choice(match[1].split("|")), text)
        return SLOT.sub(self.fill_slot, text) if "{" in text else text

    def fill_slot(self, slot: re.Match[str]) -> str:
        """A drawn entry, or the latest one if the slot asks for the same again."""
        same, name, form = slot.groups()
        if same and name in self.latest:
            return self.latest[name]
        entry = self.urns[name].draw()
        if "{" in entry:  # the slots of a phrase inherit the form asked of it
            entry = SLOT.sub(r"{\1\2." + form + "}", entry) if form else entry
            filled = self.fill(entry)
        else:
            filled = self.apostrophe(inflect(entry, form or ""))
        self.latest[name] = filled
        return filled

    def apostrophe(self, name: str) -> str:
        """Split off the 's of a name every other time: tokenizers differ about it."""
        return name.replace("'s", " 's") if "'s" in name and self.rng.random() < 0.5 else name


def twin_urns(lexicon: Lexicon, rng: random.Random) -> dict[str, Urn]:
    """An urn for each synonym pair, so that the two words share all their contexts."""
    return {
        common: Urn((common, held_out), rng, zipf=False)
        for pool in SYNONYM_POOLS
        for common, held_out in zip(*lexicon[pool].values(), strict=True)
    }


def train(sentences: list[list[str]], seed: int) -> KeyedVectors:
    """Skip-gram vectors; one worker, since the order of updates decides the result."""
    model = Word2Vec(
        sentences,
        vector_size=50,
        window=5,
        min_count=3,
        sg=1,
        negative=5,
        sample=1e-3,
        epochs=5,
        seed=seed,
        workers=1,
    )
    return model.wv


def lexicon_tokens(lexicon: Lexicon) -> set[str]:
    """Every token of every entry of the lexicon, as the vectors spell it."""
    entries = chain.from_iterable(chain.from_iterable(p.values()) for p in lexicon.values())
    return set(re.sub(r"\d", "0", " ".join(entries).lower()).split())


def report(vectors: KeyedVectors, lexicon: Lexicon, counts: Counter[str]) -> None:
    """Print the coverage of the lexicon and the neighbors of some held-out words."""
    tokens = lexicon_tokens(lexicon)
    share = sum(token in vectors for token in tokens) / len(tokens)
    rarest = sorted(tokens, key=lambda token: (counts[token], token))[:5]
    print(f"vocabulary {len(vectors)}, lexicon coverage {share:.1%}")
    print("rarest lexicon tokens:", ", ".join(f"{token} {counts[token]}" for token in rarest))
    for word in PROBES:
        print(f"{word:>10}:", " ".join(near for near, _ in vectors.most_similar(word, topn=7)))


def main() -> None:
    """Generate the text, train the vectors, write them, and report on them."""
    parser = argparse.ArgumentParser(description="Make the word vectors of the sample corpus.")
    parser.add_argument("--out", type=Path, default=OUT, help="word2vec binary file to write")
    parser.add_argument("--seed", type=int, default=1, help="seed of the text and of the training")
    args = parser.parse_args()

    start = time.perf_counter()
    lexicon = yaml.safe_load(LEXICON.read_text())
    grammar = yaml.safe_load(PATTERNS.read_text())
    sentences = list(Writer(lexicon, grammar, args.seed).sentences(SENTENCES))
    counts = Counter(chain.from_iterable(sentences))
    print(f"{len(sentences)} sentences, {counts.total()} tokens")
    vectors = train(sentences, args.seed)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    vectors.save_word2vec_format(str(args.out), binary=True)
    report(vectors, lexicon, counts)
    print(f"{args.out}: {args.out.stat().st_size:,} bytes, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
