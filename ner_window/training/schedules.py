"""From the settings of a config to the schedule of the learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autodiff import schedules
from ner_window import config
from ner_window.config import Config


class Schedule:
    """The factor that multiplies the initial learning rate in each step.

    This one is a function of the step; one that follows the score has a state.
    """

    follows_score = False

    def __init__(self, factor: schedules.Schedule) -> None:
        self.factor = factor

    def observe(self, score: float) -> None:
        """Take note of the score after an epoch; higher is better."""

    def state_dict(self) -> dict[str, float]:
        """Return the state as plain numbers."""
        return {}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Take over a state. Raises KeyError where it is that of another schedule."""


class Plateau(Schedule):
    """A factor that is halved when the score has not risen for some epochs."""

    follows_score = True

    def __init__(self, patience: int) -> None:
        self._reduction = schedules.ReduceOnPlateau(patience)
        super().__init__(self._reduction)

    def observe(self, score: float) -> None:
        self._reduction.observe(score)

    def state_dict(self) -> dict[str, float]:
        return self._reduction.state_dict()

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        self._reduction.load_state_dict(state)


Maker = Callable[[Any, int, int], Schedule]
"""Makes the schedule of a section, for epochs of so many steps, and for so many epochs."""


def timed(factor_of: Callable[[Any, int, int], schedules.Schedule]) -> Maker:
    """Return the maker of a schedule that can be warmed up.

    ``factor_of`` is called with the section, the steps of an epoch and those after the warm-up.
    """

    def made(section: config.TimedScheduleSettings, steps_per_epoch: int, epochs: int) -> Schedule:
        warm_up = round(section.warm_up * steps_per_epoch)
        total = max(steps_per_epoch * epochs - warm_up, 1)
        factor = factor_of(section, steps_per_epoch, total)
        return Schedule(schedules.warm_up(warm_up, factor) if warm_up else factor)

    return made


def _half_cycle(section: config.CyclicalScheduleSettings, steps_per_epoch: int) -> int:
    """Return the steps of half a cycle."""
    return max(round(section.half_cycle * steps_per_epoch), 1)


SCHEDULES: dict[type[config.ScheduleSettings], Maker] = {
    config.ConstantScheduleSettings: timed(lambda section, epoch, total: schedules.constant()),
    config.LinearScheduleSettings: timed(lambda section, epoch, total: schedules.linear(total)),
    config.CosineScheduleSettings: timed(lambda section, epoch, total: schedules.cosine(total)),
    config.HalvingScheduleSettings: timed(
        lambda section, epoch, total: schedules.halving(epoch, section.every)
    ),
    config.ExponentialScheduleSettings: timed(
        lambda section, epoch, total: schedules.exponential(epoch, section.rate)
    ),
    config.TriangularScheduleSettings: timed(
        lambda section, epoch, total: schedules.triangular(_half_cycle(section, epoch))
    ),
    config.Triangular2ScheduleSettings: timed(
        lambda section, epoch, total: schedules.triangular2(_half_cycle(section, epoch))
    ),
    config.PlateauScheduleSettings: lambda section, epoch, epochs: Plateau(section.patience),
}
"""What makes the schedule of each section of the config; ``epoch`` is the steps of one."""


def schedule_of(settings: Config, steps_per_epoch: int) -> Schedule:
    """Return the schedule of a config for epochs of this many steps."""
    section = settings.training.schedule
    epochs = settings.training.epochs_of(steps_per_epoch)
    return section.registered_in(SCHEDULES)(section, steps_per_epoch, epochs)
