"""The list of scripts."""

import re

from tests.places import ROOT

SCRIPTS = ROOT / "scripts"


def test_the_list_has_a_line_for_every_script():
    listed = set(
        re.findall(r"^\| `([\w./]+)` \|", (SCRIPTS / "README.md").read_text("utf-8"), re.M)
    )
    hidden = {"README.md", "__pycache__/"}
    there = {f"{path.name}/" if path.is_dir() else path.name for path in SCRIPTS.iterdir()}
    assert there - hidden == listed
