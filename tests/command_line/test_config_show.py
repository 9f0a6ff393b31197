"""``ner-window config show``: every value, and who set it."""

import re

import yaml


def test_config_show_prints_a_config_with_origins(run, config_file):
    code, out, err = run("config", "show", config_file, "--set", "seed=7")
    assert (code, err) == (0, f"next: ner-window train {config_file} --set seed=7\n")
    assert re.search(r"^seed: 7 +# --set$", out, re.MULTILINE)
    assert re.search(rf"^  window: 3 +# {config_file}$", out, re.MULTILINE)
    assert yaml.safe_load(out)["training"]["keep"] == "best"
    code, out, err = run("config", "show", config_file, "--set", "seeed=7")
    assert (code, out) == (2, "")
    assert "did you mean 'seed'?" in err
