"""``config new``: a config that runs as it is, for one's own files or those that ship."""

import re

import pytest

from ner_window.config.file import load_config
from ner_window.config.starters import starter_names
from tests.places import ROOT, SHIPPED_CONFIGS
from tests.small_files import documents, write_vectors

RECIPES = [path for path in SHIPPED_CONFIGS if path.parent.name != "configs"]


@pytest.fixture
def files(tmp_path):
    """A corpus in three files and vectors: as options, by what they are."""
    sizes = {"train": 20, "dev": 6, "test": 4}
    for number, (split, size) in enumerate(sizes.items()):
        (tmp_path / f"{split}.conll").write_text(documents(size, number))
    write_vectors(tmp_path)
    names = {split: f"{split}.conll" for split in sizes} | {"vectors": "vectors.txt"}
    return {kind: (f"--{kind}", name) for kind, name in names.items()}


def options(files, *kinds):
    return [part for kind in kinds for part in files[kind]]


@pytest.mark.parametrize(
    "kinds", [["train"], ["train", "test"], ["train", "dev", "vectors"], ["train", "vectors"]]
)
def test_a_config_for_files_trains_as_it_is(run, files, kinds):
    code, out, err = run("config", "new", "--out", "my.yaml", *options(files, *kinds))
    assert (code, out) == (0, "wrote my.yaml\n")
    assert "train 40 sentences, 160 tokens, 80 entities (LOC, PER)\n" in err
    assert ("vectors start at random" in err) == ("vectors" not in kinds)
    assert err.endswith("next: ner-window train my.yaml\n")
    code, out, err = run("train", "my.yaml", "--out", "run", "--set", "training.epochs=1")
    assert code == 0, err


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recipe_for_other_files_has_its_settings_and_nothing_of_its_data(
    run, files, path, tmp_path
):
    name = f"{path.parent.name}/{path.stem}"
    code, _, err = run("config", "new", name, "--out", "my.yaml", *options(files, *files))
    assert code == 0, err
    settings = [
        *(f"data.{split}={split}.conll" for split in ("train", "dev", "test")),
        "embeddings.path=vectors.txt",
    ]
    assert load_config(tmp_path / "my.yaml") == load_config(path, settings)
    text = (tmp_path / "my.yaml").read_text()
    for word in ("eng.", "emerging", "wnut17train", "data/", "(IOB", "licence", "mark no"):
        assert word not in text


def test_a_recipe_without_vectors_starts_at_random_or_is_refused(run, files, tmp_path):
    own = options(files, "train", "dev")
    assert run("config", "new", "conll2003/finetuned", "--out", "my.yaml", *own)[0] == 0
    embeddings = load_config(tmp_path / "my.yaml").embeddings
    assert (embeddings.path, embeddings.dimension) == (None, 50)
    code, _, err = run("config", "new", "conll2003/frozen", "--out", "other.yaml", *own)
    assert (code, (tmp_path / "other.yaml").exists()) == (2, False)
    assert "it needs some: --vectors FILE" in err


@pytest.mark.parametrize("name", ["conll2003/frozen", "wnut17/finetuned.yaml", "compare/wnut17"])
def test_without_files_a_config_is_as_it_ships(run, name, tmp_path):
    code, _, err = run("config", "new", name, "--out", "mine.yaml")
    command = "compare" if name.startswith("compare") else "train"
    assert (code, err.splitlines()[-1]) == (0, f"next: ner-window {command} mine.yaml")
    shipped = (ROOT / "configs" / name).with_suffix(".yaml")
    assert (tmp_path / "mine.yaml").read_text() == shipped.read_text()


def test_in_a_checkout_the_config_is_for_the_sample(run, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, _, err = run("config", "new", "--out", tmp_path / "my.yaml")
    assert code == 0
    assert "for the sample that ships; for files of your own: --train FILE" in err
    assert load_config(tmp_path / "my.yaml") == load_config(ROOT / "configs" / "quickstart.yaml")


def test_elsewhere_the_files_are_asked_for(run, tmp_path):
    code, _, err = run("config", "new", "--out", "my.yaml")
    assert (code, list(tmp_path.iterdir())) == (2, [])
    assert "name the files: ner-window config new --train FILE" in err


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (["--train", "nowhere.conll"], "no such file: /"),
        (["--train", "bad.conll"], "bad.conll:2: 'x' is no tag"),
        (["--train", "train.conll", "--dev", "bad.conll"], "bad.conll:2: 'x' is no tag"),
        (["--train", "train.conll", "--vectors", "nowhere.txt"], "no such vector file: /"),
        (["--train", "train.conll", "--tag-column", "0"], "cannot both be column 0"),
        (["--train", "train.conll", "--tag-column", "7"], "no column 7 for the tag"),
        (["--dev", "train.conll"], "go with --train"),
    ],
)
def test_files_that_cannot_be_used_are_told_and_nothing_is_written(
    run, files, own, message, tmp_path
):
    (tmp_path / "bad.conll").write_text("Oslo B-LOC\nis x\n")
    code, _, err = run("config", "new", "--out", "my.yaml", *own)
    assert code == 2
    assert message in err
    assert not (tmp_path / "my.yaml").exists()


def test_other_columns_are_named_by_options(run, files, tmp_path):
    numbered = "".join(
        f"{number} {line}\n" if line else "\n"
        for number, line in enumerate((tmp_path / "train.conll").read_text().splitlines(), 1)
    )
    (tmp_path / "train.conll").write_text(numbered)
    _, _, err = run("config", "new", "--out", "wrong.yaml", "--train", "train.conll")
    assert "warning: every token of train.conll is a number" in err
    columns = ("--token-column", 1, "--tag-column", 2)
    _, _, err = run("config", "new", "--out", "my.yaml", "--train", "train.conll", *columns)
    assert "warning" not in err
    assert load_config(tmp_path / "my.yaml").data.columns.token == 1


def test_nothing_is_overwritten(run, files, tmp_path):
    (tmp_path / "quickstart.yaml").write_text("precious")
    code, _, err = run("config", "new", *options(files, "train"))
    assert code == 2
    assert "quickstart.yaml exists" in err
    assert (tmp_path / "quickstart.yaml").read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("conll2003/frosen", "did you mean conll2003/frozen?"),
        ("finetuned", "did you mean conll2003/finetuned or wnut17/finetuned?"),
        ("quikstart", "did you mean quickstart?"),
        ("zzz", "there are compare/conll2003, "),
    ],
)
def test_near_names_are_told(run, name, near):
    code, _, err = run("config", "new", name)
    assert code == 2
    assert near in err


def test_help_lists_what_ships_with_a_line_and_figures(run):
    code, out, _ = run("config", "new", "--help")
    assert code == 0
    names = [name for name in starter_names() if name != "quickstart"]
    _, _, listed = out.partition("with what they reach:\n")
    told = re.split(rf"^  ({'|'.join(names)}) ", listed, flags=re.M)[1:]
    assert told[::2] == names
    for text in told[1::2]:
        assert any(character.isdigit() for character in text), text
