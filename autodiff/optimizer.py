"""What every optimizer has in common: parameter groups, flat memory, rows, state, clipping.

For small models the numpy calls of a step cost more than its arithmetic. The dense parameters of a
group therefore lie in one flat block of memory and are updated as one array. The formulas are in
``optimizers``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

import numpy as np

from autodiff.arrays import Array
from autodiff.errors import ShapeError, SparseGradientError
from autodiff.memory import Block, Workspace, written
from autodiff.row_sparse import RowSparse, TableRows, put_rows_back, take_rows
from autodiff.tensor import Parameter

State = dict[str, Array]


class _Slot:
    """A parameter with the state of its optimizer and the number of its updates."""

    def __init__(self, parameter: Parameter, state_names: Iterable[str]) -> None:
        self.parameter = parameter
        self.state: State = {name: np.zeros_like(parameter.array) for name in state_names}
        self.steps = 0
        self._tables: dict[str, TableRows] = {}

    def tables(self) -> dict[str, TableRows]:
        """Return the parameter, as ``theta``, and its state for work on some rows of them."""
        theta = self.parameter.array
        if not self._tables or self._tables["theta"].table is not theta:
            arrays = {"theta": theta, **self.state}
            self._tables = {name: TableRows(array) for name, array in arrays.items()}
        return self._tables


class _FlatSlots:
    """Several dense parameters with their states, gathered in a block to be updated as one."""

    def __init__(self, slots: Sequence[_Slot]) -> None:
        self.slots = list(slots)
        self.block = Block([slot.parameter for slot in slots])
        self.state: State = {}
        for name in slots[0].state:
            flat = self.state[name] = np.empty_like(self.block.values)
            for slot, own in zip(slots, self.block.cut(flat), strict=True):
                np.copyto(own, slot.state[name])
                slot.state[name] = own


class ParameterGroup:
    """Parameters with a learning rate of their own, which may be changed between steps."""

    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: float, state_names: Iterable[str]
    ) -> None:
        self.slots = [_Slot(parameter, state_names) for parameter in parameters]
        self.learning_rate = learning_rate
        self.flat: _FlatSlots | None = None

    @property
    def learning_rate(self) -> float:
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if not value >= 0:
            raise ValueError(f"a learning rate is not negative, got {value}")
        self._learning_rate = value


class Optimizer:
    """Updates parameters from their ``.grad``, in place.

    ``parameters`` are parameters, or groups ``{"parameters": [...], "learning_rate": ...}``. A
    parameter whose ``.grad`` is None is left alone, state and all. ``learning_rate`` may be
    changed between steps, for all groups at once or in ``groups``: that is how a schedule is
    followed. Raises ValueError unless the initial learning rates are positive.

    A subclass names its state arrays, which start at zero, and defines ``_update``: the formula,
    applied in place to arrays of one shape. Sparse gradients are refused unless ``_update`` on the
    touched rows alone is what the optimizer means to do (``updates_rows``).
    """

    state_names: ClassVar[tuple[str, ...]] = ()
    updates_rows: ClassVar[bool] = False
    updates_dense: ClassVar[bool] = True
    alternative: ClassVar[str] = "SparseAdam (touched rows only), or SGD or Adagrad (exact)"

    def __init__(
        self, parameters: Iterable[Parameter | Mapping[str, Any]], learning_rate: float
    ) -> None:
        self.groups = [
            ParameterGroup(group, _positive(rate), self.state_names)
            for group, rate in _groups_of(parameters, learning_rate)
        ]
        self._slots = [slot for group in self.groups for slot in group.slots]
        self.workspace = Workspace()

    @property
    def learning_rate(self) -> float:
        """The learning rate of the first group; assigning sets that of every group."""
        return self.groups[0].learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        for group in self.groups:
            group.learning_rate = value

    @property
    def parameters(self) -> list[Parameter]:
        return [slot.parameter for slot in self._slots]

    def step(self, learning_rate: float | None = None) -> None:
        """Apply one update to every parameter that has a gradient.

        ``learning_rate``, where one is given, becomes that of every group. Raises
        SparseGradientError or ShapeError before anything has moved.
        """
        if learning_rate is not None:
            self.learning_rate = learning_rate
        for slot in self._slots:
            parameter = slot.parameter
            if parameter.grad is not parameter.gradient_memory or not self.updates_dense:
                self._check(parameter)
        for group in self.groups:
            dense = []
            for slot in group.slots:
                if isinstance(slot.parameter.grad, RowSparse):
                    self._step_rows(slot, slot.parameter.grad, group.learning_rate)
                elif slot.parameter.grad is not None:
                    dense.append(slot)
            if dense:
                self._step_dense(group, dense)

    def zero_grad(self) -> None:
        """Forget all gradients. A Graph overwrites them anyway; ``loss.backward()`` adds."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Array]:
        """Return learning rates, counts and state as plain arrays: copies, by name."""
        rates = np.array([group.learning_rate for group in self.groups])
        state: dict[str, Array] = {"learning_rates": rates}
        for number, slot in enumerate(self._slots):
            state[f"{number}.steps"] = np.array(slot.steps)
            for name, array in slot.state.items():
                state[f"{number}.{name}"] = array.copy()
        return state

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Take over a state, so that training goes on as if it had not stopped.

        Raises ValueError, before anything is changed, where it is that of another optimizer or of
        other parameters.
        """
        own = self.state_dict()
        for name in own.keys() | state.keys():
            if name not in own or name not in state or own[name].shape != np.shape(state[name]):
                raise ValueError(f"this state does not fit {type(self).__name__}: see {name!r}")
        for group, rate in zip(self.groups, state["learning_rates"].tolist(), strict=True):
            group.learning_rate = rate
        for number, slot in enumerate(self._slots):
            slot.steps = int(state[f"{number}.steps"])
            for name, array in slot.state.items():
                np.copyto(array, state[f"{number}.{name}"])

    def _check(self, parameter: Parameter) -> None:
        """Raise an error unless this optimizer can follow the gradient of the parameter."""
        gradient, name = parameter.grad, type(self).__name__
        if gradient is None:
            return
        if gradient.shape != parameter.array.shape:
            shapes = [parameter.array.shape, gradient.shape]
            raise ShapeError(f"{name} on {parameter.label}", shapes, "a gradient of its shape")
        if isinstance(gradient, RowSparse) and not self.updates_rows:
            raise SparseGradientError(
                f"{name} moves every row of {parameter.label} at every step, also those that have "
                f"no gradient; for row-sparse gradients use {self.alternative}"
            )
        if isinstance(gradient, np.ndarray) and not self.updates_dense:
            raise SparseGradientError(
                f"{name} is for row-sparse gradients; {parameter.label} has a dense one: use Adam"
            )

    def _step_dense(self, group: ParameterGroup, slots: list[_Slot]) -> None:
        if group.flat is None or not group.flat.block.is_home():
            one_dtype = len({slot.parameter.array.dtype for slot in slots}) == 1
            group.flat = _FlatSlots(slots) if one_dtype else None
        written([slot.parameter for slot in slots])
        flat, t, in_step = group.flat, slots[0].steps + 1, True
        for slot in slots:
            slot.steps += 1
            in_step &= slot.steps == t
        if flat and in_step and flat.slots == slots:
            g = flat.block.gather_gradients()
            self._update(flat.block.values, g, flat.state, t, group.learning_rate)
            return
        for slot in slots:
            g = cast(Array, slot.parameter.grad)
            self._update(slot.parameter.array, g, slot.state, slot.steps, group.learning_rate)

    def _step_rows(self, slot: _Slot, gradient: RowSparse, learning_rate: float) -> None:
        """Update the rows that the gradient names, with their state."""
        slot.steps += 1
        written([slot.parameter])
        rows, tables = gradient.coalesce(), slot.tables()
        state = take_rows(tables, rows.indices)
        theta = state.pop("theta")
        self._update(theta, rows.values, state, slot.steps, learning_rate)
        put_rows_back(tables, rows.indices)

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        """Apply the formula in place.

        Parameters
        ----------
        theta : the values to update
        g : their gradient, which is left as it is
        state : the arrays of ``state_names``, each of the shape of theta, to be updated too
        t : the number of this update, from 1
        learning_rate : that of the parameter's group
        """
        raise TypeError(f"{type(self).__name__} does not define an update")


def _groups_of(
    parameters: Iterable[Parameter | Mapping[str, Any]], learning_rate: float
) -> list[tuple[list[Parameter], float]]:
    """Return each group's parameters and learning rate, after a look at what was given."""
    entries: list[Any] = list(parameters)
    plain = [entry for entry in entries if not isinstance(entry, Mapping)]
    mappings = [entry for entry in entries if isinstance(entry, Mapping)]
    if plain and mappings:
        raise ValueError("give parameters or groups of parameters, not both")
    groups = []
    for setting in mappings or [{"parameters": plain}]:
        if unknown := setting.keys() - {"parameters", "learning_rate"}:
            raise ValueError(f"a group has parameters and learning_rate, not {sorted(unknown)}")
        groups.append((list(setting["parameters"]), setting.get("learning_rate", learning_rate)))
    every = [parameter for group, _ in groups for parameter in group]
    for parameter in every:
        if not isinstance(parameter, Parameter):
            raise TypeError(f"an optimizer updates Parameters, got {type(parameter).__name__}")
    if len(set(every)) < len(every):
        raise ValueError("a parameter is given twice")
    return groups


def _positive(learning_rate: float) -> float:
    if not learning_rate > 0:
        raise ValueError(f"a learning rate is positive, got {learning_rate}")
    return learning_rate


def clip_global_norm(parameters: Iterable[Parameter], largest: float) -> float:
    """Scale all gradients so that their common Euclidean norm is at most ``largest``.

    Returns the norm before. Row-sparse gradients count with their coalesced rows. Source: Pascanu,
    Mikolov and Bengio 2013, algorithm 1. Raises ValueError unless ``largest`` is positive.
    """
    if not largest > 0:
        raise ValueError(f"the norm to clip at is positive, got {largest}")
    trained = [parameter for parameter in parameters if parameter.grad is not None]
    norm = math.sqrt(sum(_squared_norm(parameter) for parameter in trained))
    if norm > largest:
        for parameter in trained:
            _scale_gradient(parameter, largest / norm)
    return norm


def _squared_norm(parameter: Parameter) -> float:
    gradient = parameter.grad
    if isinstance(gradient, RowSparse):
        parameter.grad = gradient = gradient.coalesce()
    values = gradient.values if isinstance(gradient, RowSparse) else cast(Array, gradient)
    return float(np.square(values, dtype=np.float64).sum())  # in float64: 1e20^2 is no infinity


def _scale_gradient(parameter: Parameter, factor: float) -> None:
    if isinstance(parameter.grad, RowSparse):
        parameter.grad = parameter.grad.scale(factor)
    elif parameter.grad is not None:
        parameter.grad *= factor
