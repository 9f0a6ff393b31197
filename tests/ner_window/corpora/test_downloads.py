"""Downloads from a server on this machine, in good order and in every kind of disorder."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ner_window.cli import main
from ner_window.corpora.downloads import CORPORA, DownloadableCorpus, fetch
from ner_window.errors import InputError
from tests.places import ROOT, shared

CONTENT = {"train.conll": b"Oslo B-LOC\n" * 20_000, "dev.conll": b"Turin B-LOC\n"}
SHA256 = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
TRAIN = CONTENT["train.conll"]


class Handler(BaseHTTPRequestHandler):
    """Serves ``CONTENT`` from ``/good``; the other folders are out of order, each in its way."""

    def do_GET(self):
        self.close_connection = True
        _, folder, name = self.path.split("/")
        getattr(self, folder)(CONTENT.get(name, TRAIN))

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self, content):
        self.answer(content, Content_Length=len(content))

    def unmeasured(self, content):
        self.answer(content)

    def truncated(self, content):
        self.answer(content[:-5], Content_Length=len(content))

    def ended(self, content):
        self.answer(content[:-5])

    def wrong(self, content):
        self.answer(b"<html>", Content_Length=6)

    def missing(self, content):
        self.answer(b"no such page", 404, Content_Length=12)

    def moved(self, content):
        self.answer(b"", 302, Location=self.path.replace("moved", "good"), Content_Length=0)

    def circle(self, content):
        self.answer(b"", 302, Location=self.path, Content_Length=0)

    def elsewhere(self, content):
        self.answer(b"", 302, Location="file:///etc/hostname", Content_Length=0)

    def silent(self, content):
        self.server.asked.set()
        self.server.released.wait(10)

    def hanging(self, content):
        self.answer(content[:9], Content_Length=len(content))
        self.silent(content)

    def half(self, content):
        """The training file is good, the other is missing."""
        (self.good if content == TRAIN else self.missing)(content)

    def log_message(self, *_):
        """Keep the requests out of stderr."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked, server.released = threading.Event(), threading.Event()
        server.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.released.set()
        server.shutdown()


@pytest.fixture
def get(server, monkeypatch, tmp_path, capsys):
    """Run ``data get`` in a folder of its own; return exit code, stdout and stderr."""
    corpus = DownloadableCorpus(f"{server.url}/good", SHA256, "wnut17/finetuned", "mind the law")
    monkeypatch.setitem(CORPORA, "wnut17", corpus)
    monkeypatch.chdir(tmp_path)

    def get_corpus(*arguments):
        monkeypatch.setattr(sys, "argv", ["ner-window", "data", "get", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return exit_.value.code, captured.out, captured.err

    return get_corpus


def files(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_files_arrive_and_the_next_step_is_told(get, tmp_path):
    code, out, err = get("wnut17")
    assert code == 0
    assert files(tmp_path / "data" / "wnut17") == CONTENT
    assert out.splitlines()[:2] == ["data/wnut17/train.conll", "data/wnut17/dev.conll"]
    assert "ner-window train configs/wnut17/finetuned.yaml\n" in out
    assert "ner-window config new wnut17/finetuned --out wnut17-finetuned.yaml, then" in out
    assert err == "note: mind the law\n"
    for path in (tmp_path / "data" / "wnut17").iterdir():
        assert path.stat().st_mode & 0o777 == 0o644


def test_another_folder_is_named_in_the_next_step(get, tmp_path):
    code, out, _ = get("wnut17", "--into", "my corpora")
    assert code == 0
    assert files(tmp_path / "my corpora" / "wnut17") == CONTENT
    assert "--set 'data.train=my corpora/wnut17/train.conll'" in out
    assert "--set 'data.dev=my corpora/wnut17/dev.conll'" in out


@pytest.mark.parametrize("folder", ["good/", "moved", "unmeasured"])
def test_a_mirror(get, server, tmp_path, folder):
    code, _, err = get("wnut17", "--url", f"{server.url}/{folder}")
    assert code == 0, err
    assert files(tmp_path) == CONTENT


def test_a_bar_shows_the_size_where_someone_watches(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert fetch(f"{server.url}/good/train.conll", tmp_path / "f", SHA256["train.conll"])
    err = capsys.readouterr().err
    assert "\rf: " in err
    assert "/220k [" in err


FAILURES = {
    "truncated": "the connection broke before the file was whole; try again",
    "ended": "its SHA-256 differs",
    "wrong": "its SHA-256 differs",
    "missing": "the server answers 404 Not Found; try again later, or name a mirror with --url",
    "circle": "Exceeded 30 redirects",
    "elsewhere": "No connection adapters were found",
}


@pytest.mark.parametrize("folder", FAILURES)
def test_a_failing_server_leaves_no_file(get, server, tmp_path, folder):
    code, out, err = get("wnut17", "--url", f"{server.url}/{folder}")
    assert (code, out) == (2, "")
    _, problem = err.splitlines()
    assert problem.startswith("error: ")
    assert f"{server.url}/{folder}/train.conll" in problem
    assert FAILURES[folder] in problem
    assert files(tmp_path) == {}


@pytest.mark.parametrize("folder", ["silent", "hanging"])
def test_a_server_that_falls_silent_leaves_no_file(server, tmp_path, folder):
    with pytest.raises(InputError, match=r"the server was silent for 0\.3 s; try again"):
        fetch(f"{server.url}/{folder}/f", tmp_path / "f", SHA256["train.conll"], timeout=0.3)
    assert files(tmp_path) == {}


def test_nobody_listens(get, server, tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as closed:
        url = f"http://127.0.0.1:{closed.server_port}"
    code, _, err = get("wnut17", "--url", url)
    assert code == 2
    assert f"cannot download {url}/train.conll: Connection refused; try again" in err
    assert files(tmp_path) == {}


def test_what_is_complete_stays_and_is_not_fetched_again(get, server, tmp_path):
    code, out, err = get("wnut17", "--url", f"{server.url}/half")
    assert (code, out) == (2, "data/wnut17/train.conll\n")
    assert "dev.conll: the server answers 404" in err
    assert files(tmp_path) == {"train.conll": TRAIN}
    train = tmp_path / "data" / "wnut17" / "train.conll"
    written = train.stat().st_mtime_ns
    code, out, err = get("wnut17")
    assert code == 0
    assert "data/wnut17/train.conll is there already, and is kept" in err
    assert files(tmp_path) == CONTENT
    assert train.stat().st_mtime_ns == written


def test_another_content_is_not_overwritten(get, server, tmp_path):
    path = tmp_path / "data" / "wnut17" / "train.conll"
    path.parent.mkdir(parents=True)
    path.write_text("precious")
    code, _, err = get("wnut17")
    assert code == 2
    assert f"{path} exists and is not the file of {server.url}/good/train.conll; move it" in err
    assert files(tmp_path) == {"train.conll": b"precious"}


@pytest.mark.parametrize("obstacle", ["data", "data/wnut17"])
def test_a_file_where_the_folder_should_be(get, tmp_path, obstacle):
    (tmp_path / obstacle).parent.mkdir(exist_ok=True)
    (tmp_path / obstacle).write_text("precious")
    code, _, err = get("wnut17")
    assert code == 2
    assert f"as {tmp_path}/data/wnut17/train.conll: " in err
    assert err.endswith("; name another folder with --into\n")
    assert (tmp_path / obstacle).read_text() == "precious"


def test_a_folder_where_the_file_should_be(get, tmp_path):
    (tmp_path / "data" / "wnut17" / "train.conll").mkdir(parents=True)
    code, _, err = get("wnut17")
    assert code == 2
    assert "train.conll: Is a directory; name another folder with --into" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder(get, tmp_path):
    tmp_path.chmod(0o555)
    code, _, err = get("wnut17")
    assert code == 2
    assert "train.conll: Permission denied; name another folder with --into" in err


@pytest.mark.parametrize(
    ("name", "hint"), [("wnut", "did you mean wnut17?"), ("x", "there are conll2003, wnut17")]
)
def test_no_such_corpus(get, tmp_path, name, hint):
    code, out, err = get(name)
    assert (code, out) == (2, "")
    assert err == f"error: no corpus to download is called {name!r}; {hint}\n"


@pytest.mark.parametrize("url", ["file:///etc", "ftp://127.0.0.1", "good", ""])
def test_only_web_addresses(tmp_path, url):
    with pytest.raises(InputError, match="give a URL that starts with http:// or https://"):
        fetch(url, tmp_path / "f", SHA256["train.conll"])


@pytest.mark.parametrize("url", ["http://", "http://[", "http://127.0.0.1:port"])
def test_addresses_that_are_none(tmp_path, url):
    with pytest.raises(InputError, match="cannot download http://"):
        fetch(url, tmp_path / "f", SHA256["train.conll"])
    assert files(tmp_path) == {}


def test_an_interrupt_leaves_no_file(server, tmp_path):
    command = [sys.executable, "-m", "ner_window", "data", "get", "wnut17"]
    with subprocess.Popen(
        [*command, "--url", f"{server.url}/hanging"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    ) as process:
        assert server.asked.wait(30)
        assert len(files(tmp_path)) == 1, "the download has begun under another name"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode != 0
    assert b"Traceback" not in err
    assert files(tmp_path) == {}


@pytest.mark.parametrize("name", CORPORA)
def test_the_pinned_hashes_are_those_of_the_real_files(name):
    corpus = CORPORA[name]
    for file in list(corpus.sha256)[:2]:
        assert not fetch(f"{corpus.url}/{file}", shared(f"data/{name}/{file}"), corpus.sha256[file])
