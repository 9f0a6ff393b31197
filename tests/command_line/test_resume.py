"""Going on with a run from the command line, with changes and without."""


def test_all_seeds_get_more_epochs(config_file, tmp_path, run):
    settings = ["--set", "training.schedule=constant", "--seeds", "2"]
    longer = ["--set", "training.epochs=4"]
    code, expected, err = run("train", config_file, "--out", "longer", *settings, *longer)
    assert code == 0, err
    code, out, err = run("train", config_file, "--out", "runs", *settings)
    assert run("train", "--resume", "runs")[1:2] == (out,)
    code, out, err = run("train", "--resume", "runs", *longer)
    assert code == 0, err
    assert err.count("goes on as if the run had been started with 4 epochs") == 2
    assert out.splitlines()[0] == expected.splitlines()[0]
    code, _, err = run("train", "--resume", "runs", "--set", "seed=5", "--accept-changes")
    assert (code, "seed: 1 in the run, 5 asked for" in err) == (2, True)
    part = tmp_path / "runs" / "seed-2" / "config.yaml"
    part.write_text(part.read_text("utf-8").replace("epochs: 4", "epochs: 9"), "utf-8")
    code, _, err = run("train", "--resume", "runs")
    assert (code, "seed-2/config.yaml is not heeded" in err) == (0, True)


def test_an_edit_of_the_config_is_refused_until_it_is_accepted(config_file, tmp_path, run):
    assert run("train", config_file, "--out", "run")[0] == 0
    folder, config = tmp_path / "run", tmp_path / "run" / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("epochs: 3", "epochs: 5"), "utf-8")
    code, _, err = run("train", "--resume", folder)
    assert code == 2
    assert "training.epochs: 3 -> 5" in err
    assert "--accept-changes" in err
    code, _, err = run("train", "--resume", folder, "--accept-changes")
    assert code == 0, err
    assert "epoch   5/5" in err
    code, _, err = run("train", "--resume", folder, "--set", "model.hidden=70")
    assert (code, "model.hidden: 7 in the run, 70 asked for" in err) == (2, True)
    assert run("train", config, "--accept-changes")[0] == 2
