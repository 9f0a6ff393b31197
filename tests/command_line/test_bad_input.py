"""Bad input to any command is one sentence, and leaves nothing behind."""

import pytest

BAD_INPUT = {
    "missing config": (["train", "nowhere.yaml"], "no such config: /"),
    "unknown key": (["train", "CONFIG", "--set", "training.epoch=1"], "did you mean 'epochs'?"),
    "wrong type": (["train", "CONFIG", "--set", "training.epochs=x"], "training.epochs"),
    "missing data": (["train", "CONFIG", "--set", "data.dev=nowhere"], "no such file: /"),
    "missing vectors": (
        ["train", "CONFIG", "--set", "embeddings.path=v"],
        "no such vector file: /",
    ),
    "dimension": (["train", "CONFIG", "--set", "embeddings.dimension=9"], "have dimension 3"),
    "ragged": (["train", "CONFIG", "--set", "data.train=ragged"], "ragged:2: 1 column"),
    "empty": (["train", "CONFIG", "--set", "data.train=empty"], "holds no tokens"),
    "short vector": (
        ["train", "CONFIG", "--set", "embeddings.path=short"],
        "short:2: 1 number where",
    ),
    "empty vectors": (["train", "CONFIG", "--set", "embeddings.path=empty"], "is empty"),
    "out is used": (["train", "CONFIG", "--out", "."], "is not empty"),
    "out is a file": (["train", "CONFIG", "--out", "ragged"], "is not empty"),
    "out below a file": (["train", "CONFIG", "--out", "ragged/run"], "cannot"),
    "no model": (["evaluate", ".", "CORPUS"], "is no model folder"),
    "no model folder": (["tag", ".", "ragged"], "is no model folder"),
    "no model at all": (["evaluate", "nowhere", "CORPUS"], "is no model folder"),
    "nothing to score": (["score", "nowhere"], "no such file: /"),
    "scoring words": (["score", "ragged"], "ragged:2: 1 column"),
    "vectors are a folder": (["train", "CONFIG", "--set", "embeddings.path=."], "is no file"),
    "nowhere to plot": (["find-lr", "CONFIG", "--out", "ragged/x.svg"], "cannot write"),
    "too large": (["train", "CONFIG", "--set", "model.hidden=10000000000000"], "enough memory"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_clear_sentence(case, run, config_file, corpus_file, tmp_path):
    arguments, message = BAD_INPUT[case]
    (tmp_path / "ragged").write_text("a O\nb\n")
    (tmp_path / "empty").write_text("")
    (tmp_path / "short").write_text("a 1 2\nb 1\n")
    names = {"CONFIG": config_file, "CORPUS": corpus_file}
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(*[names.get(argument, argument) for argument in arguments])
    assert code == 2
    assert out == ""
    problem = err[err.index("error: ") :]
    assert message in problem
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before, "something was left behind"


def test_usage_errors_exit_with_two(run):
    assert run("train")[0] == 2
    assert run("evaluate", "--nonsense")[0] == 2
