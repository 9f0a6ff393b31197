"""The YAML config: one schema for validation, defaults, messages and documentation.

A config is checked whole before any data is read: keys that do not exist, wrong types and settings
that contradict each other are refused. Each section is a module; nothing here is heavy to import.
How a config is read from a file is in :mod:`ner_window.config.file`.
"""

from ner_window.config.contexts import (
    BothContexts,
    Context,
    DocumentContext,
    JoinedContext,
    SentenceContext,
    WindowContext,
)
from ner_window.config.data import Columns, Data, DocumentBlocks, Selection, Subset
from ner_window.config.embeddings import Embeddings, Unfreezing
from ner_window.config.features import Affixes, Features, FileColumn, Gazetteers
from ner_window.config.file import load_config
from ner_window.config.heads import (
    BinaryHead,
    Head,
    MarginHead,
    OneTypeHead,
    SentenceHead,
    SoftmaxHead,
)
from ner_window.config.model import Model
from ner_window.config.nonlinearities import (
    HardTanh,
    LeakyRelu,
    Nonlinearity,
    Prelu,
    Relu,
    Sigmoid,
    Tanh,
)
from ner_window.config.optimizers import (
    AdagradOptimizer,
    AdamOptimizer,
    AdamWOptimizer,
    MomentumOptimizer,
    NesterovOptimizer,
    Optimizer,
    RmspropOptimizer,
    SgdOptimizer,
)
from ner_window.config.regularization import DropoutRates, Regularization
from ner_window.config.run import Config, Debug
from ner_window.config.schedules import (
    ConstantSchedule,
    CosineSchedule,
    ExponentialSchedule,
    HalvingSchedule,
    LinearSchedule,
    PlateauSchedule,
    Schedule,
    TimedSchedule,
    Triangles,
    Triangular2Schedule,
    TriangularSchedule,
)
from ner_window.config.section import Section
from ner_window.config.training import Training
from ner_window.config.variant import Variant
from ner_window.config.vector_decay import (
    ActiveDecay,
    AnchorDecay,
    FrequencyWeightedDecay,
    NoDecay,
    VectorDecay,
    ZeroDecay,
)

__all__ = [
    "ActiveDecay",
    "AdagradOptimizer",
    "AdamOptimizer",
    "AdamWOptimizer",
    "Affixes",
    "AnchorDecay",
    "BinaryHead",
    "BothContexts",
    "Columns",
    "Config",
    "ConstantSchedule",
    "Context",
    "CosineSchedule",
    "Data",
    "Debug",
    "DocumentBlocks",
    "DocumentContext",
    "DropoutRates",
    "Embeddings",
    "ExponentialSchedule",
    "Features",
    "FileColumn",
    "FrequencyWeightedDecay",
    "Gazetteers",
    "HalvingSchedule",
    "HardTanh",
    "Head",
    "JoinedContext",
    "LeakyRelu",
    "LinearSchedule",
    "MarginHead",
    "Model",
    "MomentumOptimizer",
    "NesterovOptimizer",
    "NoDecay",
    "Nonlinearity",
    "OneTypeHead",
    "Optimizer",
    "PlateauSchedule",
    "Prelu",
    "Regularization",
    "Relu",
    "RmspropOptimizer",
    "Schedule",
    "Section",
    "Selection",
    "SentenceContext",
    "SentenceHead",
    "SgdOptimizer",
    "Sigmoid",
    "SoftmaxHead",
    "Subset",
    "Tanh",
    "TimedSchedule",
    "Training",
    "Triangles",
    "Triangular2Schedule",
    "TriangularSchedule",
    "Unfreezing",
    "Variant",
    "VectorDecay",
    "WindowContext",
    "ZeroDecay",
    "load_config",
]
