"""The commented config for somebody's files has the defaults; the sample's is one of them."""

from pathlib import Path

import pytest

from ner_window.config.file import load_config
from ner_window.config.new_config import OwnFiles, new_config
from tests.ner_window.config.written import load
from tests.places import ROOT

SAMPLE = Path("data/sample")
FILES = {
    "train alone": {"train": "t"},
    "train, dev and vectors": {"train": "t", "dev": "d", "vectors": "v"},
    "all, in odd places": {
        "train": "a: b.txt",
        "dev": "it's $5/${seed}.txt",
        "test": "東京 #1",
        "vectors": "null",
    },
}
COLUMNS = {"usual": {}, "others": {"token_column": 1, "tag_column": 3}}


def test_the_config_of_the_sample_is_what_is_written_for_the_sample():
    quickstart = Path("configs", "quickstart.yaml")
    sample = OwnFiles(
        train=SAMPLE / "train.conll",
        dev=SAMPLE / "dev.conll",
        test=SAMPLE / "test.conll",
        vectors=SAMPLE / "vectors.bin",
    )
    assert (ROOT / quickstart).read_text("utf-8") == new_config(sample, quickstart)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("files", FILES)
def test_but_for_the_files_everything_is_a_default(files, columns, tmp_path):
    paths = {split: Path(path) for split, path in FILES[files].items()}
    own = OwnFiles(**paths, **COLUMNS[columns])
    written = tmp_path / "written.yaml"
    written.write_text(new_config(own, written), "utf-8")
    config = load_config(written)
    assert {key: getattr(config.data, key) for key in paths if key != "vectors"} == {
        key: path for key, path in paths.items() if key != "vectors"
    }
    assert config.embeddings.path == paths.get("vectors")
    rest = load(tmp_path, "data: {train: t, dev: d}\nembeddings: {path: v}\n").model_dump()
    for section, keys in OWN_KEYS.items():
        rest[section] |= {key: getattr(config, section).model_dump()[key] for key in keys}
    assert config.model_dump() == rest


OWN_KEYS = {
    "data": ("train", "dev", "test", "columns", "selection"),
    "embeddings": ("path", "dimension", "scale"),
}


def test_the_config_of_three_paths_is_that_of_three_lines(tmp_path):
    three_lines = "data:\n  train: t\n  dev: d\nembeddings: {path: v}\n"
    own = OwnFiles(Path("t"), dev=Path("d"), vectors=Path("v"))
    written = tmp_path / "written.yaml"
    written.write_text(new_config(own, written), "utf-8")
    assert load_config(written) == load(tmp_path, three_lines)


@pytest.mark.parametrize("files", FILES)
def test_no_line_is_too_long_to_read(files):
    own = OwnFiles(**{split: Path(path) for split, path in FILES[files].items()})
    assert max(map(len, new_config(own, Path("my.yaml")).splitlines())) <= 100


def test_vectors_that_start_at_random_start_smaller(tmp_path):
    written = tmp_path / "written.yaml"
    written.write_text(new_config(OwnFiles(Path("t")), written), "utf-8")
    random, pretrained = "{dimension: 50}", "{path: v}"
    scales = [
        load(tmp_path, f"data: {{train: t, dev: d}}\nembeddings: {embeddings}\n").embeddings.scale
        for embeddings in (random, pretrained)
    ]
    assert load_config(written).embeddings.scale == scales[0] < scales[1]
