"""Texts are scored as they are tagged: what no token border meets is gold, and missed."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.text_cut import TextCut
from ner_window.corpora.type_mapping import mapped
from ner_window.encoding.documents import documents_of
from ner_window.errors import InputError
from ner_window.evaluation.mistakes import APART, confusion, error_split, outcomes
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.report import evaluate_fully
from ner_window.perturbation import perturbed
from ner_window.report.instructive_errors import instructive_errors
from ner_window.tagging.inputs import INPUTS, Source
from ner_window.tagging.tagger import Tagger
from ner_window.tokenization.tokenizer import BY_RULES
from tests.building import trained_model

WORDS = ["Oslo", "Anna", "Kovac", "Nordbank", "visited", "cold", ".", " ", "/", "-", ".\n", "'s"]
ODD = ["Zoe\u0308", "\u00ad", "\u200b", "\U0001f600"]  # a mark, what is not seen, an astral sign
TEXTS = st.lists(st.sampled_from(WORDS + ODD), min_size=1, max_size=14).map("".join)


@pytest.fixture(params=["window", "document"])
def tagger(config_file, request):
    settings = (f"model.context={request.param}", "data.documents.sentences=2")
    return Tagger(trained_model(config_file, "training.epochs=30", *settings))


@st.composite
def records_with_entities(draw, tagger, path):
    """Texts with entities of any borders, some of them those that the tagger finds."""
    records = draw(st.lists(texts(), min_size=1, max_size=6))
    documents = draw(st.sampled_from(["as drawn", None, 7]))
    if documents != "as drawn":
        records = [{**record, "document": documents} for record in records]
    for record, found in zip(records, tagged(tagger, path, records), strict=True):
        text, tokens = record["text"], tokens_of(tagger, record)
        kept = [(each.start, each.end, each.label) for each in found if draw(st.booleans())]
        borders = draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True).map(sorted))
        for start, end in list(pairwise(borders))[::2]:
            is_free = all(end <= other[0] or other[1] <= start for other in kept)
            if is_free and any(first < end and start < after for first, after in tokens):
                kept.append((start, end, draw(st.sampled_from(["LOC", "PER", "NEW"]))))
        record["entities"] = [entity(*each) for each in kept]
    return records


def tokens_of(tagger, record):
    given = record.get("tokens")
    if given is not None:
        return [(token["start"], token["end"]) for token in given]
    return [token for sentence in tagger.model.tokenizer.cut(record["text"]) for token in sentence]


@st.composite
def texts(draw):
    """Texts, some with tokens of their own, some of documents of several texts."""
    record = {"text": draw(TEXTS)}
    if draw(st.booleans()):
        tokens = [token for sentence in BY_RULES.cut(record["text"]) for token in sentence]
        kept = [{"start": start, "end": end} for start, end in tokens if draw(st.integers(0, 4))]
        record["tokens"] = kept[:1] + [{**a, "start": a["end"] - 1} for a in kept[1:2]] + kept[2:]
    if draw(st.booleans()):
        record["document"] = draw(st.integers(1, 2))
    return record


def tagged(tagger, path, records):
    """What the command ``tag`` finds in each record."""
    return tagger.entities(pieces_of(tagger, written(path, records)))


def pieces_of(tagger, path):
    """The records as ``tag`` reads them, in documents of two sentences where none are marked."""
    block = tagger.model.encoder.document_block
    assert block == 2
    return list(Source(path, INPUTS["jsonl"], Layout(), block).pieces())


def starts_of(documents):
    """Whether each sentence is in another document than the one before."""
    return np.flatnonzero(np.diff(documents, prepend=-1)).tolist()


def entity(start, end, label):
    return {"start": start, "end": end, "label": label}


def written(path, records):
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    return path


def counts_of_spans(tagger, path, records):
    """Gold, predicted and correct entities by type, compared as stretches of characters."""
    counts = {}
    for record, found in zip(records, tagged(tagger, path, records), strict=True):
        gold = {(each["start"], each["end"], each["label"]) for each in record["entities"]}
        predicted = {(each.start, each.end, each.label) for each in found}
        for column, spans in enumerate((gold, predicted, gold & predicted)):
            for *_, label in spans:
                counts.setdefault(label, [0, 0, 0])[column] += 1
    return counts


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_text_is_scored_as_it_is_tagged(tagger, tmp_path, data):
    path = tmp_path / "f.jsonl"
    records = data.draw(records_with_entities(tagger, path))
    expected = counts_of_spans(tagger, path, records)
    try:
        corpus = read_corpus(path, text_cut=TextCut(tagger.model.tokenizer))
    except InputError:
        assume(False)  # no token in any text
    pieces = pieces_of(tagger, path)
    in_tagging = [piece.document for piece in pieces for _ in range(len(piece.tokens))]
    in_scoring = documents_of(corpus.tokens, tagger.model.encoder.document_block)
    assert starts_of(in_tagging) == starts_of(in_scoring)
    predicted = PredictedCorpus.of(tagger.model, corpus)
    by_type = predicted.score().by_type
    assert {name: [c.gold, c.predicted, c.correct] for name, c in by_type.items()} == expected
    _check_sums(tagger.model, predicted)


def _check_sums(model, predicted):
    """Hold all that is counted to the same sums."""
    mentions, total = predicted.mentions, predicted.score().total
    found, split = outcomes(mentions), error_split(mentions)
    confused = confusion(mentions).counts
    assert found.gold.sum() == sum(split.gold) == total.gold == confused[:-1].sum()
    assert found.predicted.sum() == total.predicted == confused[:, :-1].sum()
    assert found.gold[:, 0].sum() == found.predicted[:, 0].sum() == total.correct
    evaluation = evaluate_fully(model, predicted)
    errors = instructive_errors(model, predicted, evaluation.groupings).every
    assert len(errors) == total.predicted - total.correct + found.gold[:, APART].sum()
    for table in evaluation.tables.values():
        rows = [row.counts for row in table.rows.values()]
        for side in ("gold", "predicted", "correct"):
            assert sum(getattr(row, side) for row in rows) == getattr(total, side)


def test_two_entities_in_one_token_are_missed_and_counted(tagger, tmp_path):
    record = {
        "text": "He met Oslo/Smith today",
        "entities": [entity(7, 11, "LOC"), entity(12, 17, "PER")],
    }
    corpus = read_corpus(written(tmp_path / "f.jsonl", [record] * 40))
    assert corpus.entity_counts() == {"LOC": 40, "PER": 40}
    assert corpus.misaligned.texts[:2] == ["Oslo", "Smith"]
    predicted = PredictedCorpus.of(tagger.model, corpus)
    evaluation = evaluate_fully(tagger.model, predicted)
    assert evaluation.score.total.gold == 80
    assert evaluation.score.f1 == 0
    assert evaluation.as_dict()["misaligned"] == {"gold": 80, "types": {"LOC": 40, "PER": 40}}
    assert evaluation.misaligned_note == (
        "80 of 80 entities start or end where no token does, or go over a sentence's end: they can "
        "only be missed, such as LOC Oslo (in Oslo/Smith), PER Smith (in Oslo/Smith)"
    )
    assert evaluation.tables["type"].rows["LOC"].counts.gold == 40
    errors = instructive_errors(tagger.model, predicted, evaluation.groupings).every
    told = {str(gold) for error in errors for gold in error.gold}
    assert told == {"LOC Oslo (in Oslo/Smith)", "PER Smith (in Oslo/Smith)"}


def test_some_misaligned_entities_are_named(tagger, tmp_path):
    texts = ["Oslo/Smith. It was Bergen.\nHe left.", "Rome/a", "Lima/b", f"Ys/{'c' * 99}"]
    places = [(0, 4), (19, 29)], [(0, 4)], [(0, 4)], [(0, 2)]
    records = [
        {"text": text, "entities": [entity(*place, "LOC") for place in of_text]}
        for text, of_text in zip(texts, places, strict=True)
    ]

    def note(records):
        corpus = read_corpus(written(tmp_path / "f.jsonl", records))
        return evaluate_fully(
            tagger.model, PredictedCorpus.of(tagger.model, corpus)
        ).misaligned_note

    first, both = "LOC Oslo (in Oslo/Smith)", "LOC Bergen. He (in Bergen . He)"
    assert note(records[:1]).endswith(f"they can only be missed: {first}, {both}")
    assert note(records).endswith(
        f"they can only be missed, such as {first}, {both}, LOC Rome (in Rome/a)"
    )
    assert note(records[1:2]).endswith("it can only be missed: LOC Rome (in Rome/a)")
    assert note(records[3:]).endswith(f"it can only be missed: LOC Ys (in Ys/{'c' * 63}...")


def test_what_is_done_to_a_corpus_is_done_to_misaligned_entities(tmp_path):
    record = {
        "text": "Oslo/Smith. It was Bergen. He left.",
        "entities": [entity(0, 4, "LOC"), entity(5, 10, "PER"), entity(19, 29, "LOC")],
    }
    corpus = read_corpus(written(tmp_path / "f.jsonl", [record]))
    assert (corpus.spans.starts.tolist(), corpus.spans.ends.tolist()) == ([0, 0, 4], [1, 1, 7])
    assert corpus.only("PER").entity_counts() == {"PER": 1}
    assert mapped(corpus, {"LOC": "X"}).entity_counts() == {"X": 2, "PER": 1}
    without = mapped(corpus, {"LOC": None})
    assert (without.entity_counts(), without.left_out) == ({"PER": 1}, {"LOC": 2})
    part = corpus.subset(corpus.tokens.ends == corpus.tokens.ends[1])
    assert (part.spans.starts.tolist(), part.spans.ends.tolist()) == ([2], [4])
    assert part.misaligned.texts == ["Bergen. He"]


def test_perturbed_text_keeps_misaligned_entities(tmp_path):
    text = "No, it was Oslo. He left, or so."
    record = {"text": text, "entities": [entity(11, 19, "LOC")]}
    corpus = read_corpus(written(tmp_path / "f.jsonl", [record]))
    lost = perturbed(corpus, {"lost_punctuation": 1.0}, np.random.default_rng(1)).corpus
    assert lost.tokens[0] == ["No", "it", "was", "Oslo", "."]
    assert (lost.spans.starts.tolist(), lost.spans.ends.tolist()) == ([3], [6])
    assert lost.entity_counts() == {"LOC": 1}
