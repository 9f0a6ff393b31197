"""The shared task's counting once more, tag by tag, for comparison with the real one.

Written from the description of the script, with none of the code of the package.
"""

from __future__ import annotations

import random

PREFIXES = "BIES"
TYPES = ("LOC", "PER", "X-Y", "a")


def chunks(tags):
    """The (start, end, type) of the chunks of one sentence, in a set."""
    found = set()
    start, kind, last = None, None, "O"
    for position, tag in enumerate([*tags, "O"]):
        prefix = tag[0]
        tag_type = tag[2:]
        continues = (
            start is not None
            and prefix in ("I", "E")
            and tag_type == kind
            and last not in ("E", "S")
        )
        if not continues:
            if start is not None:
                found.add((start, position, kind))
            start, kind = (None, None) if tag == "O" else (position, tag_type)
        last = prefix
    return found


def percent(part, whole):
    return 100 * part / whole if whole else 0.0


def figures(gold, found, correct):
    precision, recall = percent(correct, found), percent(correct, gold)
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return f"precision: {precision:6.2f}%; recall: {recall:6.2f}%; FB1: {f1:6.2f}"


def slow_report(sentences):
    """The table of sentences of (gold, predicted) pairs."""
    gold, found = [], []
    tokens = right = 0
    for number, sentence in enumerate(sentences):
        for gold_tag, found_tag in sentence:
            tokens += 1
            right += gold_tag == found_tag
        gold += [(number, *chunk) for chunk in chunks([pair[0] for pair in sentence])]
        found += [(number, *chunk) for chunk in chunks([pair[1] for pair in sentence])]

    def counted(kind=None):
        of_gold = [chunk for chunk in gold if kind in (None, chunk[3])]
        of_found = [chunk for chunk in found if kind in (None, chunk[3])]
        return len(of_gold), len(of_found), sum(chunk in of_gold for chunk in of_found)

    total = counted()
    text = (
        f"processed {tokens} tokens with {total[0]} phrases; found: {total[1]} phrases; "
        f"correct: {total[2]}.\n"
    )
    text += f"accuracy: {percent(right, tokens):6.2f}%; {figures(*total)}\n"
    for kind in sorted({chunk[3] for chunk in gold + found}):
        counts = counted(kind)
        text += f"{kind:>17}: {figures(*counts)}  {counts[1]}\n"
    return text


def random_sentences(rng: random.Random):
    """Some sentences of pairs of tags, mostly alike, wild or of tame prefixes."""
    prefixes = rng.choice((PREFIXES, "BI", "I", PREFIXES))
    types = TYPES[: rng.randint(1, len(TYPES))]
    agreement, outside = rng.random(), rng.random()

    def tag():
        return "O" if rng.random() < outside else f"{rng.choice(prefixes)}-{rng.choice(types)}"

    def pair():
        gold = tag()
        return gold, gold if rng.random() < agreement else tag()

    return [[pair() for _ in range(rng.randint(1, 12))] for _ in range(rng.randint(1, 6))]


def random_file(rng: random.Random):
    """Such sentences, and the text of a file that holds them."""
    sentences = random_sentences(rng)
    delimiter = rng.choice(("\t", " ", "  "))
    words = rng.choice((["w"], ["-DOCSTART-", "NN"], []))
    line_end, gap = rng.choice(("\n", "\r\n")), rng.choice(("", " ", "\t"))
    lines = []
    for sentence in sentences:
        lines += [delimiter.join([*words, *pair]) for pair in sentence]
        lines += [gap] * rng.randint(1, 2)
    return sentences, line_end.join(lines)
