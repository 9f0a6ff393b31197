"""The recipes that ship say what they said, whatever becomes of the defaults."""

import pytest
import yaml

from ner_window.config import Config
from ner_window.config.file import load_as
from ner_window.study.study_config import Study
from tests.places import ROOT

RECORDED = ROOT / "tests" / "ner_window" / "config" / "recipes"
CONFIGS = ROOT / "configs"
RECIPES = sorted(path.relative_to(CONFIGS) for path in CONFIGS.rglob("*/*.yaml"))


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_a_recipe_has_the_settings_that_its_figures_were_measured_with(recipe):
    schema = Study if recipe.parent.name == "compare" else Config
    recorded = schema.model_validate(yaml.safe_load((RECORDED / recipe).read_bytes()))
    assert load_as(schema, CONFIGS / recipe) == recorded
