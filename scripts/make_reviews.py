"""Make a small labeled corpus as somebody brings it: product reviews, with the flaws of own labels.

Writes train.txt, dev.txt and test.txt, columns of token and tag (IOB2; types PRODUCT and BRAND),
and vectors.txt, word vectors in GloVe's format, into a folder. Sentences are filled in from the
patterns of review_lexicon.yaml; three in five names of dev and test are of brands and series that
training never draws: of these only the vectors know that they are like the others.

Without --clean the files have the flaws of FLAWS: contradicting labels, types spelled in several
ways, I- without B-, prices, URLs, handles and emoji, a sentence of hundreds of tokens, duplicates,
sentences of training in dev and test, a type that only test has, no marks of documents. --flaw sets
the number of one. The output is deterministic: the same seed and options give the same bytes.

Usage: python scripts/make_reviews.py FOLDER [--train 100 --dev 25 --test 25] [--seed 1] [--clean]
                                      [--flaw NAME=COUNT ...]
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

LEXICON = yaml.safe_load(Path(__file__).with_name("review_lexicon.yaml").read_text("utf-8"))
OPENINGS, PATTERNS, NOISE = (
    LEXICON[name].splitlines() for name in ("openings", "patterns", "noise")
)
SLOT = re.compile(r"{([\w ]+)}")
HELD_OUT_SHARE = 0.6  # of the names in dev and test
FIRST_NUMBER, LAST_NUMBER = 2, 9
CODE_ENDS = ("", "X", "M4")
DIMENSION = 25
SPREAD = 0.3  # of the words of a list around its middle, which is drawn with deviation 1
LONG_SENTENCE = 30  # sentences that somebody forgot to part

FLAWS = {
    "inconsistent": 6,  # mentions that are left O or get the other type, elsewhere labeled rightly
    "spellings": 5,  # mentions whose type is spelled Brand or PROD
    "broken": 5,  # mentions that begin with I-
    "noise": 20,  # sentences of prices, URLs, handles, hashtags and emoji, a third in dev and test
    "long": 1,  # sentences of hundreds of tokens
    "duplicates": 3,  # sentences that training has twice
    "leaks": 3,  # sentences of dev, and as many of test, that training has
    "strays": 2,  # mentions of type GADGET, in test only
    "unmarked": 1,  # 1: no -DOCSTART- between reviews
}
CLEAN = dict.fromkeys(FLAWS, 0)
MISSPELLED = {"BRAND": "Brand", "PRODUCT": "PROD"}
OTHER = {"BRAND": "PRODUCT", "PRODUCT": "BRAND"}

Sentence = list[tuple[str, str]]  # tokens and tags
Review = list[Sentence]
Place = tuple[Review, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write; made where it is not there")
    for split, size in (("train", 100), ("dev", 25), ("test", 25)):
        parser.add_argument(f"--{split}", type=int, default=size, help="sentences; 0: no file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true", help="without flaws")
    parser.add_argument("--flaw", action="append", default=[], metavar="NAME=COUNT")
    args = parser.parse_args()
    flaws = dict(CLEAN if args.clean else FLAWS)
    for text in args.flaw:
        name, _, count = text.partition("=")
        if name not in FLAWS or not count.isdigit():
            parser.error(f"--flaw {text}: expected NAME=COUNT, NAME one of {', '.join(FLAWS)}")
        flaws[name] = int(count)
    sizes = {"train": args.train, "dev": args.dev, "test": args.test}
    for path in write_reviews(args.folder, sizes, flaws, args.seed):
        print(path)


def write_reviews(
    folder: Path, sizes: dict[str, int], flaws: dict[str, int] = CLEAN, seed: int = 1
) -> list[Path]:
    """Write a corpus and its vectors; return the paths.

    Parameters
    ----------
    folder
        Where to write; made where it is not there.
    sizes
        The number of sentences of each of train, dev and test; none is written of 0.
    flaws
        How many of each flaw, by the names of ``FLAWS``; ``CLEAN`` has none. As many are made as
        there is room for.
    seed
        The seed of everything that is drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(seed)
    splits = {split: writer.reviews(split, size) for split, size in sizes.items() if size}
    writer.spoil(splits, {**CLEAN, **flaws})
    paths = []
    for split, reviews in splits.items():
        paths.append(folder / f"{split}.txt")
        paths[-1].write_text(_columns(reviews, is_marked=not flaws.get("unmarked")), "utf-8")
    paths.append(folder / "vectors.txt")
    paths[-1].write_text(_vectors(random.Random(seed)), "utf-8")
    return paths


class _Writer:
    """Writes reviews, and spoils them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.written: set[str] = set()  # no sentence is written twice, but as a flaw

    def reviews(self, split: str, size: int) -> list[Review]:
        """Return reviews of two to four sentences, ``size`` sentences in all."""
        reviews: list[Review] = []
        while size > 0:
            patterns = [
                self.rng.choice(OPENINGS),
                *self.rng.sample(PATTERNS, self.rng.randint(1, 3)),
            ]
            names = self._names(split)
            review = [self._filled(pattern, names) for pattern in patterns[:size]]
            review = [sentence for sentence in review if self._is_new(sentence)]
            reviews.extend([review] if review else [])
            size -= len(review)
        return reviews

    def _is_new(self, sentence: Sentence) -> bool:
        text = _text(sentence, 0, len(sentence))
        is_new = text not in self.written
        self.written.add(text)
        return is_new

    def spoil(self, splits: dict[str, list[Review]], flaws: dict[str, int]) -> None:
        """Put flaws into reviews: new sentences first, then labels, last what is copied."""
        train = splits.get("train", [])
        held_out = [split for split in ("dev", "test") if split in splits]
        places = {split: self._places(reviews) for split, reviews in splits.items()}
        for index in range(flaws["noise"]):
            split = held_out[index % len(held_out)] if held_out and index % 3 == 2 else "train"
            noise = self._filled(NOISE[index % len(NOISE)], self._names("train"))
            _put(noise, places.get(split, []))
        for _ in range(flaws["long"]):
            patterns = self.rng.choices(PATTERNS, k=LONG_SENTENCE)
            _put(self._filled(" ".join(patterns), self._names("train")), places.get("train", []))
        self._spoil_labels(train, flaws)
        copied = self._drawn([s for review in train for s in review], flaws["duplicates"])
        for split in held_out:
            for sentence in self._drawn([s for review in train for s in review], flaws["leaks"]):
                _put(list(sentence), places[split])
        train.extend([list(sentence)] for sentence in copied)
        mentions = self._mentions([[review[i]] for review, i in places.get("test", [])])
        for mention in self._drawn(mentions, flaws["strays"]):
            _label(*mention, "GADGET")

    def _places(self, reviews: list[Review]) -> list[Place]:
        places = [(review, index) for review in reviews for index in range(len(review))]
        self.rng.shuffle(places)
        return places

    def _spoil_labels(self, train: list[Review], flaws: dict[str, int]) -> None:
        mentions = self._mentions(train)
        counts = Counter(_text(*mention) for mention in mentions)
        repeated = [mention for mention in mentions if counts[_text(*mention)] > 1]
        for index, mention in enumerate(self._drawn(repeated, flaws["inconsistent"])):
            sentence, start, end = mention
            kind = OTHER[sentence[start][1][2:]] if index % 2 else None
            _label(sentence, start, end, kind)
            mentions.remove(mention)
        for sentence, start, end in self._drawn(mentions, flaws["spellings"]):
            _label(sentence, start, end, MISSPELLED[sentence[start][1][2:]])
        for sentence, start, _ in self._drawn(mentions, flaws["broken"]):
            word, tag = sentence[start]
            sentence[start] = word, f"I-{tag[2:]}"

    def _mentions(self, reviews: list[Review]) -> list[tuple[Sentence, int, int]]:
        return [(s, *span) for review in reviews for s in review for span in _spans(s)]

    def _drawn(self, things: list[Any], count: int) -> list[Any]:
        return self.rng.sample(things, min(count, len(things)))

    def _names(self, split: str) -> dict[str, str]:
        """Return the names that a review is about."""
        slots = (("brand", self._brand), ("product", self._product))
        names = {slot: draw(split) for slot, draw in slots}
        return names | {f"other {slot}": draw(split) for slot, draw in slots}

    def _pool(self, name: str, split: str) -> list[str]:
        is_held_out = split != "train" and self.rng.random() < HELD_OUT_SHARE
        return LEXICON[name]["held_out" if is_held_out else "common"]

    def _brand(self, split: str) -> str:
        return self.rng.choice(self._pool("brands", split))

    def _product(self, split: str) -> str:
        rng = self.rng
        series = rng.choice(self._pool("series", split))
        number = str(rng.randint(FIRST_NUMBER, LAST_NUMBER) * 10 ** rng.randint(0, 3))
        edition = rng.choice(LEXICON["editions"])
        code = f"{rng.choice(LEXICON['letters'])}-{number}{rng.choice(CODE_ENDS)}"
        forms = [series, series, f"{series} {number}", f"{series} {edition}", code]
        return rng.choice([*forms, f"{series} {edition} {number}"])

    def _filled(self, pattern: str, names: dict[str, str]) -> Sentence:
        """Return a sentence with the slots of its pattern filled, its names labeled."""
        sentence: Sentence = []
        for part in re.split(r"({[\w ]+})", pattern):
            slot = SLOT.fullmatch(part)
            name = slot[1] if slot else None
            words = (self._word(name, names) if name else part).split()
            kind = name.split()[-1].upper() if name in names else None
            start = len(sentence)
            sentence.extend((word, "O") for word in words)
            if kind:
                _label(sentence, start, len(sentence), kind)
        first, tag = sentence[0]
        if tag == "O" and first.isalpha():
            sentence[0] = first[0].upper() + first[1:], tag
        return sentence

    def _word(self, name: str, names: dict[str, str]) -> str:
        rng = self.rng
        if name in names:
            return names[name]
        if name == "price":
            amount = f"{rng.randint(5, 400)}.{rng.choice(['99', '95', '00'])}"
            return rng.choice([f"${amount}", f"{amount} EUR", f"£ {amount}"])
        if name == "url":
            return (
                f"https://www.{rng.choice(['reviews', 'deals'])}.example/p/{rng.randint(1, 9999)}"
            )
        if name in ("tag", "handle"):
            mark = "#" if name == "tag" else "@"
            return mark + rng.choice(["fail", "musthave", "Support", "homegear", "dealhunter"])
        return rng.choice(LEXICON["words"][name])


def _put(sentence: Sentence, places: list[Place]) -> None:
    """Put a sentence in the place of another; no place is taken twice."""
    if places:
        review, index = places.pop()
        review[index] = sentence


def _spans(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Yield start and end of the mentions of a sentence in IOB2."""
    for start, (_, tag) in enumerate(sentence):
        if tag.startswith("B-"):
            end = start + 1
            while end < len(sentence) and sentence[end][1].startswith("I-"):
                end += 1
            yield start, end


def _label(sentence: Sentence, start: int, end: int, kind: str | None) -> None:
    for position in range(start, end):
        tag = f"{'I' if position > start else 'B'}-{kind}" if kind else "O"
        sentence[position] = sentence[position][0], tag


def _text(sentence: Sentence, start: int, end: int) -> str:
    return " ".join(word for word, _ in sentence[start:end])


def _columns(reviews: list[Review], is_marked: bool) -> str:
    """Return the text of a file, which ends, as many do, without an empty line."""
    blocks = []
    for review in reviews:
        blocks += ["-DOCSTART- O"] * is_marked
        blocks += ["\n".join(f"{word} {tag}" for word, tag in sentence) for sentence in review]
    return "\n\n".join(blocks) + "\n"


def _vectors(rng: random.Random) -> str:
    """Return vectors of all words, lower-cased and with digits as 0; those of a list are near."""
    names = (LEXICON[kind] for kind in ("brands", "series"))
    lists = [[*pools["common"], *pools["held_out"]] for pools in names]
    numbers = ["0" * digits for digits in range(1, 6)]
    lists += [LEXICON["editions"], numbers, *LEXICON["words"].values()]
    lists.append([f"{a}-{n}{z}" for a in LEXICON["letters"] for n in numbers for z in CODE_ENDS])
    middles: dict[str, list[float]] = {}
    for entries in lists:
        middle = _drawn_vector(rng)
        for word in _words(entries):
            middles.setdefault(word, middle)
    alone = [SLOT.sub(" ", text) for text in OPENINGS + PATTERNS]
    for word in _words(alone):
        middles.setdefault(word, _drawn_vector(rng))
    lines = []
    for word, middle in middles.items():
        values = (value + rng.gauss(0, SPREAD) for value in middle)
        lines.append(" ".join([word, *(f"{value:.3f}" for value in values)]))
    return "\n".join(lines) + "\n"


def _words(entries: list[str]) -> list[str]:
    return list(dict.fromkeys(re.sub(r"\d", "0", " ".join(entries).lower()).split()))


def _drawn_vector(rng: random.Random) -> list[float]:
    return [rng.gauss(0, 1) for _ in range(DIMENSION)]


if __name__ == "__main__":
    main()
