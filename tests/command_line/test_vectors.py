"""``ner-window vectors`` as people type it."""

import gzip
import json
import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ner_window.vectors.word_vectors import WordVectors, cache_folder, load_vectors
from tests.building import trained_model


def test_info(run, vector_file):
    code, out, _ = run("vectors", "info", vector_file)
    assert code == 0
    assert "words       6 (0 duplicates" in out
    assert "sample      anna oslo bergen . 0000 is" in out
    code, out, _ = run("vectors", "info", vector_file, "--json")
    facts = json.loads(out)
    matrix = load_vectors(vector_file).matrix.astype(np.float64)
    norms = np.linalg.norm(matrix, axis=1)
    assert (facts["format"], facts["words"], facts["dimension"]) == ("glove", 6, 3)
    assert facts["mean"] == pytest.approx(matrix.mean())
    assert facts["deviation"] == pytest.approx(matrix.std())
    assert facts["norm_mean"] == pytest.approx(norms.mean())
    assert (facts["norm_min"], facts["norm_max"]) == pytest.approx((norms.min(), norms.max()))
    assert facts["converted"] == str(next(cache_folder().glob("*.safetensors")))


@pytest.fixture
def read_by_gensim(gensim_models):
    """Read a file by gensim, which leaves files without a header open."""

    def read(path, target):
        if target == "glove":
            content = unpacked(path)
            path = path.with_name("with-header.txt")
            path.write_bytes(b"%d 3\n" % content.count(b"\n") + content)
        binary = target == "word2vec-binary"
        return gensim_models.KeyedVectors.load_word2vec_format(path, binary=binary)

    return read


def unpacked(path):
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


@pytest.mark.parametrize("packed", [".gz", ""])
@pytest.mark.parametrize("target", ["glove", "word2vec-text", "word2vec-binary"])
def test_convert_keeps_every_bit(run, tmp_path, target, packed, read_by_gensim):
    bits = np.random.default_rng(0).integers(0, 2**32, (400, 3), np.uint64).astype(np.uint32)
    matrix = bits.view(np.float32)
    matrix[~np.isfinite(matrix)] = -0.0
    words = [f"wörd{row}" for row in range(len(matrix))]
    source = tmp_path / "source.bin"
    rows = zip(words, matrix, strict=True)
    source.write_bytes(b"400 3\n" + b"".join(w.encode() + b" " + r.tobytes() for w, r in rows))
    out = tmp_path / f"out{packed}"
    code, _, err = run("vectors", "convert", source, out, "--to", target)
    assert (code, err) == (0, f"next: ner-window vectors info {out}\n")
    assert (out.read_bytes()[:2] == b"\x1f\x8b") == bool(packed)
    copy = load_vectors(out)
    assert [copy.index.word(row) for row in range(400)] == words
    np.testing.assert_array_equal(copy.matrix.view(np.uint32), matrix.view(np.uint32))
    theirs = read_by_gensim(out, target)
    np.testing.assert_array_equal(theirs.vectors.view(np.uint32), matrix.view(np.uint32))
    assert list(tmp_path.glob(".out*")) == []


def test_text_is_as_short_as_can_be(run, vector_file, tmp_path):
    run("vectors", "convert", vector_file, "out.txt", "--to", "glove")
    assert (tmp_path / "out.txt").read_text() == vector_file.read_text()


def test_convert_refuses(run, tmp_path, vector_file):
    (tmp_path / "there").write_text("mine")
    code, _, err = run("vectors", "convert", vector_file, "there", "--to", "glove")
    assert code == 2
    assert "exists; name another file" in err
    code, _, err = run("vectors", "convert", vector_file, "no/folder", "--to", "glove")
    assert code == 2
    assert "cannot write" in err
    assert (tmp_path / "there").read_text() == "mine"


@pytest.mark.parametrize("target", ["word2vec-text", "word2vec-binary", "glove"])
@pytest.mark.parametrize(
    ("word", "glove_holds"), [(". . .", True), ("page 1", False), ("a\nb", False)]
)
def test_words_that_a_format_cannot_hold(run, tmp_path, target, word, glove_holds, gensim_models):
    source = tmp_path / "source.kv"
    saved = gensim_models.KeyedVectors(2)
    saved.add_vectors(["the", word], np.ones((2, 2), np.float32))
    saved.save(str(source))
    code, _, err = run("vectors", "convert", source, "out", "--to", target, "--trust")
    if target == "glove" and glove_holds:
        assert code == 0, err
        assert load_vectors(tmp_path / "out").index.word(1) == word
    else:
        assert code == 2
        assert f"cannot hold the word {word!r} (row 2)" in err
        assert not (tmp_path / "out").exists()


def test_a_pickle_needs_trust(run, tmp_path, gensim_models):
    saved = gensim_models.KeyedVectors(2)
    saved.add_vectors(["a"], np.ones((1, 2), np.float32))
    saved.save(str(tmp_path / "v.kv"))
    code, _, err = run("vectors", "info", "v.kv")
    assert code == 2
    assert "reading a pickle runs code" in err
    code, out, _ = run("vectors", "info", "v.kv", "--trust")
    assert code == 0
    assert "format      gensim" in out


def test_neighbors_are_those_of_gensim(run, vector_file, read_by_gensim):
    theirs = read_by_gensim(vector_file, "glove")
    expected = [f"{cosine:.3f}  {word}" for word, cosine in theirs.most_similar("oslo", topn=3)]
    for spelling in ("neighbors", "neighbours"):
        code, out, err = run("vectors", spelling, "OSLO", "--vectors", vector_file, "--count", 3)
        assert code == 0
        assert out.splitlines() == expected
        assert err == "'OSLO' is found as 'oslo' (lower-case)\n"


def test_one_spelling_of_neighbors_is_listed(run):
    code, out, _ = run("vectors", "--help")
    assert code == 0
    assert re.findall(r"neighbou?rs", out) == ["neighbors"]


def test_neighbors_before_and_after_training(run, config_file):
    code, _, err = run("train", config_file, "--out", "run", "--set", "training.epochs=1")
    assert code == 0, err
    code, out, err = run("vectors", "neighbors", "Oslo", "--model", "run", "--count", 3)
    assert code == 0
    assert err.count("is found as 'oslo'") == 1
    lines = out.splitlines()
    assert lines[0].split() == ["pretrained", "fine-tuned"]
    assert lines[1].split()[1] == "bergen"
    assert len(lines) == 4
    code, out, _ = run("vectors", "neighbors", "Nordbank", "--model", "run")
    assert code == 0  # training alone has it
    assert len(out.splitlines()[1].split()) == 2


def test_the_fine_tuned_space(config_file):
    from ner_window.model.neighbors import FineTunedSpace

    model = trained_model(config_file)
    space = FineTunedSpace(model)
    table, keys = model.network.tables[0].data, model.vocabulary.keys
    vectors = np.concatenate([block for _, block in space.blocks()])
    words = [space.word(number) for number in range(len(vectors))]
    assert list(space.find(words)) == list(range(len(words)))
    for word, vector in zip(words, vectors, strict=True):
        if word in keys:
            np.testing.assert_array_equal(vector, table[keys.index(word)])
        else:
            row = model.vectors.rows(model.vectors.find([word]))[0]
            np.testing.assert_allclose(vector, row * model.encoder.factor, rtol=1e-6)
    assert set(words) == {*keys[2:], "bergen"}


def test_neighbors_of_what_is_not_there(run, vector_file):
    code, _, err = run("vectors", "neighbors", "olso", "--vectors", vector_file)
    assert code == 2
    assert "'olso' is not among the words; near it are oslo" in err
    code, _, err = run("vectors", "neighbors", "zzzzz", "--vectors", vector_file)
    assert "nor is any word a letter away" in err
    code, _, err = run("vectors", "neighbors", "oslo")
    assert code == 2
    assert "either --vectors FILE or --model RUN" in err


def test_a_model_without_pretrained_vectors_has_one_column(run, config_file):
    settings = ("--set", "embeddings={dimension: 4}", "--set", "training.epochs=1")
    code, _, err = run("train", config_file, "--out", "run", *settings)
    assert code == 0, err
    code, out, _ = run("vectors", "neighbors", "oslo", "--model", "run")
    assert (code, out.split()[0]) == (0, "fine-tuned")


def test_blocks_of_neighbors_join():
    from ner_window.model.neighbors import PretrainedSpace, nearest

    matrix = np.random.default_rng(1).normal(size=(50, 4)).astype(np.float32)
    matrix[7] = 0
    words = [f"w{row}" for row in range(50)]
    space = PretrainedSpace(WordVectors.of(words, matrix))
    expected = nearest("w20", space, 60)
    space.blocks = partial(space.vectors.blocks, block_bytes=3 * 4 * 4)
    found = nearest("w20", space, 60)
    assert [word for word, _ in found] == [word for word, _ in expected]
    assert len(found) == 49
    assert dict(found)["w7"] == 0


def test_gzip_output_is_reproducible(run, vector_file, tmp_path):
    run("vectors", "convert", vector_file, "a.gz", "--to", "glove")
    run("vectors", "convert", vector_file, "b.gz", "--to", "glove")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert unpacked(tmp_path / "a.gz").startswith(b"anna 0.1 0.2 0.3\n")


def test_convert_without_a_target_makes_the_vectors_known(run, vector_file):
    code, out, _ = run("vectors", "convert", vector_file)
    assert code == 0
    assert Path(out.strip()).stat().st_size > 4096
    code, _, err = run("vectors", "convert", vector_file, "copy.txt")
    assert code == 2
    assert "both OUT and --to" in err
