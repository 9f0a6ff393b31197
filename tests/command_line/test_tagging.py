"""``ner-window tag``: every input, every output, files, folders, jobs, interrupts."""

import html
import json
import re
import shutil
import signal
import subprocess
import sys

import pytest

from tests.page import Page
from tests.small_files import CORPUS

TEXT = "Anna Kovac visited Oslo.\n\nNordbank & <b>Oslo</b>\n"


@pytest.fixture
def model(trained, tmp_path):
    """A model in the folder that commands are run in."""
    return shutil.copytree(trained[0] / "model", tmp_path / "run")


@pytest.fixture
def text_file(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_raw_text_to_objects(run, model, text_file):
    code, out, err = run("tag", model, "text.txt")
    assert (code, err) == (0, "")
    first, second = map(json.loads, out.splitlines())
    assert list(first) == ["file", "start", "text", "entities"]
    assert first["text"] == "Anna Kovac visited Oslo."
    assert [list(entity) for entity in first["entities"]] == [
        ["start", "end", "label", "confidence"]
    ] * 2
    found = [(entity["start"], entity["end"], entity["label"]) for entity in first["entities"]]
    assert found == [(0, 10, "PER"), (19, 23, "LOC")]
    assert (second["start"], second["text"]) == (26, "Nordbank & <b>Oslo</b>")


def test_raw_text_to_spans(run, model, text_file):
    code, out, _ = run("tag", model, "text.txt", "--output", "spans")
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert rows[0][:4] == ["text.txt", "0", "10", "PER"]
    assert rows[0][5] == "Anna Kovac"
    for _, start, end, _, confidence, words in rows:
        assert TEXT[int(start) : int(end)] == words
        assert 0 < float(confidence) <= 1


@pytest.mark.parametrize(
    ("unit", "encoding", "size"), [("utf-16", "utf-16-le", 2), ("bytes", "utf-8", 1)]
)
def test_offsets_as_other_languages_count_them(run, model, tmp_path, unit, encoding, size):
    text = "😀 Zoë\r\n\n  \n日本 😀\n\n" * 3 + f"é😀 {TEXT}"
    (tmp_path / "in.txt").write_text("\ufeff" + text, "utf-8", newline="")
    encoded = text.encode(encoding)

    def stretch(data, start, end):
        return data[size * start : size * end].decode(encoding)

    code, out, _ = run("tag", model, "in.txt", "--output", "spans", "--offsets", unit)
    rows = [line.split("\t") for line in out.splitlines()]
    assert code == 0 and {"Anna Kovac", "Oslo"} <= {row[5] for row in rows}
    assert all(stretch(encoded, int(row[1]), int(row[2])) == row[5] for row in rows)

    _, plain, _ = run("tag", model, "in.txt")
    _, out, _ = run("tag", model, "in.txt", "--offsets", unit)
    for line, expected in zip(out.splitlines(), plain.splitlines(), strict=True):
        record, as_characters = json.loads(line), json.loads(expected)
        assert record.pop("offset_unit") == unit
        own = record["text"].encode(encoding)
        assert (
            stretch(encoded, record["start"], record["start"] + len(own) // size) == record["text"]
        )
        for one, other in zip(record["entities"], as_characters["entities"], strict=True):
            found = as_characters["text"][other["start"] : other["end"]]
            assert stretch(own, one["start"], one["end"]) == found


def test_offsets_in_another_unit_are_told_from_characters(run, model, tmp_path):
    line = {"text": "😀 Oslo", "tokens": [{"start": 0, "end": 1}, {"start": 2, "end": 6}], "x": 1}
    (tmp_path / "in.jsonl").write_text(json.dumps(line))
    code, _, err = run("tag", model, "in.jsonl", "--offsets", "utf-16", "--out", "out.jsonl")
    assert code == 0, err
    written = json.loads((tmp_path / "out.jsonl").read_text("utf-8"))
    assert (written["tokens"], written["x"]) == (line["tokens"], 1)  # as they came
    assert {(each["start"], each["end"]) for each in written["entities"]} >= {(3, 7)}
    code, _, err = run("evaluate", model, "out.jsonl")
    assert code == 2 and "out.jsonl:1: offset_unit: input should be 'characters'" in err
    code, out, _ = run("tag", model, "out.jsonl")
    assert code == 0 and "offset_unit" not in json.loads(out)
    for output in ("conll", "html"):
        code, _, err = run("tag", model, "in.jsonl", "--output", output, "--offsets", "bytes")
        assert code == 2 and f"--output {output} writes no offsets" in err


def test_raw_text_to_columns(run, model, text_file):
    code, out, _ = run("tag", model, "text.txt", "--output", "conll")
    assert code == 0
    assert out.startswith("Anna\tB-PER\nKovac\tI-PER\nvisited\tO\nOslo\tB-LOC\n.\tO\n\n")
    assert out.endswith("\n\n")


def test_raw_text_to_a_page(run, model, text_file):
    code, page, _ = run("tag", model, "text.txt", "--output", "html")
    assert code == 0
    assert "<title>Entities in text.txt</title>" in page
    assert "<span>model run</span>" in page
    body = re.search('<section class="text" id="file-1">(.*)</section>', page, re.DOTALL)[1]
    shown = re.sub("<b>[A-Z]+</b><i>[^<]*</i>", "", body)
    assert html.unescape(re.sub("<[^>]*>", "", shown)).split() == ["text.txt", *TEXT.split()]


def test_a_page_is_whole_where_the_input_is_not(run, model, tmp_path):
    (tmp_path / "in.jsonl").write_text(
        (json.dumps({"text": "Oslo " * 100}) + "\n") * 400 + "no JSON"
    )
    code, page, err = run("tag", model, "in.jsonl", "--output", "html")
    assert code == 2
    assert "in.jsonl:401" in err
    assert "Tagging was cut short" in page
    assert page.endswith("</html>\n")
    assert run("tag", model, "in.jsonl", "--output", "html", "--out", "page.html")[0] == 2
    assert not (tmp_path / "page.html").exists()
    (tmp_path / "in.jsonl").write_text("no JSON")
    assert run("tag", model, "in.jsonl", "--output", "html")[1] == ""


def test_a_page_about_several_files_and_none_of_the_folders(run, model, text_file, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "in").write_text("Anna Kovac 's boss left Oslo .\n")
    given = ("deep/../text.txt", "deep/in")
    code, page, _ = run("tag", model, *given, "--input", "tokens", "--output", "html")
    assert code == 0
    read = Page(page)
    assert read.texts["h1"] == ["Entities in text.txt and 1 other file"]
    assert [link["href"] for link in read.all("a")][:4] == ["#top", "#names", "#file-1", "#file-2"]
    assert "deep" not in page
    assert "'s boss left" in "".join(read.whole["p"])


def test_a_page_holds_confidences_as_the_command_compares_them(run, model, text_file):
    page = Page(run("tag", model, "text.txt", "--output", "html")[1])
    sure = [float(mark["data-confidence"]) for mark in page.all("mark") if "id" in mark]
    assert len(sure) > 1
    for least in sure:
        _, out, _ = run("tag", model, "text.txt", "--min-confidence", repr(least))
        kept = sum(len(json.loads(line)["entities"]) for line in out.splitlines())
        assert kept == sum(each >= least for each in sure)


def test_objects_keep_their_keys(run, model, tmp_path):
    given = {"id": 1, "text": "Anna left Oslo", "entities": [], "note": "\ud800"}
    (tmp_path / "in.jsonl").write_text(json.dumps(given))
    code, out, _ = run("tag", model, "in.jsonl")
    assert code == 0
    written = json.loads(out)
    assert list(written) == list(given)
    assert (written["id"], written["note"]) == (1, "\ud800")
    assert written["entities"]
    rows = run("tag", model, "in.jsonl", "--output", "spans")[1]
    assert rows.startswith("in.jsonl:1\t0\t")


def test_columns_to_objects_are_a_corpus(run, model, corpus_file):
    code, out, _ = run("tag", model, corpus_file, "--output", "jsonl", "--out", "tagged.jsonl")
    assert (code, out) == (0, "")
    assert "FB1: 100.00" in run("evaluate", model, "tagged.jsonl")[1]
    code, spans, _ = run("tag", model, corpus_file, "--output", "spans")
    lines = CORPUS.splitlines()
    for row in spans.splitlines():
        _, start, end, _, _, words = row.split("\t")
        assert [line.split()[0] for line in lines[int(start) - 1 : int(end) - 1]] == words.split()


def test_lines_of_tokens(run, model, tmp_path):
    (tmp_path / "in").write_text("Anna Kovac left Oslo\n")
    code, out, _ = run("tag", model, "in", "--input", "tokens")
    assert code == 0
    assert out == "Anna\tB-PER\nKovac\tI-PER\nleft\tO\nOslo\tB-LOC\n\n"


def test_entities_that_are_not_sure_are_left_out(run, model, text_file):
    everything = run("tag", model, "text.txt", "--output", "spans")[1].splitlines()
    sure = sorted(float(line.split("\t")[4]) for line in everything)
    code, out, _ = run(
        "tag", model, "text.txt", "--output", "spans", "--min-confidence", sure[-1] - 1e-4
    )
    assert code == 0
    assert 0 < len(out.splitlines()) < len(everything)
    columns = run("tag", model, "text.txt", "--output", "conll", "--min-confidence", "1")[1]
    assert "B-" not in columns


def test_files_into_a_folder(run, model, text_file, corpus_file, tmp_path):
    code, out, err = run("tag", model, text_file, corpus_file, "--out", "tagged")
    assert (code, out, err) == (0, "", "written: tagged\n")
    folder = tmp_path / "tagged"
    assert {path.name for path in folder.iterdir()} == {"text.txt.jsonl", "corpus.conll.jsonl"}
    assert (folder / "text.txt.jsonl").read_text() == run("tag", model, text_file)[1]
    (folder / "text.txt.jsonl").write_text("precious")
    code, _, err = run("tag", model, text_file, corpus_file, "--out", "tagged", "--jobs", "2")
    assert (code, err) == (0, "note: of 2 files, 2 are in tagged already\n")
    assert (folder / "text.txt.jsonl").read_text() == "precious"


def test_a_file_that_fails_ends_no_other(run, model, text_file, tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"Oslo \xff")
    code, _, err = run("tag", model, "bad.txt", "text.txt", "--out", "tagged")
    assert code == 2
    assert "bad.txt: bad.txt:1: byte 0xff" in err
    assert "1 of 2 files was not tagged" in err
    assert [path.name for path in (tmp_path / "tagged").iterdir()] == ["text.txt.jsonl"]


def test_several_files_come_one_after_the_other(run, model, text_file, tmp_path):
    (tmp_path / "more.txt").write_text("Oslo")
    one, other = (run("tag", model, name)[1] for name in ("text.txt", "more.txt"))
    assert run("tag", model, "text.txt", "more.txt")[1] == one + other


def test_a_cluster_tags_many_files(run, model, tmp_path):
    distributed = pytest.importorskip("distributed")
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"{TEXT} {number}")
    names = [f"{number}.txt" for number in range(4)]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0", silence_logs=50
    ) as cluster:
        dask = ["--backend", "dask", "--scheduler", cluster.scheduler_address]
        code, _, err = run("tag", model, *names, "--out", "tagged", *dask)
    assert code == 0, err
    for name in names:
        assert (tmp_path / "tagged" / f"{name}.jsonl").read_text() == run("tag", model, name)[1]


BAD_INPUT = {
    "no model": (["tag", ".", "text.txt"], "is no model folder"),
    "no file": (["tag", "run", "nowhere.txt"], "no such file: /"),
    "out exists": (["tag", "run", "text.txt", "--out", "text.txt"], "text.txt exists"),
    "same names": (["tag", "run", "text.txt", "a/text.txt", "--out", "x"], "would both be x"),
    "stdin has no name": (["tag", "run", "-", "text.txt", "--out", "x"], "has no name"),
    "no scheduler": (["tag", "run", "text.txt", "--backend", "dask"], "belong together"),
    "no encoding": (["tag", "run", "text.txt", "--encoding", "x"], "no text encoding is called"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_clear_sentence(case, run, model, text_file):
    arguments, message = BAD_INPUT[case]
    code, _, err = run(*arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_margin_has_no_confidence_to_ask_for(run, config_file, text_file):
    settings = ["--set", "model.head=margin", "--set", "model.target=PER"]
    assert run("train", config_file, "--out", "run", *settings)[0] == 0
    code, _, err = run("tag", "run", "text.txt", "--min-confidence", "0.5")
    assert code == 2
    assert "the margin head gives no confidences" in err


def test_an_endless_pipe_is_tagged_as_it_comes(model):
    command = f"yes 'Anna Kovac left Oslo.' | {sys.executable} -m ner_window tag {model}"
    result = subprocess.run(
        f"{command} --output spans | head -n 3", shell=True, capture_output=True, timeout=60
    )
    assert result.stdout.count(b"\n") == 3
    assert b"Traceback" not in result.stderr


def test_an_interrupt_leaves_whole_lines(model):
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "ner_window", "tag", model, "--output", "spans"]
    with (
        subprocess.Popen(["yes", "Anna Kovac left Oslo."], stdout=pipe) as source,
        subprocess.Popen(command, stdin=source.stdout, stdout=pipe, stderr=pipe) as process,
    ):
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        source.kill()
    assert process.returncode == 130
    assert b"interrupted" in err
    assert b"Traceback" not in err
    lines = (first + out).split(b"\n")
    assert lines.pop() == b""
    assert all(line.count(b"\t") == 5 for line in lines)


def test_columns_get_one_more_that_score_reads(run, model, corpus_file, tmp_path):
    code, out, err = run("tag", model, corpus_file)
    assert (code, err) == (0, "")
    lines = (f"{line} {line.split(' ')[1]}" if line else "" for line in CORPUS.splitlines())
    assert out.splitlines() == list(lines)
    (tmp_path / "tagged").write_text(out)
    assert "FB1: 100.00" in run("score", "tagged")[1]
