"""What is trained on: subsets of whole documents, nested, and what is held out of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.config import Config
from ner_window.corpora.corpus import read_corpus
from ner_window.errors import InputError
from ner_window.training.selection import parts_of_train, selection_of, subset_of
from tests.small_files import documents as small_documents

SENTENCE = "Anna B-PER\nsings O\n"


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    """Twenty documents; document n has n sentences of two tokens each."""
    path = tmp_path_factory.mktemp("data") / "train.conll"
    documents = ["-DOCSTART- O\n\n" + f"{SENTENCE}\n" * (n + 1) for n in range(20)]
    path.write_text("".join(documents))
    return read_corpus(path)


def data_of(**settings):
    embeddings = {"dimension": 3}
    data = {"train": "t", "dev": "d", **settings}
    return Config.model_validate({"data": data, "embeddings": embeddings}).data


def documents(corpus):
    numbers, counts = np.unique(corpus.tokens.documents, return_counts=True)
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


@given(st.integers(0, 5), st.integers(1, 420), st.integers(1, 420))
def test_subsets_are_nested_and_made_of_whole_documents(train, seed, one, other):
    small, large = (
        subset_of(data_of(subset={"tokens": size, "seed": seed}), train)
        for size in sorted((one, other))
    )
    whole = documents(train)
    assert documents(small).items() <= documents(large).items() <= whole.items()
    longest = 2 * max(whole.values())
    assert abs(large.token_count - max(one, other)) <= longest / 2 or large.token_count <= longest


def test_a_fraction_is_a_share_of_the_tokens(train):
    part = subset_of(data_of(subset={"fraction": 0.5}), train)
    assert part.token_count == pytest.approx(train.token_count / 2, abs=20)


def test_seeds_draw_other_documents_and_a_subset_keeps_the_order_of_the_file(train):
    drawn = [subset_of(data_of(subset={"tokens": 100, "seed": seed}), train) for seed in (1, 2, 1)]
    lines = [part.lines.tolist() for part in drawn]
    assert lines[0] == lines[2] != lines[1]
    assert lines[0] == sorted(lines[0])


def test_what_is_held_out_is_held_out_of_the_subset(train):
    data = data_of(subset={"tokens": 200}, selection={"fraction": 0.25})
    config = Config.model_validate(
        {"data": data.model_dump(by_alias=True), "embeddings": {"dimension": 3}}
    )
    learned, chosen = selection_of(config, {"train": train})
    together = documents(learned) | documents(chosen)
    assert together == documents(subset_of(data, train))
    assert not set(documents(learned)) & set(documents(chosen))


def test_files_without_documents_are_cut_into_blocks(tmp_path):
    path = tmp_path / "train.conll"
    path.write_text(f"{SENTENCE}\n" * 30)
    part = subset_of(data_of(subset={"tokens": 20}, documents={"sentences": 5}), read_corpus(path))
    assert part.token_count == 20
    starts = part.lines[::10]  # blocks of five sentences of two tokens
    assert (starts % 15 == 1).all()


def unmarked(folder, sentences):
    path = folder / f"{sentences}.conll"
    path.write_text(f"{SENTENCE}\n" * sentences)
    return read_corpus(path)


def chosen_lines(corpus, **selection):
    """Return which sentences, from 0, are held out to choose on."""
    config = Config.model_validate(
        {"data": {"train": "t", "selection": selection}, "embeddings": {"dimension": 3}}
    )
    learned, chosen = selection_of(config, {"train": corpus})
    assert len(learned) + len(chosen) == len(corpus)
    return (chosen.lines[::2] // 3).tolist()  # sentences of two tokens and a blank line


def test_a_small_file_without_documents_holds_out_sentences(tmp_path):
    assert chosen_lines(unmarked(tmp_path, 100)) == list(range(9, 100, 10))
    assert chosen_lines(unmarked(tmp_path, 180)) == list(range(9, 180, 10))
    assert chosen_lines(unmarked(tmp_path, 30), fraction=0.5) == list(range(20, 30))  # a block


def test_a_larger_file_without_documents_holds_out_blocks(tmp_path):
    assert chosen_lines(unmarked(tmp_path, 181)) == [180]
    assert chosen_lines(unmarked(tmp_path, 400)) == [*range(180, 200), *range(380, 400)]


def test_a_single_document_is_held_out_by_sentences(tmp_path):
    path = tmp_path / "train.conll"
    path.write_text("-DOCSTART- O\n\n" + f"{SENTENCE}\n" * 20)
    _, chosen = selection_of(
        Config.model_validate(
            {"data": {"train": "t", "selection": {}}, "embeddings": {"dimension": 3}}
        ),
        {"train": read_corpus(path)},
    )
    assert len(chosen) == 2


KINDS = ["spread", "random", "order", "unseen-names", "far"]


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    """Thirty documents of two sentences, with few names, and twenty with names of their own."""
    path = tmp_path_factory.mktemp("news") / "train.conll"
    own = [
        f"-DOCSTART- O\n\nBo{n} B-PER\nsings O\nin O\nPlace{n} B-LOC\n\nit O\n\n" for n in range(20)
    ]
    path.write_text(small_documents(30, 1) + "\n" + "".join(own))
    return read_corpus(path)


def config_of(**data):
    return Config.model_validate(
        {"data": {"train": "t", "dev": "d", **data}, "embeddings": {"dimension": 3}}
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("subset", [None, {"fraction": 0.7}])
def test_each_sentence_is_in_one_part_and_documents_are_whole(news, kind, subset):
    config = config_of(subset=subset, selection={"kind": kind, "fraction": 0.2})
    parts = parts_of_train(config, news)
    times = sum(part.astype(int) for part in (parts.learned_from, parts.held_out, parts.dropped))
    inside = subset_of(config.data, news)
    assert set(times[np.isin(news.tokens.documents, inside.tokens.documents)]) == {1}
    assert times.sum() == len(inside)
    learned, chosen = selection_of(config, {"train": news})
    assert not set(documents(learned)) & set(documents(chosen))
    assert documents(chosen).items() <= documents(news).items()
    assert kind == "unseen-names" or not parts.dropped.any()
    assert 0.1 < len(chosen) / len(inside) < 0.3
    names, others = ({m[1:] for m in corpus.mentions()} for corpus in (chosen, learned))
    assert bool(names & others) == (kind != "unseen-names") or kind in ("order", "far")
    same = selection_of(config, {"train": news}, parts)
    assert [part.lines.tolist() for part in same] == [
        learned.lines.tolist(),
        chosen.lines.tolist(),
    ]


def test_the_order_of_the_file_holds_out_its_end(news):
    parts = parts_of_train(config_of(selection={"kind": "order", "fraction": 0.2}), news)
    assert parts.held_out.tolist() == sorted(parts.held_out.tolist())


def test_the_seed_of_the_selection_draws_and_that_of_the_run_does_not(news):
    def held_out(kind, seed, run_seed=1):
        config = config_of(selection={"kind": kind, "fraction": 0.2, "seed": seed})
        config = config.model_copy(update={"seed": run_seed})
        return parts_of_train(config, news).held_out.tolist()

    for kind in ("random", "unseen-names"):
        assert held_out(kind, 1) == held_out(kind, 1, 7) != held_out(kind, 2)


def test_a_kind_that_cannot_be_had_names_the_keys(train):
    for kind in KINDS:
        with pytest.raises(InputError, match=r"data\.selection\.fraction 0\.01 .* to 0\.05"):
            parts_of_train(config_of(selection={"kind": kind, "fraction": 0.01}), train)
    with pytest.raises(InputError, match=r"data\.selection {kind: unseen-names, .* hold out less"):
        parts_of_train(config_of(selection={"kind": "unseen-names"}), train)
    with pytest.raises(ValueError, match="unseen-names"):
        config_of(selection={"kind": "unseen"})


def test_too_little_to_hold_out_names_the_keys(train, tmp_path):
    with pytest.raises(
        InputError, match=r"data\.selection\.fraction 0\.1 of 5 sentences .*0\.2 or"
    ):
        chosen_lines(unmarked(tmp_path, 5))
    with pytest.raises(
        InputError, match=r"data\.selection\.fraction 0\.01 of 20 documents .*0\.05"
    ):
        chosen_lines(train, fraction=0.01)
    with pytest.raises(InputError, match=r"of 1 sentence .*data\.selection: null"):
        chosen_lines(unmarked(tmp_path, 1))


def test_more_than_there_is_is_refused(train):
    with pytest.raises(InputError, match=r"421, but .* has 420 tokens"):
        subset_of(data_of(subset={"tokens": 421}), train)
    for subset in ({}, {"tokens": 5, "fraction": 0.5}):
        with pytest.raises(ValueError, match="either `tokens` or `fraction`"):
            data_of(subset=subset)
