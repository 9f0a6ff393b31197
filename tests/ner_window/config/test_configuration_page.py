"""docs/configuration.md is what the schema says, and its examples are configs."""

import re

import pytest

from ner_window.config import Config
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
