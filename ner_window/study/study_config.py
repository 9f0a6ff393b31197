"""The YAML config of a study: a training config, and what is compared in which way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SerializeAsAny,
    ValidationError,
    field_validator,
    model_validator,
)

from ner_window.config import Config, PretrainedUnseenSettings, Section
from ner_window.config.data import SelectionKind
from ner_window.config.file import load_as
from ner_window.config.messages import problems_of
from ner_window.study.arms import (
    AnchoredArm,
    Arm,
    ArmName,
    FinetunedArm,
    FrozenArm,
    Given,
    ScratchArm,
)

STAND_IN = 1  # for the dimension of vectors that are not read yet


def _as_size(value: Any) -> Any:
    is_tokens = isinstance(value, int) and not isinstance(value, bool) and value > 0
    is_share = isinstance(value, float) and 0 < value < 1
    if not (is_tokens or is_share or value == "all"):
        raise ValueError(f"a size is a number of tokens, a share below 1, or `all`; got {value!r}")
    return value


Size = Annotated[int | float | str, BeforeValidator(_as_size)]


class TuningSettings(Section):
    """How the learning rates of each arm are found, for each size anew.

    Every rate is tried with every tuning seed on the training documents of that size, but for some
    that are held out. The rate with the best mean F1 on those is taken, with up to two more that
    may as well be the best: the arm is run with each of them. So each arm has the same budget of
    tuning, and the reported data is never looked at.
    """

    learning_rates: list[PositiveFloat] = Field(
        [0.0001, 0.001, 0.01], min_length=1, description="the rates that are tried"
    )
    fraction: float = Field(0.2, gt=0, lt=1, description="share of the documents held out")
    kind: SelectionKind = Field(
        "spread", description="which documents are held out, as in `data.selection.kind`"
    )
    seeds: PositiveInt = Field(3, description="trainings for each rate")


class Study(Section):
    """A study: the same model with frozen, fine-tuned and other vectors, at several sizes."""

    base: Config = Field(
        description="a training config, mostly `{extends: my.yaml}`; what a study decides itself "
        "has no effect: the last epoch is kept, no epoch is chosen on dev, and there are neither "
        "restarts nor ensembles; `embeddings.unseen` is for the arms that have it, and "
        "`regularization.movement_dropout` for none"
    )
    arms: list[SerializeAsAny[Arm]] = Field(
        [FrozenArm(), FinetunedArm(), AnchoredArm(), ScratchArm()],
        min_length=1,
        description="what is compared, at least one",
    )
    anchor_strength: PositiveFloat = Field(
        0.1, description="lambda of the arm anchored, as in regularization.vectors.strength"
    )
    movement_dropout: float = Field(
        0.3,
        gt=0,
        le=1,
        description="rate of the arms movement_dropout and dropout_and_neighbors, as in "
        "regularization.movement_dropout",
    )
    """Of 0.1, 0.3, ..., 0.9 it has the best mean F1 on far splits and dev of CoNLL-2003, where more
    is better, and of WNUT-17, where less is: scripts/measure_remedies.py."""
    frozen_epochs: PositiveInt = Field(
        3, description="epochs in which the arm after_epoch leaves the vectors frozen"
    )
    sizes: list[Size] = Field(
        [0.05, 0.2, "all"],
        min_length=1,
        description="amounts of training data: tokens (5000), shares of all (0.1) or `all`. Whole "
        "documents, drawn at random with each seed; smaller amounts are part of larger ones",
    )
    seeds: PositiveInt = Field(
        10, description="trainings of each arm at each size, from `base.seed` on"
    )
    least_steps: NonNegativeInt = Field(
        2000,
        description="updates that every training makes at least: at sizes where the epochs of the "
        "base config have fewer, all arms train for more epochs (and the arm after_epoch stays "
        "frozen for as much longer), because a network that has hardly moved tells nothing",
    )
    tuning: TuningSettings | None = Field(
        TuningSettings(), description="null: the learning rate of the base config for all"
    )
    metric: Literal["f1", "precision", "recall"] = Field(
        "f1", description="what is compared, as the shared task counts it"
    )
    margin: PositiveFloat = Field(
        1.0,
        description="a difference too small to matter, in points of the metric: where arms are not "
        "told apart, two one-sided tests say whether they lie within it",
    )
    reported: Literal["dev", "test"] = Field(
        "dev", description="the data of the base config that results are reported on"
    )
    pairs: list[tuple[str, str]] = Field(
        [],
        description="words to watch: a word of the training data and one that it lacks, such as "
        "[telly, television]; whether they part is told beside the pairs that are found",
    )

    @field_validator("arms", "sizes")
    @classmethod
    def _distinct(cls, values: list[Any]) -> list[Any]:
        values_by_name = [getattr(value, "name", value) for value in values]
        twice = [value for value in values_by_name if values_by_name.count(value) > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands there twice")
        return values

    @model_validator(mode="after")
    def _consistent(self) -> Study:
        if self.base.embeddings.path is None:
            raise ValueError(
                "base.embeddings.path: a study is about pretrained vectors; name a file of them, "
                "as `ner-window vectors get` fetches some, and leave out `dimension` and `scale`"
            )
        if self.base.regularization.vectors.moves_vectors:
            raise ValueError(
                "base.regularization.vectors: the arms decide on it; leave it out, and see the arm "
                "anchored and `anchor_strength`"
            )
        if getattr(self.base.data, self.reported) is None:
            raise ValueError(f"base.data.{self.reported}: results are reported on it; name a file")
        if self.base.data.subset is not None:
            raise ValueError("base.data.subset: a study draws its own subsets; see `sizes`")
        for arm in self.arms:
            self._check_arm(arm.name)
        return self

    @property
    def arm_names(self) -> list[ArmName]:
        """What the arms are called, in their order."""
        return [arm.name for arm in self.arms]

    def _check_arm(self, arm: ArmName) -> None:
        """Raise ValueError where the base config cannot be trained in the way of an arm."""
        try:
            self.config_of(arm, STAND_IN, 1.0)
        except ValidationError as error:
            raise ValueError(f"the arm {arm}: {'; '.join(problems_of(error, Config))}") from None

    def config_of(self, name: ArmName, dimension: int, deviation: float) -> Config:
        """Return the config of an arm: the last epoch is kept, the reported data is its test data.

        ``dimension`` and ``deviation`` are those of the pretrained vectors.
        """
        base = self.base
        given = Given(
            base,
            dimension,
            deviation,
            self.anchor_strength,
            self.movement_dropout,
            self.frozen_epochs,
        )
        (arm,) = (arm for arm in self.arms if arm.name == name)
        tree = base.model_dump(by_alias=True)
        tree["embeddings"]["saved"] = "reference"
        tree["embeddings"]["unseen"] = PretrainedUnseenSettings()
        tree["regularization"]["movement_dropout"] = 0.0
        arm.change(tree, given)
        reported = getattr(base.data, self.reported)
        tree["data"].update(dev=None, test=reported, held_out={}, selection=None)
        tree["training"].update(keep="last", patience=None, restarts=1, ensemble=1)
        return Config.model_validate(tree)


def load_study(path: Path, overrides: Sequence[str] = ()) -> Study:
    """Read and check the config of a study, as :func:`config.file.load_config` does those of runs.

    Raises InputError that lists everything that is wrong.
    """
    return load_as(Study, path, overrides)
