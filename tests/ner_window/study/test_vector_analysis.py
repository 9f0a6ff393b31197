"""What happened to the vectors: all figures of the sample, by hand, and arms that moved nothing."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest
import yaml
from pydantic import TypeAdapter

import autodiff as ad
from ner_window.config import BinaryHeadSettings, MappedUnseenSettings, NeighborsUnseenSettings
from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.encoding.vocabulary import DIGITS_TO_ZERO, Vocabulary
from ner_window.errors import InputError
from ner_window.evaluation.evaluate import evaluate
from ner_window.evaluation.predictions import gold_of
from ner_window.model.building import build_model
from ner_window.model.heads import head_of
from ner_window.model.neighbors import FineTunedSpace, PretrainedSpace
from ner_window.model.neighbors import nearest as nearest_words
from ner_window.model_folder.folder import load_model, save_model
from ner_window.study import nearest_rows, tv_telly
from ner_window.study.drift import LAST_BIN, MovedError, check_outside, frequency_bounds
from ner_window.study.swap_back import with_pretrained
from ner_window.study.trained_words import TrainedWords
from ner_window.study.vector_analysis import RANDOM, UNMOVED, VectorAnalysis, analyze_vectors
from ner_window.training.trainer import Trainer
from ner_window.vectors.word_vectors import WordVectors, load_vectors
from tests.places import ROOT

SYNONYMS = ("role_nouns", "speech_verbs", "market_nouns", "sport_verbs", "place_nouns", "org_nouns")
MOVES = ("embeddings.learning_rate=0.02", "training.epochs=6", "model.hidden=30")


def learned(*settings):
    """A model of the sample, what it learned from, and the dev split."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        config = load_config(ROOT / "configs" / "quickstart.yaml", settings)
        train, dev = read_corpus(config.data.train), read_corpus(config.data.dev)
        vectors = load_vectors(config.embeddings.path) if config.embeddings.path else None
    rng = np.random.default_rng(config.seed)
    model = build_model(config, train, vectors, rng)
    list(Trainer(config, model, train, None, rng).run())
    return model, train, dev


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NER_WINDOW_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def tuned():
    return learned(*MOVES)


@pytest.fixture(scope="module")
def synonyms():
    """The near-synonyms that the sample splits between training and held-out data."""
    lexicon = yaml.safe_load((ROOT / "scripts" / "sample_lexicon.yaml").read_text("utf-8"))
    return [pair for pool in SYNONYMS for pair in zip(*lexicon[pool].values(), strict=True)]


@pytest.fixture(scope="module")
def analysis(tuned, synonyms):
    return analyze_vectors(*tuned, synonyms)


def cosine(one, other):
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_the_sample_shows_the_pitfall_by_construction(analysis, synonyms):
    """Of each pair one word is in training and moves; its synonym is held out and stays."""
    watched, found = analysis.pitfall.watched, analysis.pitfall
    assert (len(synonyms), len(watched), len(found.not_watched)) == (100, 90, 10)
    assert {(pair.word, pair.partner) for pair in watched} < set(synonyms)
    assert all(reason.endswith("is not in training") for reason in found.not_watched)
    assert sum(pair.cosine_after < pair.cosine_before for pair in watched) >= 85
    before = np.median([pair.cosine_before for pair in watched])
    after = np.median([pair.cosine_after for pair in watched])
    assert before > 0.95
    assert after < before - 0.02
    assert sum(pair.is_near for pair in watched) > 65
    assert found.left_behind > found.near / 5
    assert found.cosine_after < found.cosine_before - 0.03


def test_pairs_are_those_of_a_search_by_hand(tuned, analysis):
    model, train, dev = tuned
    matrix, factor = model.vectors.matrix, model.encoder.factor
    in_training = {w.lower() for w in train.tokens.words.categories}
    own_words = set(FineTunedSpace(model).own_words)
    for pair in [*analysis.pitfall.pairs[:6], *analysis.pitfall.watched[:3]]:
        word, partner = model.vectors.find([pair.word, pair.partner])
        own = model.network.tables[0].data[model.vocabulary.keys.index(pair.word)]
        assert pair.cosine_before == pytest.approx(cosine(matrix[word], matrix[partner]), abs=1e-5)
        assert pair.cosine_after == pytest.approx(cosine(own, matrix[partner]), abs=1e-5)
        for space, rank in (
            (PretrainedSpace(model.vectors), pair.rank_before),
            (FineTunedSpace(model), pair.rank_after),
        ):
            near = [word for word, _ in nearest_words(pair.word, space, len(model.vectors))]
            filed = [word for word in near if word not in own_words]
            assert filed.index(pair.partner) + 1 == pytest.approx(rank, abs=1)
        assert pair.partner not in in_training
        tokens = [w.lower() for w in (t for s in dev for t in s.tokens)]
        assert pair.tokens == tokens.count(pair.partner)
        np.testing.assert_array_equal(
            model.word_vectors([pair.partner])[0], matrix[partner] * np.float32(factor)
        )


def test_partners_that_occur_are_preferred_where_they_are_near(tuned, analysis):
    model, _, dev = tuned
    occurring = {
        model.vectors.index.word(row)
        for row in model.vocabulary.encode(dev.tokens.words).rows_out_of_table
    }
    for pair in analysis.pitfall.pairs:
        assert (pair.partner in occurring) == (pair.tokens > 0)
        if pair.tokens:
            continue
        near = nearest_words(pair.word, PretrainedSpace(model.vectors), 9)
        assert not occurring & {word for word, _ in near}


@pytest.mark.parametrize("at_once", [7, 100])
def test_the_nearest_and_ranks_by_hand(at_once):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 4)).astype(np.float32)
    directions = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    blocks = [(part, vectors[part]) for part in np.split(np.arange(50), [0, 20, 45])]
    others = [(part[part > 9], block[part > 9]) for part, block in blocks]
    cosines = directions[:10] @ directions.T
    np.testing.assert_array_equal(
        nearest_rows.nearest(vectors[:10], others, at_once), 10 + cosines[:, 10:].argmax(axis=1)
    )
    partners = rng.integers(10, 50, 10)
    of_partners = cosines[np.arange(10), partners]
    nearer = (cosines > of_partners[:, np.newaxis] + 1e-6).sum(axis=1)
    found = nearest_rows.ranks(vectors[:10], of_partners, blocks, at_once)
    np.testing.assert_array_equal(found, nearer)


class InSmallBlocks(WordVectors):
    def blocks(self):
        return super().blocks(block_bytes=100_000)


def test_blocks_do_not_matter(tuned, analysis, synonyms):
    model, train, dev = tuned
    vectors = InSmallBlocks(**{f.name: getattr(model.vectors, f.name) for f in fields(WordVectors)})
    assert len(list(vectors.blocks())) > 1 == len(list(model.vectors.blocks()))
    encoder = replace(model.encoder, vocabulary=Vocabulary(model.vocabulary.keys, vectors))
    model = replace(model, encoder=encoder)
    again = tv_telly.tv_telly(model, TrainedWords.of(model, train), dev, synonyms)
    for one, other in zip(again.watched, analysis.pitfall.watched, strict=True):
        assert (one.partner, one.tokens) == (other.partner, other.tokens)
        assert one.rank_after == pytest.approx(other.rank_after, abs=1)


def test_watched_pairs_that_cannot_be_looked_at_are_named(tuned):
    model, train, dev = tuned
    asked = [("nowhere", "forward"), ("striker", "qwertz"), ("Striker", "Goalkeeper")]
    found = tv_telly.tv_telly(model, TrainedWords.of(model, train), dev, asked)
    assert found.watched == []
    assert found.not_watched == [
        "nowhere and forward: nowhere is not in training",
        "striker and qwertz: qwertz has no vector",
        "striker and goalkeeper: goalkeeper is in training",
    ]


def test_drift_by_frequency(tuned, analysis):
    model, train, _ = tuned
    drift = analysis.drift
    counts = {}
    for sentence in train:
        for token in sentence.tokens:
            word = token.lower().translate(DIGITS_TO_ZERO)
            counts[word] = counts.get(word, 0) + 1
    assert drift.words == drift.moved == sum(bin_.words for bin_ in drift.bins)
    assert drift.words + drift.without_vector == len(model.vocabulary) - 2
    assert drift.outside_checked == len(model.vectors) - drift.words
    labels = [bin_.label for bin_ in drift.bins]
    assert labels == ["1", "2-3", "4-7", "8-15", "16-31", "32-63", "64-127", "128-255", "256-511"]
    once = [
        w for w in model.vocabulary.keys[2:] if counts.get(w) == 1 and model.vectors.find([w]) >= 0
    ]
    assert drift.bins[0].words == len(once)
    table, keys = model.network.tables[0].data, model.vocabulary.keys
    distances = []
    for word in once:
        before = model.vectors.matrix[int(model.vectors.find([word])[0])] * model.encoder.factor
        distances.append(1 - cosine(table[keys.index(word)].astype(float), before.astype(float)))
    np.testing.assert_allclose(
        drift.bins[0].cosine, np.percentile(distances, (25, 50, 75)), rtol=1e-5
    )
    assert [w.cosine for w in drift.furthest] == sorted(
        (w.cosine for w in drift.furthest), reverse=True
    )
    for word in drift.furthest[:5]:
        assert word.count == counts[word.word]


def test_frequency_and_drift_are_correlated_by_rank(tuned, analysis):
    model, train, _ = tuned
    trained = TrainedWords.of(model, train)
    is_shown = trained.counts > 0
    ranks = [
        np.array([(values < v).sum() + (values == v).sum() / 2 for v in values])
        for values in (trained.counts[is_shown], trained.cosine_distances[is_shown])
    ]
    expected = np.corrcoef(*ranks)[0, 1]
    assert analysis.drift.rank_correlation.cosine == pytest.approx(expected, abs=1e-9)
    assert abs(expected) > 0.05


def test_the_last_bin_is_open():
    bounds = list(frequency_bounds(10**6))
    assert bounds[-1] == (LAST_BIN, np.inf)
    assert [most + 1 for _, most in bounds[:-1]] == [least for least, _ in bounds[1:]]
    assert list(frequency_bounds(0)) == []


def test_a_word_outside_training_that_moved_is_found(tuned, monkeypatch):
    model, train, _ = tuned
    trained = TrainedWords.of(model, train)
    matrix = np.array(model.vectors.matrix)
    outside = int(model.vectors.find(["forward"])[0])
    matrix[outside, 7] = np.nextafter(matrix[outside, 7], 1)
    words = [model.vectors.index.word(row) for row in range(len(model.vectors))]
    other = WordVectors.of(words, matrix, model.vectors.deviation)
    with pytest.raises(MovedError, match=r"1 word .* 'forward' first"):
        check_outside(model, replace(trained, vectors=other))


@pytest.mark.parametrize("way", [NeighborsUnseenSettings(), MappedUnseenSettings()])
def test_words_that_the_model_moves_itself_were_not_moved_by_training(tuned, analysis, way):
    model, train, dev = tuned
    following = replace(model, encoder=replace(model.encoder, unseen=way))
    found = analyze_vectors(following, train, dev)
    assert found.drift == replace(analysis.drift, unseen=way.name)
    assert found.pitfall.cosine_after > analysis.pitfall.cosine_after
    for pair in found.pitfall.pairs[:3]:
        word, partner = following.word_vectors([pair.word, pair.partner])
        assert pair.cosine_after == pytest.approx(cosine(word, partner), abs=1e-5)
    assert 0 < found.pitfall.left_behind < analysis.pitfall.left_behind


def test_an_idle_row_that_moved_is_found(tuned):
    model, train, _ = tuned
    trained = TrainedWords.of(model, train)
    counts = trained.counts.copy()
    counts[trained.words.index("striker")] = 0
    with pytest.raises(MovedError, match="striker"):
        check_outside(model, replace(trained, counts=counts))


def test_a_file_with_a_word_twice(tuned):
    model, train, _ = tuned
    words = [model.vectors.index.word(row) for row in range(len(model.vectors))]
    matrix = np.concatenate(
        (model.vectors.matrix, np.ones((2, model.vectors.dimension), np.float32))
    )
    vectors = WordVectors.of([*words, "striker", "forward"], matrix, model.vectors.deviation)
    trained = replace(TrainedWords.of(model, train), vectors=vectors)
    assert check_outside(model, trained) == len(model.vectors) - len(trained)


def test_swapping_back_scores_the_pretrained_vectors(tuned, analysis):
    model, train, dev = tuned
    trained, found = TrainedWords.of(model, train), analysis.swap_back.by_seed[1]
    before = model.network.tables[0].data.copy()
    swapped = with_pretrained(model, trained)
    np.testing.assert_array_equal(model.network.tables[0].data, before)
    keys = model.vocabulary.keys
    filed = model.vectors.rows(model.vectors.find(["striker"])) * np.float32(model.encoder.factor)
    np.testing.assert_array_equal(swapped.network.tables[0].data[keys.index("striker")], filed[0])
    own = [row for row, key in enumerate(keys) if row > 1 and model.vectors.find([key]) < 0]
    np.testing.assert_array_equal(swapped.network.tables[0].data[own], before[own])
    assert (found.tuned, found.pretrained) == (evaluate(model, dev).f1, evaluate(swapped, dev).f1)
    assert found.change == found.pretrained - found.tuned < -1
    assert 0.5 < found.share < 1
    assert 0 < found.words < len(dev.tokens.words.categories)


def test_as_json_and_back(analysis):
    text = json.dumps(analysis.as_dict(), allow_nan=False)
    assert TypeAdapter(VectorAnalysis).validate_json(text) == analysis


def test_frozen_vectors_moved_by_exactly_zero():
    model, train, dev = learned("embeddings.trainable=false", "training.epochs=2")
    found = analyze_vectors(model, train, dev, [("striker", "forward")])
    assert (found.remark, found.pitfall) == (UNMOVED, None)
    assert found.drift.moved == 0 < found.drift.words
    for bin_ in [found.drift.total, *found.drift.bins]:
        assert {*bin_.cosine, *bin_.euclidean} == {0.0}
    assert found.drift.furthest == []
    assert (found.swap_back.change, found.swap_back.deviation) == (0.0, None)
    assert found.swap_back.by_seed[1].words == 0
    json.dumps(found.as_dict())


def test_random_vectors_have_nothing_to_drift_from():
    model, train, dev = learned(
        "embeddings={path: null, dimension: 5, trainable: true}", "training.epochs=1"
    )
    assert analyze_vectors(model, train, dev) == VectorAnalysis(RANDOM)


def test_a_saved_model_tells_the_same(tuned, analysis, synonyms, tmp_path):
    model, train, dev = tuned
    save_model(model, tmp_path / "model")
    assert analyze_vectors(load_model(tmp_path / "model"), train, dev, synonyms) == analysis


def test_rounding_does_not_pass_for_movement(tuned, analysis, synonyms, tmp_path):
    model, train, dev = tuned
    save_model(model, tmp_path / "model", "float16")
    with pytest.raises(InputError, match="half precision"):
        analyze_vectors(load_model(tmp_path / "model"), train, dev)
    whole = load_model(tmp_path / "model", model.vectors)
    assert analyze_vectors(whole, train, dev, synonyms) == analysis


def test_words_of_a_part_of_training(tuned):
    """Words that only the rest of training showed count as outside."""
    model, train, _ = tuned
    part = train.subset(np.arange(len(train)) < 100)
    trained = TrainedWords.of(model, part)
    assert (trained.counts == 0).any()
    with pytest.raises(MovedError):
        check_outside(model, trained)
    untouched = replace(trained, after=trained.before)
    assert check_outside(model, untouched) > 10_000


def test_the_type_of_a_word_is_that_of_most_of_its_tokens(tuned):
    model, train, _ = tuned
    trained = TrainedWords.of(model, train)
    types = dict(zip(trained.words, trained.types, strict=True))
    assert (types["striker"], types["germany"], types["rafael"]) == ("O", "LOC", "PER")
    binary = replace(
        model,
        network=replace(model.network, head=head_of(BinaryHeadSettings(target="LOC"))),
        tags=["O", "I-LOC"],
    )
    only = dict(zip(trained.words, TrainedWords.of(binary, train).types, strict=True))
    assert gold_of(binary, train).entity_counts().keys() == {"LOC"}
    assert (only["germany"], only["rafael"]) == ("LOC", "O")


def test_too_few_words_make_no_plane(tuned):
    model, train, dev = tuned
    trained = TrainedWords.of(model, train)
    table = model.network.tables[0].data.copy()
    table[trained.rows] = trained.before
    table[trained.rows[:2]] += 1
    moved = replace(
        model,
        network=replace(
            model.network, tables=[ad.Parameter(table, "words"), *model.network.tables[1:]]
        ),
    )
    found = analyze_vectors(moved, train, dev)
    assert (found.drift.moved, found.pitfall.words) == (2, 2)
