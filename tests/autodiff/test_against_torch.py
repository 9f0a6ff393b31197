"""Optimizers and losses against PyTorch, where it is installed: an independent implementation."""

import numpy as np
import pytest

import autodiff as ad
from autodiff import RowSparse

pytestmark = pytest.mark.filterwarnings("ignore:Sparse invariant checks")
torch = pytest.importorskip("torch", reason="PyTorch is a reference only, and is not installed")

PAIRS = {
    "SGD": (lambda p: ad.SGD(p, 0.05), lambda p: torch.optim.SGD(p, 0.05)),
    "Momentum": (
        lambda p: ad.Momentum(p, 0.05, momentum=0.8),
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.8),
    ),
    "Nesterov": (
        lambda p: ad.Nesterov(p, 0.05, momentum=0.8),
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.8, nesterov=True),
    ),
    "Adagrad": (lambda p: ad.Adagrad(p, 0.05), lambda p: torch.optim.Adagrad(p, 0.05)),
    "RMSprop": (lambda p: ad.RMSprop(p, 0.01), lambda p: torch.optim.RMSprop(p, 0.01)),
    "Adam": (lambda p: ad.Adam(p, 0.01), lambda p: torch.optim.Adam(p, 0.01)),
    "AdamW": (
        lambda p: ad.AdamW(p, 0.01, weight_decay=0.1),
        lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_100_dense_steps(name):
    make_ours, make_theirs = PAIRS[name]
    rng = np.random.default_rng(0)
    starts = [rng.normal(size=shape) for shape in ((4, 3), (5,))]
    ours = [ad.Parameter(start) for start in starts]
    theirs = [torch.nn.Parameter(torch.tensor(start)) for start in starts]
    our_optimizer, their_optimizer = make_ours(ours), make_theirs(theirs)
    for _ in range(100):
        for mine, yours in zip(ours, theirs, strict=True):
            gradient = rng.normal(size=mine.shape)
            mine.grad, yours.grad = gradient, torch.tensor(gradient)
        our_optimizer.step()
        their_optimizer.step()
        for mine, yours in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine.data, yours.detach().numpy(), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("SGD", "SGD"), ("Adagrad", "Adagrad"), ("SparseAdam", "SparseAdam")],
)
def test_100_sparse_steps(name, theirs):
    rng = np.random.default_rng(0)
    start = rng.normal(size=(10, 3))
    mine, yours = ad.Parameter(start), torch.nn.Parameter(torch.tensor(start))
    our_optimizer = getattr(ad, name)([mine], 0.05)
    their_optimizer = getattr(torch.optim, theirs)([yours], lr=0.05)
    for _ in range(100):
        indices = rng.integers(0, 10, 6)
        values = rng.normal(size=(6, 3))
        mine.grad = RowSparse(indices, values, (10, 3))
        yours.grad = torch.sparse_coo_tensor(
            torch.tensor(indices[np.newaxis]), torch.tensor(values), (10, 3)
        )
        our_optimizer.step()
        their_optimizer.step()
        np.testing.assert_allclose(mine.data, yours.detach().numpy(), rtol=1e-5, atol=1e-7)


def test_clipping_counts_sparse_rows():
    rng = np.random.default_rng(0)
    gradients = [rng.normal(size=(4, 3)), rng.normal(size=5)]
    mine = [ad.Parameter(np.zeros_like(g)) for g in gradients]
    yours = [torch.nn.Parameter(torch.zeros(*g.shape, dtype=torch.float64)) for g in gradients]
    rows = np.vstack([gradients[0], [[1, 2, 3]] * 2])
    mine[0].grad = RowSparse(np.array([0, 1, 2, 3, 1, 1]), rows, (4, 3))
    dense = mine[0].grad.to_dense()
    mine[1].grad = gradients[1].copy()
    for parameter, gradient in zip(yours, (dense, gradients[1]), strict=True):
        parameter.grad = torch.tensor(gradient)
    theirs = torch.nn.utils.clip_grad_norm_(yours, 1.0)
    assert ad.clip_global_norm(mine, 1.0) == pytest.approx(float(theirs))
    np.testing.assert_allclose(mine[0].grad.to_dense(), yours[0].grad.numpy(), rtol=1e-5)
    np.testing.assert_allclose(mine[1].grad, yours[1].grad.numpy(), rtol=1e-5)


def test_losses_and_their_gradients():
    rng = np.random.default_rng(0)
    scores, tags = rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    mine, yours = ad.Parameter(scores), torch.tensor(scores, requires_grad=True)
    ad.softmax_cross_entropy(mine, tags).backward()
    torch.nn.functional.cross_entropy(yours, torch.tensor(tags)).backward()
    np.testing.assert_allclose(mine.grad, yours.grad.numpy(), rtol=1e-10)
    mine, yours = ad.Parameter(scores[:, 0]), torch.tensor(scores[:, 0], requires_grad=True)
    targets = (tags > 1).astype(int)
    ad.binary_cross_entropy(mine, targets).backward()
    expected = torch.tensor(targets, dtype=torch.float64)
    torch.nn.functional.binary_cross_entropy_with_logits(yours, expected).backward()
    np.testing.assert_allclose(mine.grad, yours.grad.numpy(), rtol=1e-10)
