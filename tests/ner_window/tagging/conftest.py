"""Models to tag with."""

import pytest

from ner_window.model_folder.folder import save_model
from tests.building import trained_model


@pytest.fixture
def trained(config_file, tmp_path):
    """Return a function that trains a model for a moment and returns its folder."""

    def train(*overrides, name="model"):
        model = trained_model(config_file, "training.epochs=30", *overrides)
        save_model(model, tmp_path / name)
        return tmp_path / name

    return train
