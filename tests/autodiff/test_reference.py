"""The reference page is what the docstrings say."""

import autodiff as ad
from tests.places import ROOT, load_script


def test_the_reference_page_is_up_to_date():
    page = load_script("make_reference").page()
    assert (ROOT / "docs" / "autodiff" / "reference.md").read_text("utf-8") == page, (
        "run python scripts/make_reference.py"
    )


def test_the_reference_names_everything_that_is_public():
    page = (ROOT / "docs" / "autodiff" / "reference.md").read_text("utf-8")
    names = set(ad.__all__) - {"initializers", "schedules"}  # modules, with sections of their own
    missing = [name for name in names if f"`{name}(" not in page and f"`{name}`" not in page]
    assert missing == []
