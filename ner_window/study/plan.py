"""Which trainings a study is made of, each with its whole config."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from ner_window.config import Config, UnfreezingSettings
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.study.arms import ArmName
from ner_window.study.study_config import Study, TuningSettings
from ner_window.training.batches import steps_per_epoch
from ner_window.training.few_steps import few_steps
from ner_window.training.selection import subset_of
from ner_window.vectors.word_vectors import WordVectors
from ner_window.wording import counted

Cell = tuple[ArmName, str]
"""An arm at a size, as the config writes it."""


@dataclass(frozen=True)
class Training:
    """One training: an arm at a size with a seed; ``tokens`` is how many there are to learn from.

    ``name`` is that of its folder. A training that tries a learning rate holds out documents, which
    are counted in ``tokens``.
    """

    name: str
    arm: ArmName
    size: str
    seed: int
    tokens: int
    config: Config

    @property
    def cell(self) -> Cell:
        """The arm and the size."""
        return self.arm, self.size

    @property
    def learning_rate(self) -> float:
        """The learning rate of its config."""
        return self.config.training.learning_rate

    @property
    def epochs(self) -> int:
        """How many epochs it has: the plan says so in its config."""
        epochs = self.config.training.epochs
        assert epochs is not None
        return epochs

    @property
    def work(self) -> int:
        """What its duration is in proportion to, more or less."""
        return self.tokens * self.epochs


class Plan:
    """The trainings of a study on some data.

    Raises InputError where a size is more than there is.
    """

    def __init__(self, study: Study, train: Corpus, vectors: WordVectors) -> None:
        self.study = study
        self._train = train
        self._arms = {
            arm: study.config_of(arm, vectors.dimension, vectors.deviation)
            for arm in study.arm_names
        }
        self._subsets: dict[tuple[str, int], _Subset] = {}
        for size in self.sizes:  # so that a size that cannot be had is told before anything runs
            self._subset(size, study.base.seed)

    @cached_property
    def sizes(self) -> list[str]:
        """The sizes, smallest first."""

        def tokens(size: int | float | str) -> float:
            total = self._train.token_count
            return total if size == "all" else float(size) * (1 if float(size) >= 1 else total)

        return [str(size) for size in sorted(self.study.sizes, key=tokens)]

    @property
    def cells(self) -> list[Cell]:
        """All arms at all sizes."""
        return list(product(self.study.arm_names, self.sizes))

    def warnings(self) -> list[str]:
        """Return a line for each size at which the trainings have too few steps to learn."""
        base = self.study.base
        subsets = {size: self._subset(size, base.seed) for size in self.sizes}
        lines = {
            size: few_steps(
                base.training.model_copy(update={"epochs": self._epochs(subset)}),
                subset.steps_per_epoch,
                "base.",
            )
            for size, subset in subsets.items()
        }
        return [
            f"{line}, or least_steps higher (size {size})" for size, line in lines.items() if line
        ]

    def longer(self) -> list[str]:
        """Return a line for each size at which there are more epochs than the base config says."""
        asked_for, lines = self.study.base.training.epochs, []
        for size in self.sizes if asked_for else ():
            epochs = self._epochs(self._subset(size, self.study.base.seed))
            if epochs != asked_for:
                lines.append(
                    f"size {size}: {counted(epochs, 'epoch')} in place of {asked_for:,}, so that "
                    f"there are {self.study.least_steps:,} steps (least_steps)"
                )
        return lines

    def tuning(self) -> list[Training]:
        """Return the trainings that try the learning rates, none where there is no tuning."""
        tuning = self.study.tuning
        if tuning is None:
            return []
        return [
            self._training(arm, size, seed, rate, tuning)
            for seed in self._seeds(tuning.seeds)
            for size in reversed(self.sizes)
            for arm in self.study.arm_names
            for rate in tuning.learning_rates
        ]

    def runs(self, rates: Mapping[Cell, Sequence[float]]) -> list[Training]:
        """Return the trainings that are reported on, where the learning rates of a cell are known.

        They have their learning rate in their name where it was tuned.
        """
        return [
            self._training(arm, size, seed, rate)
            for seed in self._seeds(self.study.seeds)
            for size in reversed(self.sizes)
            for arm in self.study.arm_names
            for rate in rates.get((arm, size), ())
        ]

    def _seeds(self, count: int) -> Iterator[int]:
        first = self.study.base.seed
        return iter(range(first, first + count))

    def _training(
        self, arm: ArmName, size: str, seed: int, rate: float, tuning: TuningSettings | None = None
    ) -> Training:
        subset = self._subset(size, seed)
        tree = self._arms[arm].model_dump(by_alias=True)
        tree["seed"] = seed
        tree["data"]["subset"] = subset.settings
        if tuning is not None:
            held_out = {"kind": tuning.kind, "fraction": tuning.fraction}
            tree["data"].update(selection=held_out, test=None)
        embeddings, training = tree["embeddings"], tree["training"]
        if embeddings["learning_rate"] is not None:  # it keeps its ratio to that of the rest
            embeddings["learning_rate"] *= rate / training["learning_rate"]
        training["learning_rate"] = rate
        epochs = self._epochs(subset)
        if isinstance(self._arms[arm].embeddings.trainable, UnfreezingSettings):
            usual = self.study.base.training.epochs_of(subset.steps_per_epoch)
            frozen = self.study.frozen_epochs * epochs / usual
            embeddings["trainable"] = {"after_epoch": max(round(frozen), 1)}
        training["epochs"] = epochs
        tuned = "" if self.study.tuning is None else f"-lr{rate:g}"
        name = f"{arm}-{size}{tuned}-seed{seed}"
        return Training(name, arm, size, seed, subset.tokens, Config.model_validate(tree))

    def _epochs(self, subset: _Subset) -> int:
        """Return the epochs of the base config, or as many as it takes for the least steps."""
        steps = subset.steps_per_epoch
        return max(self.study.base.training.epochs_of(steps), -(-self.study.least_steps // steps))

    def _subset(self, size: str, seed: int) -> _Subset:
        key = size, 0 if size == "all" else seed
        if key not in self._subsets:
            self._subsets[key] = self._drawn(size, seed)
        return self._subsets[key]

    def _drawn(self, size: str, seed: int) -> _Subset:
        base = self.study.base
        if size.isdigit() and int(size) > self._train.token_count:
            raise InputError(
                f"sizes: {size} tokens are more than the {self._train.token_count:,} of "
                f"{self._train.path.absolute()}; name fewer, a share such as 0.2, or all"
            )
        settings = _subset_settings(size, seed)
        data = type(base.data).model_validate(
            {**base.data.model_dump(by_alias=True), "subset": settings}
        )
        drawn = subset_of(data, self._train)
        return _Subset(settings, drawn.token_count, steps_per_epoch(base, drawn))


@dataclass(frozen=True)
class _Subset:
    settings: dict[str, float] | None
    tokens: int
    steps_per_epoch: int


def _subset_settings(size: str, seed: int) -> dict[str, float] | None:
    """Return what draws the training data of a size, None where it is all of it."""
    if size == "all":
        return None
    return (
        {"tokens": int(size), "seed": seed}
        if size.isdigit()
        else {
            "fraction": float(size),
            "seed": seed,
        }
    )
