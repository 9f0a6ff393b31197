"""The page of a study from the command line: with the extra, and without it."""

import json
import re
import sys

import pytest


@pytest.fixture
def study_file(tmp_path, config_file):
    """The config of a study that is done in a moment."""
    path = tmp_path / "study.yaml"
    path.write_text(
        f"""\
base: {{extends: {config_file.name}}}
arms: [frozen, finetuned, scratch]
sizes: [8, all]
seeds: 2
least_steps: 0
tuning: null
pairs: [[oslo, bergen], [anna, oslo]]
""",
        "utf-8",
    )
    return path


def test_page_plots_and_what_happened_to_the_vectors(run, study_file, tmp_path, monkeypatch):
    command = ("compare", study_file, "--out", "study", "--jobs", 1)
    monkeypatch.setitem(sys.modules, "jinja2", None)  # as where the extra is not installed
    code, out, err = run(*command)
    assert code == 0, err
    assert "no study.html and no plots" in err
    assert "pip install 'ner-window[report]'" in err
    folder = tmp_path / "study"
    assert not (folder / "study.html").exists()
    found = json.loads((folder / "study.json").read_text("utf-8"))
    vectors = found["vectors"]
    assert vectors["finetuned"]["run"] == "finetuned-all-seed1"
    assert vectors["finetuned"]["drift"]["moved"] > 0 == vectors["frozen"]["drift"]["moved"]
    assert vectors["scratch"]["drift"] is None
    (pair,) = vectors["finetuned"]["pitfall"]["watched"]
    assert (pair["word"], pair["partner"]) == ("oslo", "bergen")
    assert vectors["finetuned"]["pitfall"]["not_watched"] == ["anna and oslo: oslo is in training"]

    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*command)
    assert code == 0, err
    assert "to do" not in err
    assert out.endswith(f"\nopen {folder.name}/study.html\n")
    page = (folder / "study.html").read_text("utf-8")
    plain = page.replace("&#39;", "'").replace("\N{MINUS SIGN}", "-").replace("</p>\n<p>", " ")
    assert found["verdict"] in plain
    assert all(condition in plain for condition in [found["setting"], *found["conditions"]])
    links = set(re.findall(r'href="(runs/[^"]+/)"', page))
    assert links == {f"runs/{run['folder']}/" for run in found["runs"]}
    assert all((folder / link).is_dir() for link in links)
    plots = {path.stem for path in (folder / "plots").iterdir()}
    assert {"curves", "forest", "differences", "drift"} <= plots
