"""Operations whose meaning deserves an independent statement."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad


def log_likelihood_by_enumeration(scores, transitions, tags, lengths):
    """-(1 / tokens) sum of log p(tags), all sequences written out."""
    k, start, total = scores.shape[1], 0, 0.0
    for length in lengths:
        rows, gold = scores[start : start + length], tags[start : start + length]

        def score(path, rows=rows):
            steps = [k, *path, k]
            inside = sum(rows[t, tag] for t, tag in enumerate(path))
            return inside + sum(transitions[a, b] for a, b in itertools.pairwise(steps))

        every = [score(path) for path in itertools.product(range(k), repeat=length)]
        total += score(gold) - np.logaddexp.reduce(every)
        start += length
    return -total / len(tags)


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.integers(0, 2**32 - 1),
    st.sampled_from([1.0, 10.0, 100.0, 1000.0]),
)
def test_sentence_log_likelihood_is_the_enumeration(lengths, seed, size):
    rng = np.random.default_rng(seed)
    k, n = 3, sum(lengths)
    scores, transitions = size * rng.normal(size=(n, k)), size * rng.normal(size=(k + 1, k + 1))
    tags = rng.integers(0, k, n)
    loss = ad.sentence_log_likelihood(
        ad.Parameter(scores), ad.Parameter(transitions), tags, np.array(lengths)
    )
    expected = log_likelihood_by_enumeration(scores, transitions, tags, lengths)
    assert loss.item() == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_transitions_that_never_happen():
    scores = ad.Parameter(np.zeros((3, 2)))
    transitions = np.zeros((3, 3))
    transitions[0, 1] = -np.inf
    t = ad.Parameter(transitions)
    loss = ad.sentence_log_likelihood(scores, t, np.array([1, 1, 0]), np.array([3]))
    # Of the 8 sequences of two tags, those without 0 -> 1 are 111, 110, 100, 000.
    assert loss.item() == pytest.approx(np.log(4) / 3)
    loss.backward()
    assert np.isfinite(scores.grad).all()
    assert t.grad[0, 1] == 0
    np.testing.assert_allclose(scores.grad.sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [30, 60, 300])
def test_extreme_scores_are_as_exact_as_their_dtype(dtype, size):
    rng = np.random.default_rng(size)
    for _ in range(20):
        scores = (size * rng.normal(size=(4, 3))).astype(dtype)
        transitions = (size * rng.normal(size=(4, 4))).astype(dtype)
        tags, lengths = rng.integers(0, 3, 4), np.array([4])
        s, t = ad.Parameter(scores), ad.Parameter(transitions)
        loss = ad.sentence_log_likelihood(s, t, tags, lengths)
        exact = [scores.astype(np.float64), transitions.astype(np.float64)]
        expected = log_likelihood_by_enumeration(*exact, tags, [4])
        assert loss.item() == pytest.approx(expected, rel=1e-5, abs=1e-4)
        loss.backward()
        assert loss.dtype == s.grad.dtype == t.grad.dtype == dtype
        np.testing.assert_allclose(s.grad.sum(axis=1), 0, atol=1e-5)
        p = s.grad * 4 + np.eye(3)[tags]
        assert p.min() > -1e-4
        assert p.max() < 1 + 1e-4


def test_gradients_in_log_space_are_checked_too():
    rng = np.random.default_rng(0)
    transitions = rng.normal(size=(4, 4))
    transitions[0, 1] = -500.0
    s, t = ad.Parameter(rng.normal(size=(5, 3)), "s"), ad.Parameter(transitions, "t")
    loss = ad.sentence_log_likelihood(s, t, np.array([0, 1, 2, 2, 0]), np.array([3, 2]))
    for report in ad.gradient_check(ad.Graph(loss)):
        assert report.passed, str(report)


def test_a_path_that_underflows_on_the_way_and_is_forced_at_the_end():
    scores = np.tile(np.array([[0.0, 20.0]], np.float32), (6, 1))
    transitions = np.zeros((3, 3), np.float32)
    transitions[0, 1] = transitions[1, 0] = transitions[1, 2] = -np.inf  # only 000000 is possible
    s = ad.Parameter(scores)
    loss = ad.sentence_log_likelihood(s, transitions, np.zeros(6, np.int64), np.array([6]))
    assert loss.item() == pytest.approx(0, abs=1e-6)
    loss.backward()
    np.testing.assert_allclose(s.grad, 0, atol=1e-6)


def test_an_empty_batch_of_sentences():
    none = np.zeros(0, np.int64)
    loss = ad.sentence_log_likelihood(ad.Parameter(np.zeros((0, 2))), np.zeros((3, 3)), none, none)
    assert loss.item() == 0


def test_where_no_sequence_is_possible():
    never = np.full((3, 3), -np.inf)
    with pytest.raises(ValueError, match="no tag sequence is possible"):
        ad.sentence_log_likelihood(np.zeros((1, 2)), never, np.array([0]), np.array([1]))


def test_a_sentence_loss_refuses_what_does_not_fit():
    scores, transitions = ad.Parameter(np.zeros((3, 2))), ad.Parameter(np.zeros((3, 3)))
    tags = np.zeros(3, np.int64)
    with pytest.raises(ad.ShapeError, match="transitions"):
        ad.sentence_log_likelihood(scores, scores, tags, np.array([3]))
    with pytest.raises(ValueError, match="add up to 3"):
        ad.sentence_log_likelihood(scores, transitions, tags, np.array([2]))
    with pytest.raises(ValueError, match="at least 1"):
        ad.sentence_log_likelihood(scores, transitions, tags, np.array([3, 0]))
    with pytest.raises(IndexError, match="outside 0 to 1"):
        ad.sentence_log_likelihood(scores, transitions, tags + 2, np.array([3]))


@given(st.lists(st.integers(-1, 3), max_size=10), st.booleans())
def test_group_means_are_what_they_say(groups, others_only):
    groups = np.array(groups, np.int64)
    x = np.random.default_rng(0).normal(size=(groups.size, 2))
    means = ad.group_mean(ad.Tensor(x), groups, others_only).data
    for i, group in enumerate(groups):
        members = [
            j
            for j in range(groups.size)
            if group >= 0 and groups[j] == group and not (others_only and i == j)
        ]
        expected = x[members].mean(axis=0) if members else np.zeros(2)
        np.testing.assert_allclose(means[i], expected, atol=1e-12)


def test_a_bag_is_the_mean_of_its_rows_padding_not_counted():
    table = ad.Parameter([[9.0], [1.0], [2.0], [6.0]])
    bags = np.array([[1, 2, 0], [3, 0, 0], [0, 0, 0], [1, 1, 3]])
    means = ad.lookup_bag(table, bags, padding=0)
    np.testing.assert_allclose(means.data[:, 0], [1.5, 6, 0, 8 / 3])
    ad.sum(means).backward()
    np.testing.assert_allclose(table.grad.to_dense()[:, 0], [0, 0.5 + 2 / 3, 0.5, 1 + 1 / 3])


def test_padding_rows_get_no_gradient():
    table = ad.Parameter(np.ones((3, 2)))
    ad.sum(ad.lookup_window(table, np.array([[0, 1], [2, 0]]), padding=0)).backward()
    assert sorted(table.grad.indices.tolist()) == [1, 2]
    empty = ad.lookup(table, [])
    assert empty.shape == (0, 2)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "hard_tanh", "relu", "leaky_relu"])
@pytest.mark.parametrize("outputs", [3, 40])
def test_a_layer_is_affine_and_nonlinearity(name, outputs):
    rng = np.random.default_rng(0)
    x, w, b = (ad.Parameter(rng.normal(size=s)) for s in ((5, 4), (outputs, 4), (outputs,)))
    fused = ad.layer(x, w, b, name)
    plain = getattr(ad, name)(ad.affine(x, w, b))
    np.testing.assert_allclose(fused.data, plain.data, rtol=1e-12)
    upstream = rng.normal(size=(5, outputs))
    one, other = ad.Graph(fused).gradients(upstream), ad.Graph(plain).gradients(upstream)
    for source in (x, w, b):
        np.testing.assert_allclose(one[source], other[source], rtol=1e-12)
    with pytest.raises(ValueError, match="no nonlinearity 'sine'"):
        ad.layer(x, w, b, "sine")


def test_ties_go_to_the_first():
    x = ad.Parameter([[1.0, 3.0, 3.0]])
    ad.sum(ad.max(x, axis=1)).backward()
    np.testing.assert_array_equal(x.grad, [[0, 1, 0]])
    x, y = ad.Parameter(2.0), ad.Parameter(2.0)
    ad.minimum(x, y).backward()
    assert (x.grad, y.grad) == (1, 0)


def test_losses_by_hand():
    s, y = ad.Tensor([2.0, -1.0]), np.array([1, 0])
    p = 1 / (1 + np.exp([-2.0, 1.0]))
    expected = -(np.log(p[0]) + np.log(1 - p[1])) / 2
    assert ad.binary_cross_entropy(s, y).item() == pytest.approx(expected)
    assert ad.binary_cross_entropy(ad.Tensor([1000.0]), np.array([0])).item() == 1000
    true, corrupted = ad.Parameter([2.0, 0.0]), ad.Parameter([0.5, 0.5])
    loss = ad.margin_loss(true, corrupted)
    assert loss.item() == pytest.approx((0 + 1.5) / 2)
    loss.backward()
    np.testing.assert_array_equal(true.grad, [0, -0.5])
    np.testing.assert_array_equal(corrupted.grad, [0, 0.5])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.uint64])
def test_class_numbers_are_integers_of_any_size(dtype):
    scores = np.random.default_rng(0).normal(size=(300, 5))
    targets = np.arange(300) % 5
    expected = ad.softmax_cross_entropy(ad.Tensor(scores), ad.Tensor(targets)).item()
    loss = ad.softmax_cross_entropy(ad.Tensor(scores), ad.Tensor(targets.astype(dtype)))
    assert loss.item() == expected


@pytest.mark.parametrize("wrong", [-1, 5])
def test_a_class_that_is_not_there_is_an_error(wrong):
    with pytest.raises(IndexError, match=f"{wrong} is outside 0 to 4"):
        ad.softmax_cross_entropy(ad.Tensor(np.zeros((3, 5))), ad.Tensor(np.array([0, wrong, 1])))


def test_operators_and_indexing():
    x = ad.Parameter(np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal((x**2)[1].data, [9, 16, 25])
    ad.sum(x[[0, 0], [1, 1]]).backward()
    np.testing.assert_array_equal(x.grad, [[0, 2, 0], [0, 0, 0]])
    with pytest.raises(ad.ShapeError, match="fitting key"):
        x[5]
    with pytest.raises(TypeError, match="truth values"):
        ad.where(np.array([1]), x, x)
    for bad in (lambda: ad.concatenate([x], axis=3), lambda: ad.concatenate([])):
        with pytest.raises(ad.ShapeError):
            bad()
    with pytest.raises(ad.ShapeError, match="equal shapes"):
        ad.stack([x, x[0]])
    with pytest.raises(ad.ShapeError, match="at least one element"):
        ad.max(ad.Tensor(np.zeros((0, 2))), axis=0)


def test_logsumexp_of_what_cannot_happen():
    assert ad.logsumexp(ad.Tensor([1000.0, 1000.0])).item() == pytest.approx(1000 + np.log(2))
    with np.errstate(divide="ignore"):
        assert ad.logsumexp(ad.Tensor([-np.inf, -np.inf])).item() == -np.inf
