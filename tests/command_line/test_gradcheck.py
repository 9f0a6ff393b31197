"""``ner-window gradcheck``, and the same check before a training."""


def test_gradcheck(config_file, run):
    settings = ["--set", "model={head: sentence, context: document}", "--set", "model.hidden=5"]
    code, out, err = run("gradcheck", config_file, *settings)
    assert code == 0, err
    assert {line.split()[0].rstrip(":") for line in out.splitlines()} >= {"words", "W", "U", "T"}
    code, _, err = run("train", config_file, "--out", "r", "--set", "debug.gradient_check=true")
    assert code == 0, err
    assert "gradient check passed" in err
