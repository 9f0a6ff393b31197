"""The training step of the window model in PyTorch, as one would write it there.

The batches are tensors already. Fine-tuned vectors are a sparse embedding with SparseAdam: a dense
gradient would cost the whole vocabulary at every step.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn.functional import cross_entropy

from benchmarks.window_model import Batches, Block, Weights


def eager_block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """Eager, Adam as it comes."""
    return _block(weights, batches, fine_tuned, is_fused=False, is_compiled=False)


def fused_block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """Eager, Adam(fused=True): one kernel for all dense parameters."""
    return _block(weights, batches, fine_tuned, is_fused=True, is_compiled=False)


def compiled_block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """torch.compile, Adam(fused=True); the sparse embedding stays outside of what is compiled."""
    return _block(weights, batches, fine_tuned, is_fused=True, is_compiled=True)


def _block(
    weights: Weights, batches: Batches, fine_tuned: bool, is_fused: bool, is_compiled: bool
) -> Block:
    torch.set_num_threads(1)
    table = torch.tensor(weights.table)
    embedding = torch.nn.Embedding.from_pretrained(table, freeze=not fine_tuned, sparse=True)
    network = torch.nn.Sequential()
    for w, b in weights.layers:
        network.extend([_linear(w, b), torch.nn.Tanh()])
    network.append(_linear(weights.u, weights.c))
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.Adam(network.parameters(), fused=is_fused)
    ]
    if fine_tuned:
        optimizers.append(torch.optim.SparseAdam(list(embedding.parameters())))
    tensors = [(torch.from_numpy(ids), torch.from_numpy(tags)) for ids, tags in batches]

    def judge(x: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
        return cross_entropy(network(x.flatten(1)), tags)

    def look_up_and_judge(ids: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
        return judge(embedding(ids), tags)

    loss_of: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = look_up_and_judge
    if is_compiled and fine_tuned:
        compiled_judge = torch.compile(judge)
        loss_of = lambda ids, tags: compiled_judge(embedding(ids), tags)  # noqa: E731
    elif is_compiled:
        loss_of = torch.compile(look_up_and_judge)

    def step(ids: torch.Tensor, tags: torch.Tensor) -> float:
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss = loss_of(ids, tags)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        return loss.item()

    return lambda start, end: [step(*pair) for pair in tensors[start:end]]


def _linear(weights, bias) -> torch.nn.Linear:
    layer = torch.nn.Linear(weights.shape[1], weights.shape[0])
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights))
        layer.bias.copy_(torch.from_numpy(bias))
    return layer
