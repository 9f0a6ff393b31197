"""docs/configuration.md is what the schema says, and its examples are configs."""

import re
from typing import Literal

import pytest
from pydantic import Field, PositiveFloat

from ner_window.config import Config, ScheduleSettings, Variant
from ner_window.config.file import load_config
from ner_window.study.study_config import Study, load_study
from tests.places import ROOT, load_script

PAGE = (ROOT / "docs" / "configuration.md").read_text("utf-8")
EXAMPLES = {
    re.match(r"# (\S+)\n", text)[1]: text
    for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
}


def test_the_page_is_up_to_date():
    page = load_script("make_configuration_reference").page()
    assert page == PAGE, "run python scripts/make_configuration_reference.py"


def settings(section):
    """Yield every setting of a section and of those in it, as key and description."""
    for key, field in section.model_fields.items():
        yield field.alias or key, field.description
        inner = section.section_at(key)
        variants = inner.variants.values() if inner and issubclass(inner, Variant) else [inner]
        for each in filter(None, variants):
            yield from settings(each)


def test_every_setting_has_its_row():
    rows = [re.match(r"\| `(\w+)` \| .* \| (.*) \|$", line) for line in PAGE.splitlines()]
    shown = {(row[1], row[2].replace("\\|", "|")) for row in rows if row}
    assert {(key, text) for key, text in settings(Config) if text} <= shown


def test_a_choice_from_elsewhere_is_on_the_page(monkeypatch):
    monkeypatch.setattr(ScheduleSettings, "variants", dict(ScheduleSettings.variants))

    class Stairs(ScheduleSettings):
        """Down by `step` after each epoch."""

        name: Literal["stairs"] = "stairs"
        step: PositiveFloat = Field(0.1, description="height of a stair")

    page = load_script("make_configuration_reference").page()
    assert "| `stairs` | down by `step` after each epoch |" in page
    assert "| `step` | `stairs` | number > 0 | `0.1` | height of a stair |" in page


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_config(name, tmp_path):
    for file, text in EXAMPLES.items():
        (tmp_path / file).write_text(text)
    is_study = name == "study.yaml"
    config = (load_study if is_study else load_config)(tmp_path / name)
    assert isinstance(config, Study if is_study else Config)


def test_what_the_page_says_of_extending(tmp_path):
    for file, text in EXAMPLES.items():
        (tmp_path / file).write_text(text)
    training = load_config(tmp_path / "longer.yaml").training
    assert (training.epochs, training.schedule.name, training.schedule.every) == (30, "halving", 5)


def test_every_link_within_the_page_leads_to_a_heading():
    headings = {
        line.lstrip("# ").replace(".", "").replace(" ", "-").lower()
        for line in PAGE.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings


def test_every_file_that_the_page_links_to_is_there():
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE):
        assert (ROOT / "docs" / target).is_file(), target
