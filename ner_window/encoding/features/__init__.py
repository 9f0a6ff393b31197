"""Features of a token beside its word, a module each, and the lookup table that each has."""

from ner_window.encoding.features.affixes import Prefix, Suffix
from ner_window.encoding.features.capitalization import Capitalization
from ner_window.encoding.features.feature import FEATURES, Feature, features_of, register
from ner_window.encoding.features.file_column import FileColumn
from ner_window.encoding.features.gazetteer import Gazetteer
from ner_window.encoding.features.shape import Shape
from ner_window.encoding.features.table import RESERVED_VALUES, UNKNOWN_VALUE, FeatureTable

__all__ = [
    "FEATURES",
    "RESERVED_VALUES",
    "UNKNOWN_VALUE",
    "Capitalization",
    "Feature",
    "FeatureTable",
    "FileColumn",
    "Gazetteer",
    "Prefix",
    "Shape",
    "Suffix",
    "features_of",
    "register",
]
