"""The training step of the window model in JAX, as one would write it there.

The whole step is one compiled function whose state is donated, so that XLA updates it in place. The
gradient of fine-tuned vectors is that of the rows that were read; the rows of a word are summed by
way of a mark for each word, and the update is scattered into the table. The batches are on the
device already.
"""

from __future__ import annotations

import os

os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.window_model import Batches, Block, Weights

jax.config.update("jax_cpu_enable_async_dispatch", False)  # one thread

RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def step_block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """One call for each step."""
    step = jax.jit(_step_function(fine_tuned), donate_argnums=0)
    state = _initial_state(weights, fine_tuned)
    arrays = [(jnp.asarray(ids, jnp.int32), jnp.asarray(tags, jnp.int32)) for ids, tags in batches]

    def block(start: int, end: int) -> list[float]:
        nonlocal state
        losses = []
        for batch in arrays[start:end]:
            state, loss = step(state, batch)
            losses.append(loss.item())
        return losses

    return block


def scanned_block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """One call for many steps, so that the cost of a call is shared."""
    step = _step_function(fine_tuned)
    steps = jax.jit(lambda state, several: jax.lax.scan(step, state, several), donate_argnums=0)
    state = _initial_state(weights, fine_tuned)
    kept: dict[tuple[int, int], object] = {}

    def block(start: int, end: int) -> list[float]:
        nonlocal state
        if (start, end) not in kept:
            ids, tags = (np.stack(arrays) for arrays in zip(*batches[start:end], strict=True))
            kept[start, end] = jnp.asarray(ids, jnp.int32), jnp.asarray(tags, jnp.int32)
        state, losses = steps(state, kept[start, end])
        return np.asarray(losses).tolist()

    return block


def _initial_state(weights: Weights, fine_tuned: bool):
    dense = [*(array for layer in weights.layers for array in layer), weights.u, weights.c]
    dense = [jnp.array(array) for array in dense]
    table = jnp.array(weights.table)
    moments = ([jnp.zeros_like(x) for x in dense], [jnp.zeros_like(x) for x in dense])
    rows = ()
    if fine_tuned:
        marks = jnp.zeros(len(weights.table), jnp.int32)
        rows = (jnp.zeros_like(table), jnp.zeros_like(table), marks)
    return {"t": jnp.zeros((), jnp.int32), "dense": dense, "moments": moments} | {
        "table": table,
        "rows": rows,
    }


def _loss(dense, x, tags):
    *layers, u, c = dense
    h = x.reshape(len(tags), -1)
    for w, b in zip(layers[::2], layers[1::2], strict=True):
        h = jnp.tanh(h @ w.T + b)
    log_p = jax.nn.log_softmax(h @ u.T + c)
    return -jnp.take_along_axis(log_p, tags[:, None], axis=1).mean()


def _adam(theta, g, m, v, t):
    """Return the change of theta and the new moments."""
    m = BETA1 * m + (1 - BETA1) * g
    v = BETA2 * v + (1 - BETA2) * g * g
    rate = RATE * jnp.sqrt(1 - BETA2**t) / (1 - BETA1**t)
    return -rate * m / (jnp.sqrt(v) + EPSILON), m, v


def _step_function(fine_tuned: bool):
    def step(state, batch):
        ids, tags = batch
        t = (state["t"] + 1).astype(jnp.float32)
        table, rows = state["table"], state["rows"]
        x = table[ids]
        if fine_tuned:
            loss, (grads, dx) = jax.value_and_grad(_loss, (0, 1))(state["dense"], x, tags)
            table, rows = _update_rows(table, rows, ids.reshape(-1), dx, t)
        else:
            loss, grads = jax.value_and_grad(_loss)(state["dense"], x, tags)
        updated = [
            _adam(theta, g, m, v, t)
            for theta, g, m, v in zip(state["dense"], grads, *state["moments"], strict=True)
        ]
        dense = [theta + new[0] for theta, new in zip(state["dense"], updated, strict=True)]
        moments = ([new[1] for new in updated], [new[2] for new in updated])
        new_state = {"t": state["t"] + 1, "dense": dense, "moments": moments}
        return new_state | {"table": table, "rows": rows}, loss

    return step


def _update_rows(table, rows, ids, dx, t):
    """Sum the rows of each word at the position that its mark names; update there alone."""
    m, v, marks = rows
    size, d = table.shape
    positions = jnp.arange(ids.size, dtype=jnp.int32)
    marks = marks.at[ids].set(positions)
    slots = marks[ids]
    g = jnp.zeros((ids.size, d), dx.dtype).at[slots].add(dx.reshape(-1, d))
    change, new_m, new_v = _adam(0, g, m[ids], v[ids], t)
    own = jnp.where(slots == positions, ids, size)  # other positions: out of range, dropped
    table = table.at[own].add(change, mode="drop")
    m = m.at[own].set(new_m, mode="drop")
    v = v.at[own].set(new_v, mode="drop")
    return table, (m, v, marks)
