"""The small study, read."""

from __future__ import annotations

import pytest

from ner_window.run_data import RunData
from ner_window.study.study_config import load_study


@pytest.fixture
def study(study_file):
    return load_study(study_file)


@pytest.fixture
def data(study):
    """What ``run_study`` is given: the reported data is called test."""
    base = study.base
    own = base.data.model_copy(update={"dev": None, "test": base.data.dev})
    return RunData.read(base.model_copy(update={"data": own}))
