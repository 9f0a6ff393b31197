"""``ner-window vectors get`` against a server on this machine."""

import gc
import gzip
import hashlib
import json
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ner_window.vectors.word_vectors import load_vectors

# gensim leaves its connections open where a download fails; they are collected after each test.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

NAME = "tiny-vectors-2"
PACKED = gzip.compress(b"2 2\nanna 1 2\noslo 3 4\n")
LIST = {
    "corpora": {"text8": {}},
    "models": {
        NAME: {
            "description": "two  words",
            "parts": 1,
            "file_name": f"{NAME}.gz",
            "checksum": hashlib.md5(PACKED).hexdigest(),
        },
        "__testing": {},
    },
}


@pytest.fixture
def pages(monkeypatch, tmp_path):
    """Serve these pages, by path: content, or content and the length that is announced."""
    pages = {
        "/list.json": json.dumps(LIST).encode(),
        f"/{NAME}/__init__.py": b"raise SystemExit('downloaded code was run')",
        f"/{NAME}/{NAME}.gz": PACKED,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path not in pages:
                self.send_error(404)
                return
            page = pages[self.path]
            content, length = page if isinstance(page, tuple) else (page, len(page))
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    from gensim import downloader

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(downloader, "DATA_LIST_URL", f"{url}/list.json")
        # There, the address is the default of an argument.
        monkeypatch.setattr(downloader._load_info, "__defaults__", (f"{url}/list.json", "utf-8"))
        monkeypatch.setattr(downloader, "DOWNLOAD_BASE_URL", url)
        monkeypatch.setattr(downloader, "BASE_DIR", str(tmp_path / "gensim-data"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield pages
        server.shutdown()
    gc.collect()


def left_over(tmp_path):
    return {path.name for path in (tmp_path / "gensim-data").iterdir()} - {"information.json"}


def test_fetching(run, pages, tmp_path):
    before = tempfile.tempdir
    code, out, err = run("vectors", "get", NAME)
    path, line = out.splitlines()
    following = f"next: ner-window config new --train FILE --dev FILE --vectors {path}\n"
    assert (code, err) == (0, following)
    assert path == str(tmp_path / "gensim-data" / NAME / f"{NAME}.gz")
    assert line == f"embeddings: {{path: {path}}}"
    assert list(load_vectors(Path(path)).find(["oslo"])) == [1]
    assert left_over(tmp_path) == {NAME}
    assert tempfile.tempdir == before
    del pages[f"/{NAME}/{NAME}.gz"]  # it is not fetched again
    assert run("vectors", "get", NAME)[0] == 0


def test_the_list_and_an_unknown_name(run, pages):
    code, out, _ = run("vectors", "get")
    assert (code, out.split()) == (0, [NAME, "two", "words"])
    code, _, err = run("vectors", "get", "tiny-vectors")
    assert code == 2
    assert f"there are no vectors 'tiny-vectors'; did you mean {NAME}?" in err
    code, _, err = run("vectors", "get", "qqq")
    assert f"there are: {NAME}" in err


def failure(run, *arguments):
    code, out, err = run("vectors", "get", *arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert "from 127.0.0.1:" in err
    return err


def test_a_page_that_is_missing(run, pages, tmp_path):
    del pages[f"/{NAME}/{NAME}.gz"]
    assert f"cannot fetch {NAME} from 127.0.0.1" in failure(run, NAME)
    assert left_over(tmp_path) == set()


def test_an_answer_that_is_cut(run, pages, tmp_path):
    pages[f"/{NAME}/{NAME}.gz"] = (PACKED, len(PACKED) + 10)
    failure(run, NAME)
    assert left_over(tmp_path) == set()


def test_a_wrong_checksum(run, pages, tmp_path):
    pages[f"/{NAME}/{NAME}.gz"] = PACKED[:-1] + b"?"
    assert "Checksum" in failure(run, NAME)
    assert left_over(tmp_path) == set()


def test_what_was_left_by_a_download_that_was_killed(run, pages, tmp_path):
    (tmp_path / "gensim-data" / f"{NAME}_tmp" / "inner").mkdir(parents=True)
    assert run("vectors", "get", NAME)[0] == 0
    assert left_over(tmp_path) == {NAME}


@pytest.mark.parametrize("page", [b"{", b"[]", (b"{}", 99)])
def test_a_list_that_is_damaged(run, pages, page):
    pages["/list.json"] = page
    assert "cannot fetch the list of vectors" in failure(run)


def test_no_list(run, pages):
    del pages["/list.json"]
    assert "cannot fetch the list of vectors" in failure(run)
