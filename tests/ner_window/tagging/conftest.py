"""Models to tag with."""

import pytest

from ner_window.model_folder.folder import save_model
from tests.ner_window.training.test_training import setup


@pytest.fixture
def trained(config_file, tmp_path):
    """Return a function that trains a model for a moment and returns its folder."""

    def train(*overrides, name="model"):
        model, trainer, _ = setup(config_file, "training.epochs=30", *overrides)
        for _ in trainer.run():
            pass
        save_model(model, tmp_path / name)
        return tmp_path / name

    return train
