"""The YAML config: one schema for validation, defaults and documentation.

A config is checked whole before any data is read. Keys that do not exist, wrong types and settings
that contradict each other are refused with the key, the reason and, where one is near, the key that
was probably meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
    model_validator,
)

from ner_window.errors import InputError


class Section(BaseModel):
    """A mapping of the config: its keys are these and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _as_people_write_it(cls, tree: Any) -> Any:
        """Take a section without content for its defaults; refuse true and false as numbers."""
        if not isinstance(tree, dict):
            return tree
        for key, value in tree.items():
            field = cls.model_fields.get(key)
            if isinstance(value, bool) and field is not None and field.annotation is not bool:
                raise ValueError(f"`{key}` is neither true nor false, but a value; got {value}")
        fields = cls.model_fields
        return {
            key: value
            for key, value in tree.items()
            if value is not None or key not in fields or not _section_of(fields[key].annotation)
        }


class Columns(Section):
    """Which columns of the data files hold what; negative numbers count from the last."""

    token: int = Field(0, description="column of the token")
    tag: int = Field(-1, description="column of the tag")

    @model_validator(mode="after")
    def _different(self) -> Columns:
        if self.token == self.tag:
            raise ValueError(f"token and tag cannot both be column {self.token}")
        return self


class Data(Section):
    """The files to learn from and to score on, in CoNLL columns."""

    train: Path = Field(description="sentences to learn from")
    dev: Path = Field(description="held-out sentences: scored each epoch, the best epoch is kept")
    test: Path | None = Field(None, description="sentences scored once, at the end")
    columns: Columns = Columns()
    scheme: Literal["iob1", "iob2", "iobes", "bilou"] = Field(
        "iobes", description="the tagging scheme trained on; files in any other are converted"
    )


class Embeddings(Section):
    """The word vectors."""

    path: Path | None = Field(
        None, description="pretrained vectors; without them, vectors start at random"
    )
    trust: bool = Field(
        False, description="read a pickle, as gensim saves vectors; it may run any code in it"
    )
    dimension: PositiveInt | None = Field(
        None, description="d; taken from the file where there is one"
    )
    scale: PositiveFloat | None = Field(
        None, description="standard deviation that the vectors are brought to; null: as they are"
    )
    trainable: bool = Field(True, description="fine-tune the vectors (true) or freeze them (false)")
    learning_rate: PositiveFloat | None = Field(
        None, description="learning rate of the vectors; null: that of the rest"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Embeddings:
        if self.path is None and self.dimension is None:
            raise ValueError(
                "give `path`, a file of vectors, or `dimension`, for vectors that start at random"
            )
        if self.learning_rate is not None and not self.trainable:
            raise ValueError("`learning_rate` has no effect on frozen vectors (trainable: false)")
        return self


class Affixes(Section):
    """Tables for the first or last letters of a word, one for each length."""

    lengths: list[PositiveInt] = Field([], description="how many letters; none: left out")
    dimension: PositiveInt = Field(10, description="of each table")


class Features(Section):
    """Lookup tables beside the word's: the dimension of each, 0 to leave it out."""

    capitalization: NonNegativeInt = Field(8, description="how the word is written")
    shape: NonNegativeInt = Field(0, description="its letters as X and x, its digits as 9")
    prefixes: Affixes = Affixes()
    suffixes: Affixes = Affixes()

    def dimensions(self) -> dict[str, int]:
        """Return the features that are used, by name, with their dimensions."""
        single = {"capitalization": self.capitalization, "shape": self.shape}
        affixes = {
            f"{kind} {length}": section.dimension
            for kind, section in (("prefix", self.prefixes), ("suffix", self.suffixes))
            for length in section.lengths
        }
        return {name: size for name, size in single.items() if size} | affixes


class Model(Section):
    """The window network and how its scores are decoded."""

    window: PositiveInt = Field(5, description="tokens in a window, the center one included; odd")
    hidden: PositiveInt = Field(200, description="units of the hidden layer")
    nonlinearity: Literal["tanh", "sigmoid", "hard_tanh", "relu"] = Field(
        "tanh", description="f in h = f(W x + b)"
    )
    decode: Literal["viterbi", "argmax"] = Field(
        "viterbi", description="best legal tag sequence, or best tag of each token"
    )

    @field_validator("window")
    @classmethod
    def _odd(cls, window: int) -> int:
        if window % 2 == 0:
            raise ValueError(f"a window has a center token, so its size is odd, not {window}")
        return window


class DropoutRates(Section):
    """Probability with which an element is dropped during training."""

    input: NonNegativeFloat = Field(0.0, lt=1, description="of the window vector x")
    hidden: NonNegativeFloat = Field(0.0, lt=1, description="of the hidden layer h")


class Regularization(Section):
    """What keeps the network from learning the training data by heart."""

    l2: NonNegativeFloat = Field(0.0, description="lambda in lambda/2 (||W||^2 + ||U||^2)")
    dropout: DropoutRates = DropoutRates()
    word_dropout: NonNegativeFloat = Field(
        0.0, lt=1, description="probability with which a training word becomes unknown"
    )


class Schedule(Section):
    """How the learning rate goes down."""

    name: Literal["constant", "linear", "cosine", "halving", "exponential"] = "linear"
    every: PositiveInt | None = Field(None, description="halving: epochs from one to the next")
    rate: PositiveFloat | None = Field(None, description="exponential: k in e^(-k t), t in epochs")

    @model_validator(mode="after")
    def _consistent(self) -> Schedule:
        for key, owner in (("every", "halving"), ("rate", "exponential")):
            is_given, is_owner = getattr(self, key) is not None, self.name == owner
            if is_given and not is_owner:
                raise ValueError(f"`{key}` belongs to the schedule {owner}, not to {self.name}")
            if is_owner and not is_given:
                raise ValueError(f"the schedule {owner} needs `{key}`")
        return self


class Training(Section):
    """The optimization."""

    epochs: PositiveInt = Field(12, description="passes over the training data")
    batch_size: PositiveInt = Field(256, description="windows in a mini-batch")
    optimizer: Literal["adam", "adagrad", "sgd"] = Field(
        "adam", description="on lookup tables, adam is its lazy form: touched rows only"
    )
    learning_rate: PositiveFloat = Field(0.001, description="initial learning rate")
    schedule: Schedule = Schedule()

    @field_validator("schedule", mode="before")
    @classmethod
    def _by_name(cls, schedule: Any) -> Any:
        """Let `schedule: linear` stand for `schedule: {name: linear}`."""
        return {"name": schedule} if isinstance(schedule, str) else schedule


class Config(Section):
    """A training run."""

    seed: NonNegativeInt = Field(1, description="of everything that is left to chance")
    data: Data
    embeddings: Embeddings
    features: Features = Features()
    model: Model = Model()
    regularization: Regularization = Regularization()
    training: Training = Training()

    def to_yaml(self) -> str:
        """Return the config with every default filled in."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def load_config(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read and check a config file.

    ``extends: FILE`` takes over the settings of another file (named relative to this one) where
    this one does not set them. ``overrides`` are of the form KEY.PATH=VALUE, VALUE in YAML. Raises
    InputError that lists everything that is wrong.
    """
    tree = _read_tree(path, seen=())
    for override in overrides:
        _override(tree, override)
    try:
        return Config.model_validate(tree)
    except ValidationError as error:
        problems = "\n".join(f"  {_problem(detail)}" for detail in error.errors())
        raise InputError(f"{path}: this config cannot be used:\n{problems}") from None


def _read_tree(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """Return the settings of a file, on top of those of the file that it extends."""
    if path.resolve() in seen:
        raise InputError(f"{path}: `extends` leads back to this file")
    tree = _parse(path)
    parent = tree.pop("extends", None)
    if parent is None:
        return tree
    if not isinstance(parent, str):
        raise InputError(f"{path}: `extends` takes the name of one file, got {parent!r}")
    return _merge(_read_tree(path.parent / parent, (*seen, path.resolve())), tree)


class _UniqueKeyLoader(yaml.SafeLoader):
    """Loads plain YAML, and refuses a key that stands twice: one of the two would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _parse(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.load(path.read_bytes(), _UniqueKeyLoader)
    except FileNotFoundError:
        raise InputError(f"no such config: {path.absolute()}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path.absolute()}: {error}") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(tree, dict):
        raise InputError(f"{path}: expected `key: value` pairs such as `seed: 1`")
    return tree


def _merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Put ``changes`` on top of ``base``; a mapping with another ``name`` is another thing."""
    if "name" in changes and base.get("name") not in (None, changes["name"]):
        return changes
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merge(base[key], value) if both else value
    return merged


def _override(tree: dict[str, Any], override: str) -> None:
    dotted, equals, text = override.partition("=")
    keys = dotted.strip().split(".")
    if not equals or not all(keys):
        raise InputError(f"--set {override}: expected KEY.PATH=VALUE, as in training.epochs=3")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        raise InputError(f"--set {override}: {text!r} is not YAML") from None
    for key in keys[:-1]:
        inner = tree.get(key)
        tree[key] = dict(inner) if isinstance(inner, dict) else {}
        tree = tree[key]
    tree[keys[-1]] = value


def _problem(detail: Any) -> str:
    """Return one line for one of pydantic's complaints."""
    location = [str(part) for part in detail["loc"]]
    key = ".".join(location) or "config"
    if detail["type"] == "extra_forbidden":
        return f"{key}: unknown key{_did_you_mean(location)}"
    if detail["type"] == "missing":
        return f"{key}: missing; it has no default"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "value_error":
        return f"{key}: {message}"
    return f"{key}: {message[0].lower()}{message[1:]}, got {detail['input']!r}"


def _did_you_mean(location: list[str]) -> str:
    """Return a suggestion: a near key of the same section, or of any section by its full name."""
    near = difflib.get_close_matches(location[-1], _keys_at(location[:-1]), n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    elsewhere = [path for path in _all_keys(Config) if path.split(".")[-1] == location[-1]]
    if elsewhere:
        return f"; did you mean {elsewhere[0]!r}?"
    return f"; the keys here are {', '.join(_keys_at(location[:-1]))}"


def _section_of(annotation: Any) -> type[Section] | None:
    is_section = isinstance(annotation, type) and issubclass(annotation, Section)
    return annotation if is_section else None


def _keys_at(location: list[str]) -> list[str]:
    section: type[Section] = Config
    for key in location:
        inner = _section_of(section.model_fields[key].annotation)
        assert inner is not None
        section = inner
    return list(section.model_fields)


def _all_keys(section: type[Section], prefix: str = "") -> list[str]:
    keys = []
    for name, field in section.model_fields.items():
        keys.append(prefix + name)
        inner = _section_of(field.annotation)
        keys += _all_keys(inner, f"{prefix}{name}.") if inner else []
    return keys
