"""The YAML config: one schema for validation, defaults and documentation.

A config is checked whole before any data is read: keys that do not exist, wrong types and settings
that contradict each other are refused. How it is read from a file, and how mistakes are told, is in
:mod:`ner_window.config_file`. The descriptions are those of ``docs/configuration.md``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
)

from ner_window.corpora.files import is_text_encoding


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
            if isinstance(value, bool) and field is not None and not _takes_bool(field.annotation):
                raise ValueError(f"`{key}` is neither true nor false, but a value; got {value}")
        fields = cls.model_fields
        return {
            key: value
            for key, value in tree.items()
            if value is not None or key not in fields or not section_of(fields[key].annotation)
        }

    def to_yaml(self) -> str:
        """Return the section with every default filled in."""
        return yaml.safe_dump(
            self.model_dump(mode="json", by_alias=True), sort_keys=False, allow_unicode=True
        )


def section_of(annotation: Any) -> type[Section] | None:
    """Return the section that a type is, None where it is no section."""
    is_section = isinstance(annotation, type) and issubclass(annotation, Section)
    return annotation if is_section else None


def _takes_bool(annotation: Any) -> bool:
    return bool in (annotation, *get_args(annotation))


class Columns(Section):
    """Which columns of the data files hold what; negative numbers count from the last."""

    token: int = Field(0, description="column of the token")
    tag: int = Field(-1, description="column of the tag")

    @model_validator(mode="after")
    def _different(self) -> Columns:
        if self.token == self.tag:
            raise ValueError(f"token and tag cannot both be column {self.token}")
        return self


class Subset(Section):
    """Some of the training documents, drawn at random, whole, until they have about so many tokens.

    The smaller subsets of a seed are part of its larger ones.
    """

    tokens: PositiveInt | None = Field(None, description="size in tokens")
    fraction: float | None = Field(None, gt=0, lt=1, description="size as a share of all tokens")
    seed: NonNegativeInt = Field(1, description="decides which documents are drawn")

    @model_validator(mode="after")
    def _one_size(self) -> Subset:
        if (self.tokens is None) == (self.fraction is None):
            raise ValueError("give the size of the subset: either `tokens` or `fraction`")
        return self


class Selection(Section):
    """Training documents that are held out to choose the epoch on, so that dev stays unseen."""

    source: Literal["train"] = Field(
        "train", alias="from", description="whose documents are held out"
    )
    fraction: float = Field(0.1, gt=0, lt=1, description="share of the documents held out")


class DocumentBlocks(Section):
    """Blocks of sentences that stand in for documents."""

    sentences: PositiveInt = Field(20, description="sentences in a block")


class Data(Section):
    """The files to learn from and to score on: CoNLL columns or, by their ending, .jsonl."""

    train: Path = Field(description="sentences to learn from")
    dev: Path | None = Field(
        None, description="held-out sentences: scored each epoch, the best epoch is kept"
    )
    test: Path | None = Field(None, description="sentences scored once, at the end")
    subset: Subset | None = Field(
        None, description="train on some of the training documents only; null: on all"
    )
    selection: Selection | None = Field(
        None, description="choose the epoch on training documents that are held out, not on dev"
    )
    documents: DocumentBlocks | None = Field(
        DocumentBlocks(),
        description="what makes a document where a file marks none; null: refuse such files",
    )
    columns: Columns = Columns()
    comment: str | None = Field(
        None, min_length=1, description="lines that start so are passed over; null: there are none"
    )
    encoding: str = Field("utf-8", description="the encoding of the files")
    strict: bool = Field(
        False, description="refuse files with tags that break their scheme (else they are counted)"
    )
    scheme: Literal["iob1", "iob2", "iobes", "bilou"] = Field(
        "iobes", description="the tagging scheme trained on; files in any other are converted"
    )

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        if not is_text_encoding(encoding):
            raise ValueError(f"no text encoding is called {encoding!r}; utf-8 is the usual")
        return encoding


class Unfreezing(Section):
    """Vectors that are frozen at first."""

    after_epoch: PositiveInt = Field(description="the last epoch in which they are frozen")


class Embeddings(Section):
    """The word vectors."""

    path: Path | None = Field(
        None, description="pretrained vectors; without them, vectors start at random"
    )
    trust: bool = Field(
        False, description="read a pickle, as gensim saves vectors; it may run any code in it"
    )
    dimension: PositiveInt | None = Field(
        None, description="numbers in a vector, d; taken from the file where there is one"
    )
    scale: PositiveFloat | None = Field(
        None, description="standard deviation that the vectors are brought to; null: as they are"
    )
    saved: Literal["float32", "float16", "reference"] = Field(
        "float32",
        description="what the model folder holds of pretrained vectors: a copy (float32), one at "
        "half precision (float16), or the hash of their file alone (reference), by which they are "
        "found among the converted vectors of the machine",
    )
    trainable: bool | Unfreezing = Field(
        True,
        description="fine-tune the vectors (true), freeze them (false), or freeze them at first "
        "(a mapping)",
    )
    learning_rate: PositiveFloat | None = Field(
        None, description="learning rate of the vectors; null: that of the rest"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Embeddings:
        if self.path is None and self.dimension is None:
            raise ValueError(
                "give `path`, a file of vectors, or `dimension`, for vectors that start at random"
            )
        if self.learning_rate is not None and self.trainable is False:
            raise ValueError("`learning_rate` has no effect on frozen vectors (trainable: false)")
        return self


class Affixes(Section):
    """Tables for the first (last) letters of a word, one for each length."""

    lengths: list[PositiveInt] = Field([], description="in letters; none: no tables")
    dimension: PositiveInt = Field(10, description="dimension of each table")


class FileColumn(Section):
    """A table for a column of the data files, such as the part of speech."""

    column: int = Field(description="its number, from 0; negative: counted from the last")
    dimension: PositiveInt = Field(10, description="dimension of its table")


class Gazetteers(Section):
    """Tables for the place of a token in the names of lists, one table for each type."""

    files: dict[str, Path | list[Path]] = Field(
        {}, description="by type, a file or several with a name a line"
    )
    dimension: PositiveInt = Field(5, description="dimension of each table")
    ignore_case: bool = Field(True, description="match Paris with PARIS and paris")


class Features(Section):
    """Lookup tables beside the word's; one of dimension 0 is left out."""

    capitalization: NonNegativeInt = Field(
        8, description="dimension for how the word is written: lower, Initial, UPPER, miXed, digits"
    )
    shape: NonNegativeInt = Field(
        0, description="dimension for the shape of the word: McDonald-7 is XxXxx-9"
    )
    prefixes: Affixes = Affixes()
    suffixes: Affixes = Affixes()
    columns: dict[str, FileColumn] = Field(
        {}, description="columns of the data files, by a name of your choice"
    )
    gazetteers: Gazetteers = Gazetteers()


class Model(Section):
    """The window network and how its scores are decoded."""

    head: Literal["softmax", "sentence", "binary", "margin"] = Field(
        "softmax",
        description="softmax: a tag for each token; sentence: the tags of a whole sentence, with "
        "learned transitions; binary, margin: one type of entity (`target`), by logistic or by "
        "hinge loss",
    )
    target: str | None = Field(None, description="the type that the heads binary and margin find")
    corruption: Literal["center", "window"] | None = Field(
        None,
        description="what the head margin compares a true window with: the same window with "
        "another word at its center (null: this), or another window",
    )
    context: Literal["window", "sentence", "document", "both"] = Field(
        "window",
        description="what h is joined by. sentence: the mean h of its sentence; document: the mean "
        "h of the other mentions of the same capitalized word in the document; both: the two",
    )
    context_after: PositiveInt | None = Field(
        None,
        description="the hidden layer, from 1, whose h the context joins, so that the layers after "
        "it see both; null: the last",
    )
    window: PositiveInt = Field(5, description="tokens in a window, the center one included; odd")
    hidden: PositiveInt | list[PositiveInt] = Field(
        200, description="units of the hidden layer, or of each of several"
    )
    nonlinearity: Literal["tanh", "sigmoid", "hard_tanh", "relu", "leaky_relu", "prelu"] = Field(
        "tanh", description="f in h = f(W x + b)"
    )
    initializer: Literal[
        "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "uniform", "normal"
    ] = Field("xavier_uniform", description="of W and U; biases start at zero")
    decode: Literal["viterbi", "argmax"] = Field(
        "viterbi", description="best legal tag sequence, or best tag of each token"
    )

    @field_validator("window")
    @classmethod
    def _odd(cls, window: int) -> int:
        if window % 2 == 0:
            raise ValueError(f"a window has a center token, so its size is odd, not {window}")
        return window

    @field_validator("hidden")
    @classmethod
    def _some(cls, hidden: int | list[int]) -> int | list[int]:
        if hidden == []:
            raise ValueError("a network has one hidden layer at least")
        return hidden

    @property
    def layers(self) -> list[int]:
        """The units of each hidden layer."""
        return self.hidden if isinstance(self.hidden, list) else [self.hidden]

    @property
    def joined_layer(self) -> int | None:
        """The number of the layer that the context joins, None where it is the window alone."""
        return None if self.context == "window" else self.context_after or len(self.layers)

    @model_validator(mode="after")
    def _consistent(self) -> Model:
        finds_one_type = self.head in ("binary", "margin")
        if finds_one_type and self.target is None:
            raise ValueError(f"the head {self.head} finds one type of entity: name it in `target`")
        if self.target is not None and not finds_one_type:
            raise ValueError(f"`target` is for the heads binary and margin; {self.head} finds all")
        if self.corruption is not None and self.head != "margin":
            raise ValueError("`corruption` is for the head margin")
        if self.head == "margin" and self.context != "window":
            raise ValueError("the head margin compares single windows: its context is window")
        if self.context_after is not None and self.context == "window":
            raise ValueError("`context_after` is for the contexts sentence, document and both")
        if (self.context_after or 1) > len(self.layers):
            raise ValueError(
                f"`context_after` is {self.context_after}, but there are {len(self.layers)} hidden "
                "layers"
            )
        if self.head == "sentence" and self.decode == "argmax":
            raise ValueError("the head sentence is decoded by viterbi: it scores whole sequences")
        return self


Rate = Annotated[float, Field(ge=0, lt=1)]


class DropoutRates(Section):
    """Probability with which an element is dropped during training."""

    input: NonNegativeFloat = Field(0.0, lt=1, description="of the window vector x")
    hidden: Rate | list[Rate] = Field(
        0.0, description="of the hidden layer h; a list has the probability of each layer"
    )

    def all_of(self, layers: int) -> list[float]:
        """Return the rates of x and of the h of each layer."""
        of_layers = self.hidden if isinstance(self.hidden, list) else [self.hidden] * layers
        return [self.input, *of_layers]


class VectorDecay(Section):
    """What keeps fine-tuned vectors from going too far, decoupled from the optimizer.

    With lambda = `strength` and lr the learning rate of the vectors, after each step, for the
    vector e of every word:

    - `none`: nothing
    - `anchor`: `e <- e0 + (1 - lr lambda) (e - e0)`, e0 being its pretrained vector
    - `zero`: `e <- (1 - lr lambda) e`
    - `frequency_weighted`: as `zero`, but for the words of the batch only
    """

    name: Literal["none", "anchor", "zero", "frequency_weighted"] = Field(
        "none", description="the kind of decay"
    )
    strength: PositiveFloat | None = Field(None, description="lambda")

    @model_validator(mode="after")
    def _consistent(self) -> VectorDecay:
        if (self.name == "none") != (self.strength is None):
            raise ValueError("`strength` and a `name` other than none belong together")
        return self


class Regularization(Section):
    """What keeps the network from learning the training data by heart."""

    l2: NonNegativeFloat = Field(0.0, description="lambda in lambda/2 (||W||^2 + ||U||^2)")
    l1: NonNegativeFloat = Field(0.0, description="lambda in lambda (|W| + |U|)")
    dropout: DropoutRates = DropoutRates()
    word_dropout: NonNegativeFloat = Field(
        0.0, lt=1, description="probability with which a training word becomes unknown"
    )
    adversarial: NonNegativeFloat = Field(
        0.0,
        description="length of the perturbation of the trained vectors and features of a batch, in "
        "the direction that raises the loss most, from which each step learns besides; takes twice "
        "the time; 0: none",
    )
    vectors: VectorDecay = VectorDecay()


SCHEDULE_KEYS = {
    "halving": {"every"},
    "exponential": {"rate"},
    "triangular": {"half_cycle"},
    "triangular2": {"half_cycle"},
    "plateau": {"patience"},
}
"""What the schedules need to be told."""


class Schedule(Section):
    """How the learning rate changes: the factor on the initial one.

    With t the epochs since the warm-up, fractions counted, and T those from there to the end:

    - `constant`: `1`
    - `linear`: `1 - t / T`
    - `cosine`: `(1 + cos(pi t / T)) / 2`
    - `halving`: `2^-floor(t / every)`
    - `exponential`: `e^(-rate t)`
    - `triangular`: from 0.1 up to 1 in a straight line in `half_cycle` epochs, down again in as
      many, and so on
    - `triangular2`: the same, with the height of the triangle halved after each cycle
    - `plateau`: halved when F1, or without held-out data the loss, has not been better than ever
      for more than `patience` epochs
    """

    name: Literal[
        "constant",
        "linear",
        "cosine",
        "halving",
        "exponential",
        "triangular",
        "triangular2",
        "plateau",
    ] = Field("linear", description="the kind of schedule")
    every: PositiveInt | None = Field(None, description="halving: epochs between halvings")
    rate: PositiveFloat | None = Field(None, description="exponential: how fast it falls")
    half_cycle: PositiveFloat | None = Field(
        None, description="triangular, triangular2: epochs from the lowest rate to the highest"
    )
    patience: NonNegativeInt | None = Field(
        None, description="plateau: epochs without a better score that are tolerated"
    )
    warm_up: NonNegativeFloat = Field(
        0.0, description="epochs in which the rate first goes up in a straight line"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Schedule:
        own = SCHEDULE_KEYS.get(self.name, set())
        for key in sorted(set().union(*SCHEDULE_KEYS.values())):
            is_given = getattr(self, key) is not None
            if is_given and key not in own:
                owners = " and ".join(name for name, keys in SCHEDULE_KEYS.items() if key in keys)
                raise ValueError(f"`{key}` belongs to the schedule {owners}, not to {self.name}")
            if key in own and not is_given:
                raise ValueError(f"the schedule {self.name} needs `{key}`")
        if self.warm_up and self.name == "plateau":
            raise ValueError("the schedule plateau follows the score; it has no `warm_up`")
        return self


class Optimizer(Section):
    """The optimizer of the dense parameters; the lookup tables have a sparse one of its kind."""

    name: Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"] = Field(
        "adam", description="the kind of optimizer"
    )
    momentum: float | None = Field(
        None, ge=0, lt=1, description="mu of momentum and nesterov; null: 0.9"
    )
    weight_decay: NonNegativeFloat | None = Field(
        None, description="lambda of adamw, decoupled from its moments; null: 0.01"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Optimizer:
        if self.momentum is not None and self.name not in ("momentum", "nesterov"):
            raise ValueError(f"`momentum` is for momentum and nesterov, not for {self.name}")
        if self.weight_decay is not None and self.name != "adamw":
            raise ValueError(f"`weight_decay` is for adamw, not for {self.name}; see l2")
        return self


def _by_name(value: Any) -> Any:
    """Let `schedule: linear` stand for `schedule: {name: linear}`."""
    return {"name": value} if isinstance(value, str) else value


class Training(Section):
    """How long, in which steps and by which rule the weights are learned."""

    epochs: PositiveInt = Field(12, description="passes over the training data, at most")
    batch_size: PositiveInt | None = Field(
        None,
        description="in a mini-batch: windows (null: 256), with the head or the context "
        "sentence sentences (32), with the contexts document and both documents (2)",
    )
    optimizer: Annotated[Optimizer, BeforeValidator(_by_name)] = Field(
        Optimizer(),
        description="how the weights follow their gradients",
    )
    learning_rate: PositiveFloat = Field(
        0.001, description="initial learning rate; `ner-window find-lr` suggests one"
    )
    schedule: Annotated[Schedule, BeforeValidator(_by_name)] = Field(
        Schedule(), description="how the learning rate changes"
    )
    clip_norm: PositiveFloat | None = Field(
        None, description="largest norm of the gradient of all parameters; null: any"
    )
    keep: Literal["best", "last"] = Field(
        "best", description="the weights that are kept: of the epoch with the best F1, or the last"
    )
    patience: PositiveInt | None = Field(
        None, description="epochs without a better F1 before training stops; null: it does not"
    )
    restarts: PositiveInt = Field(
        1, description="trainings from different initial weights; the best one is kept"
    )
    ensemble: PositiveInt = Field(
        1,
        description="networks, trained in parallel from different initial weights, whose scores "
        "are averaged",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Training:
        if self.patience is not None and self.keep == "last":
            raise ValueError("with `patience` the best weights are kept: `keep: last` contradicts")
        if self.restarts > 1 and self.ensemble > 1:
            raise ValueError("`restarts` keep one network, an `ensemble` keeps all: choose one")
        return self


class Debug(Section):
    """Checks of the gradients, for those who change the model."""

    gradient_check: bool = Field(False, description="check the whole model before the first step")
    anomaly: bool = Field(False, description="stop at the operation that makes the first NaN")


class Config(Section):
    """A training run."""

    seed: NonNegativeInt = Field(1, description="decides all that is left to chance")
    data: Data
    embeddings: Embeddings
    features: Features = Features()
    model: Model = Model()
    regularization: Regularization = Regularization()
    training: Training = Training()
    debug: Debug = Debug()

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        has_decay = self.regularization.vectors.name != "none"
        if has_decay and self.embeddings.trainable is False:
            raise ValueError("regularization.vectors has no effect on frozen vectors")
        if self.regularization.vectors.name == "anchor" and self.embeddings.path is None:
            raise ValueError("regularization.vectors.name: anchor needs pretrained vectors")
        rates = self.regularization.dropout.hidden
        if isinstance(rates, list) and len(rates) != len(self.model.layers):
            raise ValueError(
                f"regularization.dropout.hidden lists {len(rates)} rates, but model.hidden has "
                f"{len(self.model.layers)} layers"
            )
        if self.data.dev is None and self.data.selection is None:
            self._check_without_selection()
        return self

    def _check_without_selection(self) -> None:
        """Raise ValueError for what needs held-out data to choose by."""
        if self.training.keep == "best":
            raise ValueError(
                "without data.dev, the best epoch is chosen on part of the training data "
                "(data.selection: {fraction: 0.1}), or the last one is kept (training.keep: last)"
            )
        if self.training.restarts > 1:
            raise ValueError(
                "without data.dev, the best of several training.restarts is chosen on part of the "
                "training data: data.selection: {fraction: 0.1}"
            )
