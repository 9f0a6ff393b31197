"""Who owns an array, and who may write into it.

An array that outlives a call has one owner: the :class:`Value` of a node, the :class:`Workspace` of
an operation, or a :class:`Block`, in which an optimizer gathers the parameters that it updates.

A gradient is right only where backward finds the values that forward has seen. A logical clock
therefore counts the writes: whoever writes into a value does so by assigning to ``data``, within
:meth:`Value.writing` or by :meth:`Value.add_rows`, and leaves the number of the write behind as its
*stamp*. A result whose stamp is lower than that of one of its inputs is out of date.

An array that was handed out by ``data`` can be written into by anybody. Where a backward is still
to come that relies on it, it is *sealed*: a checksum is kept, and looked at again before the next
walk over any graph. So reading is free to everyone, a write is noticed, and a training step, in
which nobody reads ``data`` between forward and backward, takes no sum of anything.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, cast
from weakref import ref

import numpy as np
from numpy.typing import DTypeLike

from autodiff.arrays import Array, IntArray
from autodiff.errors import GraphError, ShapeError
from autodiff.row_sparse import Gradient

clock = itertools.count(1)
"""A logical clock: every write to a value and every evaluation of a graph gets the next number."""


_NO_READERS: list[ref[Value]] = []  # shared, and never appended to


class Value:
    """The value of a node and its gradient, with the memory of both.

    ``array`` is the value for those who only read, or who say what they write: the engine itself.
    Everyone else reads ``data``. ``stamp`` is the number of the last write or evaluation.
    ``gradient_memory`` is where a dense gradient is kept from run to run.
    """

    __slots__ = ("__weakref__", "array", "grad", "gradient_memory", "name", "readers", "stamp")

    def __init__(self, array: Array, name: str | None = None) -> None:
        self.array = array
        self.name = name
        self.stamp = next(clock)
        self.grad: Gradient | None = None
        self.gradient_memory: Array | None = None
        self.readers = _NO_READERS

    @property
    def data(self) -> Array:
        """The value. Assigning to it is a write; so is ``x.data -= ...``.

        Elements may be written to as well, as in ``x.data[0] = 1``, unless the array was read after
        a forward whose backward is still to come: then that backward raises GraphError. An array
        that was read before the forward is not watched, as nothing says when it is written to.
        """
        if self.is_relied_on:
            _seal(self)
        return self.array

    @data.setter
    def data(self, value: Any) -> None:
        self._refuse_interior()
        self.assign(value)

    @contextmanager
    def writing(self) -> Iterator[Array]:
        """Hand out the array of a source to be written into, for as long as this lasts.

        That is a write: a backward that relies on what was there before raises GraphError, a later
        forward sees what is there now. Raises GraphError for a node that is no source.
        """
        self._refuse_interior()
        try:
            yield self.array
        finally:
            self.stamp = next(clock)

    def add_rows(self, rows: IntArray, values: Array) -> None:
        """Add ``values`` (k, ...) to the rows (k,) of a source, each of them named once."""
        with self.writing() as array:
            array[rows] += values

    @property
    def label(self) -> str:
        """What errors call this value."""
        return self.name or f"value {self.array.shape}"

    @property
    def is_pending(self) -> bool:
        """Whether this is a result whose backward is still to come."""
        return False

    @property
    def is_relied_on(self) -> bool:
        """Whether a backward is still to come that needs the value to be what it is now."""
        if self.is_pending:
            return True
        readers = (reader() for reader in self.readers)
        return any(r is not None and r.is_pending and r.stamp > self.stamp for r in readers)

    def note_reader(self, reader: Value) -> None:
        """Remember a result that was computed from this value, for as long as there is one."""
        count = len(self.readers)
        if count == 0:
            self.readers = [ref(reader)]
            return
        if count & (count - 1) == 0:  # at 1, 2, 4, ...: those that are gone make room
            self.readers = [other for other in self.readers if other() is not None]
        self.readers.append(ref(reader))

    def keep_gradient(self, gradient: Array) -> Array:
        """Set ``.grad`` to a gradient, in memory that no operation writes into; return it."""
        memory = self.gradient_memory
        if memory is None or memory.shape != gradient.shape or memory.dtype != gradient.dtype:
            memory = self.gradient_memory = np.empty_like(gradient, order="C")
        memory[...] = gradient
        self.grad = memory
        return memory

    def release_gradient(self) -> None:
        """Move ``.grad`` out of the memory that operations may write into."""
        if self.grad is not None and self.grad is self.gradient_memory:
            self.grad = self.gradient_memory.copy()

    def _refuse_interior(self) -> None:
        """Raise GraphError for a value that is not to be written to."""

    def assign(self, value: Any) -> None:
        """Give a source a new value in the dtype of the old one: nothing drifts.

        Integers may be of any size. Raises GraphError where a source of integers is given something
        else.
        """
        own = self.array.dtype
        array = np.asarray(value, own) if own.kind == "f" else np.asarray(value)
        if array.dtype != own and array.size == 0:
            array = array.astype(own)
        both_integer = array.dtype.kind in "iu" and own.kind in "iu"
        if not both_integer and array.dtype.kind != own.kind:
            raise GraphError(f"{self.label} holds {own}, and was given {array.dtype}")
        self.array = array
        self.stamp = next(clock)


class KeptValue(Value):
    """A value that keeps its shape, its dtype and its memory for good, or until a block takes it.

    Assigning copies. Raises ShapeError for a value of another shape.
    """

    __slots__ = ()

    def assign(self, value: Any) -> None:
        value = np.asarray(value, self.array.dtype)
        if value.shape != self.array.shape:
            expected = f"a value of its own shape {self.array.shape}"
            raise ShapeError(self.label, [value.shape], expected)
        np.copyto(self.array, value)
        self.stamp = next(clock)


def written(values: Iterable[Value]) -> None:
    """Say that these values have just been written to."""
    stamp = next(clock)
    for value in values:
        value.stamp = stamp


class _Seal(NamedTuple):
    value: ref[Value]
    stamp: int
    checksum: int


seals: dict[int, _Seal] = {}
"""The seals of values by their identity; empty unless somebody looked."""


def _seal(value: Value) -> None:
    """Keep a checksum of a value that is handed out, if there is none since its last write."""
    seal = seals.get(id(value))
    if seal is None or seal.value() is not value or seal.stamp != value.stamp:
        seals[id(value)] = _Seal(ref(value), value.stamp, _checksum(value.array))


def _checksum(array: Array) -> int:
    return zlib.crc32(np.ascontiguousarray(array).data)


def look_at_seals(values: Container[Value]) -> None:
    """Stamp those of these values that were written to since they were handed out.

    Seals that nothing depends on any more are forgotten. To be called before a walk over the values
    where there are :data:`seals`.
    """
    for key, seal in list(seals.items()):
        value = seal.value()
        if value is None or value.stamp != seal.stamp or not value.is_relied_on:
            del seals[key]
        elif value in values and _checksum(value.array) != seal.checksum:
            value.stamp = next(clock)
            del seals[key]


class Block:
    """One flat array for the values of several parameters of one dtype, one for their gradients.

    The parameters move in, one after the other, and live here until another block takes them.
    """

    def __init__(self, parameters: Sequence[KeptValue]) -> None:
        size, dtype = sum(each.array.size for each in parameters), parameters[0].array.dtype
        self.parameters = parameters
        self.values, self.gradient = np.empty(size, dtype), np.empty(size, dtype)
        self._homes, self._gradients = self.cut(self.values), self.cut(self.gradient)
        for parameter, home, gradient in zip(parameters, self._homes, self._gradients, strict=True):
            np.copyto(home, parameter.array)
            parameter.array, parameter.gradient_memory = home, gradient

    def cut(self, flat: Array) -> list[Array]:
        """Return the parts of a flat array of this size in the shapes of the parameters."""
        shapes = [parameter.array.shape for parameter in self.parameters]
        bounds = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
        parts = zip(np.split(flat, bounds), shapes, strict=True)
        return [part.reshape(shape) for part, shape in parts]

    def is_home(self) -> bool:
        """Tell whether the parameters still live here."""
        for parameter, home in zip(self.parameters, self._homes, strict=True):
            if parameter.array is not home:  # (a loop is half the time of a generator here)
                return False
        return True

    def gather_gradients(self) -> Array:
        """Copy the gradients here that a graph has not put here itself; return them, flat."""
        for parameter, own in zip(self.parameters, self._gradients, strict=True):
            if parameter.grad is not own:
                np.copyto(own, cast(Array, parameter.grad))
        return self.gradient


class _Loan(NamedTuple):
    """Who lends the memory of its gradient, and what that was when it did so."""

    lender: Value
    memory: Array | None


_NO_LOANS: dict[str, _Loan] = {}  # shared, and never written to


class Workspace:
    """Named arrays whose memory is kept from one run to the next.

    The memory behind a name is one flat block that grows to the largest size asked for. A batch
    that is no longer than an earlier one is a view of that block, so it allocates nothing. The
    contents are whatever the last run left there: the caller overwrites them.
    """

    __slots__ = ("_loans", "_memory", "_views")

    def __init__(self) -> None:
        self._loans = _NO_LOANS
        self._memory: dict[str, Array] = {}
        self._views: dict[str, Array] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Return a C-contiguous array of this shape and dtype, contents undefined."""
        if name in self._loans:
            lent = self._loans[name].lender.gradient_memory
            if lent is not None and lent.shape == shape and lent.dtype == dtype:
                return lent
        view = self._views.get(name)
        if view is not None and view.shape == shape and view.dtype == dtype:
            return view
        size = math.prod(shape)
        memory = self._memory.get(name)
        if memory is None or memory.size < size or memory.dtype != dtype:
            memory = self._memory[name] = np.empty(size, dtype)
        view = self._views[name] = memory[:size].reshape(shape)
        return view

    def like(self, name: str, other: Array) -> Array:
        """Return the array ``name`` with the shape and dtype of ``other``."""
        return self.array(name, other.shape, other.dtype)

    def borrow(self, name: str, lender: Value) -> bool:
        """Make the gradient memory of a value the array ``name``, where it fits; tell if it is new.

        So an operation can write a gradient to where it is kept, and it need not be copied there.
        """
        loan, known = _Loan(lender, lender.gradient_memory), self._loans.get(name)
        self._loans = {**self._loans, name: loan}
        return known is None or known.memory is not loan.memory
