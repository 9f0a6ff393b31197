"""The epoch whose weights are kept: the best so far or, where nothing is chosen, the last."""

from __future__ import annotations

from ner_window.arrays import FloatArray
from ner_window.model.network import WindowNetwork
from ner_window.training.checkpoint import State, with_prefix, without_prefix


class BestEpoch:
    """Keeps the weights of a network after its best epoch, and knows when to stop.

    ``epoch`` is the number of the best epoch, 0 before the first; ``f1`` is its F1, -1 where there
    is none. Where ``keeps_last``, every epoch is taken for the best. Training has stalled when the
    best is ``patience`` epochs back, with None never.
    """

    def __init__(self, network: WindowNetwork, keeps_last: bool, patience: int | None) -> None:
        self.epoch = 0
        self.f1 = -1.0
        self._network = network
        self._keeps_last = keeps_last
        self._patience = patience
        self._weights: dict[str, FloatArray] = {}

    def observe(self, epoch: int, f1: float | None) -> None:
        """Keep the present weights where this epoch is the best; without F1 it always is."""
        if f1 is not None and f1 <= self.f1 and not self._keeps_last:
            return
        self._weights = {name: w.copy() for name, w in self._network.named_arrays().items()}
        self.epoch = epoch
        self.f1 = -1.0 if f1 is None else f1

    def has_stalled(self, epoch: int) -> bool:
        """Tell whether after this epoch the last ``patience`` ones have brought nothing."""
        return self._patience is not None and epoch - self.epoch >= self._patience

    def restore(self) -> None:
        """Put the weights of the best epoch back."""
        self._network.load(self._weights)

    def state(self) -> State:
        """Return all that the choice among later epochs depends on."""
        values = {"best_f1": self.f1, "kept_epoch": self.epoch}
        return State(with_prefix("kept.", self._weights), values)

    def load_state(self, state: State) -> None:
        """Go on where a state was taken; raise KeyError where it has no such part."""
        self._weights = without_prefix("kept.", state.arrays)
        self.f1, self.epoch = state.values["best_f1"], state.values["kept_epoch"]
