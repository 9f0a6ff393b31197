"""The YAML config: one schema for validation, defaults, messages and documentation.

A config is checked whole before any data is read: keys that do not exist, wrong types and settings
that contradict each other are refused. Each section is a module; nothing here is heavy to import.
How a config is read from a file is in :mod:`ner_window.config.file`.
"""

from ner_window.config.augment import AugmentSettings
from ner_window.config.contexts import (
    BothContextsSettings,
    ContextSettings,
    DocumentContextSettings,
    JoinedContextSettings,
    SentenceContextSettings,
    WindowContextSettings,
)
from ner_window.config.data import (
    DataSettings,
    DocumentBlockSettings,
    SelectionSettings,
    SubsetSettings,
)
from ner_window.config.embeddings import EmbeddingSettings, UnfreezingSettings
from ner_window.config.features import (
    AffixSettings,
    FeatureSettings,
    FileColumnSettings,
    GazetteerSettings,
)
from ner_window.config.file import load_config
from ner_window.config.heads import (
    BinaryHeadSettings,
    HeadSettings,
    MarginHeadSettings,
    OneTypeHeadSettings,
    SentenceHeadSettings,
    SoftmaxHeadSettings,
)
from ner_window.config.held_out import HeldOutSettings
from ner_window.config.layout import ColumnSettings
from ner_window.config.model import ModelSettings
from ner_window.config.nonlinearities import (
    HardTanhSettings,
    LeakyReluSettings,
    NonlinearitySettings,
    PreluSettings,
    ReluSettings,
    SigmoidSettings,
    TanhSettings,
)
from ner_window.config.optimizers import (
    AdagradSettings,
    AdamSettings,
    AdamWSettings,
    MomentumSettings,
    NesterovSettings,
    OptimizerSettings,
    RmspropSettings,
    SgdSettings,
)
from ner_window.config.regularization import DropoutSettings, RegularizationSettings
from ner_window.config.run import Config, DebugSettings
from ner_window.config.schedules import (
    ConstantScheduleSettings,
    CosineScheduleSettings,
    CyclicalScheduleSettings,
    ExponentialScheduleSettings,
    HalvingScheduleSettings,
    LinearScheduleSettings,
    PlateauScheduleSettings,
    ScheduleSettings,
    TimedScheduleSettings,
    Triangular2ScheduleSettings,
    TriangularScheduleSettings,
)
from ner_window.config.section import Section
from ner_window.config.text import TextSettings
from ner_window.config.tokenizers import (
    CharactersTokenizerSettings,
    LearnedTokenizerSettings,
    RulesTokenizerSettings,
    SpacyTokenizerSettings,
    TokenizerSettings,
)
from ner_window.config.training import TrainingSettings
from ner_window.config.unseen import (
    MappedUnseenSettings,
    NeighborsUnseenSettings,
    PretrainedUnseenSettings,
    UnseenSettings,
)
from ner_window.config.variant import Variant
from ner_window.config.vector_decay import (
    ActiveDecaySettings,
    AnchorDecaySettings,
    FrequencyWeightedDecaySettings,
    NoDecaySettings,
    VectorDecaySettings,
    ZeroDecaySettings,
)

__all__ = [
    "ActiveDecaySettings",
    "AdagradSettings",
    "AdamSettings",
    "AdamWSettings",
    "AffixSettings",
    "AnchorDecaySettings",
    "AugmentSettings",
    "BinaryHeadSettings",
    "BothContextsSettings",
    "CharactersTokenizerSettings",
    "ColumnSettings",
    "Config",
    "ConstantScheduleSettings",
    "ContextSettings",
    "CosineScheduleSettings",
    "CyclicalScheduleSettings",
    "DataSettings",
    "DebugSettings",
    "DocumentBlockSettings",
    "DocumentContextSettings",
    "DropoutSettings",
    "EmbeddingSettings",
    "ExponentialScheduleSettings",
    "FeatureSettings",
    "FileColumnSettings",
    "FrequencyWeightedDecaySettings",
    "GazetteerSettings",
    "HalvingScheduleSettings",
    "HardTanhSettings",
    "HeadSettings",
    "HeldOutSettings",
    "JoinedContextSettings",
    "LeakyReluSettings",
    "LearnedTokenizerSettings",
    "LinearScheduleSettings",
    "MappedUnseenSettings",
    "MarginHeadSettings",
    "ModelSettings",
    "MomentumSettings",
    "NeighborsUnseenSettings",
    "NesterovSettings",
    "NoDecaySettings",
    "NonlinearitySettings",
    "OneTypeHeadSettings",
    "OptimizerSettings",
    "PlateauScheduleSettings",
    "PreluSettings",
    "PretrainedUnseenSettings",
    "RegularizationSettings",
    "ReluSettings",
    "RmspropSettings",
    "RulesTokenizerSettings",
    "ScheduleSettings",
    "Section",
    "SelectionSettings",
    "SentenceContextSettings",
    "SentenceHeadSettings",
    "SgdSettings",
    "SigmoidSettings",
    "SoftmaxHeadSettings",
    "SpacyTokenizerSettings",
    "SubsetSettings",
    "TanhSettings",
    "TextSettings",
    "TimedScheduleSettings",
    "TokenizerSettings",
    "TrainingSettings",
    "Triangular2ScheduleSettings",
    "TriangularScheduleSettings",
    "UnfreezingSettings",
    "UnseenSettings",
    "Variant",
    "VectorDecaySettings",
    "WindowContextSettings",
    "ZeroDecaySettings",
    "load_config",
]
