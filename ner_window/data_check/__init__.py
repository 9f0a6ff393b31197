"""What a careful person would want to know of the data before training on it."""

from ner_window.data_check.facts import Duplicates, SplitFacts
from ner_window.data_check.labelings import AmbiguousString, Labeling, ambiguous_strings
from ner_window.data_check.report import DataReport, check_data

__all__ = [
    "AmbiguousString",
    "DataReport",
    "Duplicates",
    "Labeling",
    "SplitFacts",
    "ambiguous_strings",
    "check_data",
]
