"""The list of scripts."""

import re

from tests.places import ROOT, load_script

SCRIPTS = ROOT / "scripts"


def test_the_list_has_a_line_for_every_script():
    listed = set(
        re.findall(r"^\| `([\w./]+)` \|", (SCRIPTS / "README.md").read_text("utf-8"), re.M)
    )
    hidden = {"README.md", "__pycache__/"}
    there = {f"{path.name}/" if path.is_dir() else path.name for path in SCRIPTS.iterdir()}
    assert there - hidden == listed


def test_the_graphs_of_the_docs_are_those_that_are_drawn(tmp_path, monkeypatch):
    script = load_script("draw_graphs")
    monkeypatch.setattr("sys.argv", ["draw_graphs.py", str(tmp_path)])
    script.main()
    for path in tmp_path.iterdir():
        assert path.read_text("utf-8") == (ROOT / "docs/autodiff" / path.name).read_text("utf-8")
    assert len(list(tmp_path.iterdir())) == len(script.GRAPHS)
