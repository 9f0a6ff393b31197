"""Corpora that can be downloaded: where they are, and what each file must hold.

A file appears under its name when it is whole and its SHA-256 is the pinned one, or not at all.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests
from tqdm import tqdm

from ner_window.errors import InputError

TIMEOUT = 30.0  # seconds to wait for a server that sends nothing
CHUNK = 1 << 16
RETRY = "try again later, or name a mirror with --url"


@dataclass(frozen=True)
class DownloadableCorpus:
    """A corpus on a server.

    ``url`` is the folder of its files; ``sha256`` gives their names, training and dev first, and
    what they must hold. ``config`` is the shipped config that trains on it; ``notice`` is what to
    know before downloading.
    """

    url: str
    sha256: Mapping[str, str]
    config: str
    notice: str | None = None


CONLL2003_FILES = {
    "eng.train": "eac0822f501353f265383ddf1edb0dcd42a1b6eefd3e383d7074db98c38eb41c",
    "eng.testa": "aedc4ccbd1ae9795feaa0e86fe72d195b0258abed9d705b630d1c889276fac1e",
    "eng.testb": "0632f32c090ef31c223135b7fee3187a7cf8e65c4015c7866bb7783428cdd9a6",
}
WNUT17_FILES = {
    "wnut17train.conll": "731820e13f71af324c6b55a1575ec2ce59fbaa2a0806f8f0400b98d56cd6a7a5",
    "emerging.dev.conll": "e053b752b8155113ca66e7db08af5f2f5f43ab993694e4774f1ec5bad42312d8",
    "emerging.test.annotated": "2aa79b764e56ec9264a1b30fdd9b70195bd00ff400b62edd8f399d5f13c178f0",
}
CORPORA = {
    "conll2003": DownloadableCorpus(
        url="https://raw.githubusercontent.com/synalp/NER/master/corpus/CoNLL-2003",
        sha256=CONLL2003_FILES,
        config="conll2003/finetuned",
        notice="the text of CoNLL-2003 is Reuters': its license is yours to settle",
    ),
    "wnut17": DownloadableCorpus(
        url="https://raw.githubusercontent.com/leondz/emerging_entities_17/master",
        sha256=WNUT17_FILES,
        config="wnut17/finetuned",
    ),
}


def find_corpus(name: str) -> DownloadableCorpus:
    """Return the corpus of that name.

    Raises InputError, with the nearest name, where none is called that.
    """
    if name not in CORPORA:
        near = difflib.get_close_matches(name.lower(), CORPORA, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(CORPORA)}"
        raise InputError(f"no corpus to download is called {name!r}; {hint}")
    return CORPORA[name]


def fetch(url: str, path: Path, sha256: str, timeout: float = TIMEOUT) -> bool:
    """Have the content of a URL at a path; return whether it had to be downloaded.

    Whatever was at the path stays.

    Parameters
    ----------
    url
        An address of http or https.
    path
        Where the content is to be.
    sha256
        That of the content.
    timeout
        For how many seconds the server may be silent.

    Raises
    ------
    InputError
        Where the URL is none of http or https, where the server does not give the whole content
        with this SHA-256 or is silent for too long, where ``path`` holds something else, and where
        it cannot be written.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise InputError(f"cannot download {url}: give a URL that starts with http:// or https://")
    try:
        if path.exists():
            _check_existing(path, sha256, url)
            return False
        _download(url, path, sha256, timeout)
    except requests.RequestException as error:
        raise InputError(
            f"cannot download {url}: {_network_reason(error, timeout)}; {RETRY}"
        ) from None
    except OSError as error:
        raise InputError(
            f"cannot keep {url} as {path.absolute()}: {_reason(error)}; "
            "name another folder with --into"
        ) from None
    except ValueError:  # pooch's word for another hash
        raise InputError(
            f"{url} does not hold what it should (its SHA-256 differs), and was not kept; {RETRY}"
        ) from None
    return True


def _check_existing(path: Path, sha256: str, url: str) -> None:
    if pooch.file_hash(str(path)) != sha256:
        raise InputError(
            f"{path.absolute()} exists and is not the file of {url}; "
            "move it away, or name another folder with --into"
        )


def _download(url: str, path: Path, sha256: str, timeout: float) -> None:
    pooch.get_logger().setLevel("WARNING")  # it would announce every file
    # The total is pooch's to set, once the server tells it; a bar that had none to begin with, or
    # 0, would count as false, and pooch would take it for no bar at all.
    with (
        ExitStack() as answers,  # pooch leaves them open where it fails
        tqdm(
            total=1, desc=path.name, unit="B", unit_scale=True, leave=False, disable=None
        ) as progress,
    ):
        downloader = pooch.HTTPDownloader(
            progressbar=progress,
            chunk_size=CHUNK,
            timeout=timeout,
            headers={"Accept-Encoding": "identity"},  # so that the bar counts the file's bytes
            hooks={"response": lambda answer, **_: answers.enter_context(answer)},
        )
        pooch.retrieve(url, f"sha256:{sha256}", path.name, path.parent, downloader=downloader)
    path.chmod(0o644)  # pooch leaves it to its owner alone


def _network_reason(error: requests.RequestException, timeout: float) -> str:
    match error:
        case requests.HTTPError(response=requests.Response() as answer):
            return f"the server answers {answer.status_code} {answer.reason}"
        case requests.exceptions.ChunkedEncodingError():
            return "the connection broke before the file was whole"
    if isinstance(_first_cause(error), TimeoutError):
        return f"the server was silent for {timeout:g} s"
    return _reason(error)


def _reason(error: OSError) -> str:
    cause = _first_cause(error)
    return getattr(cause, "strerror", None) or str(cause)


def _first_cause(error: BaseException) -> BaseException:
    """Return what began a chain of errors: it speaks plainly, those that wrap it do not."""
    while error.__context__:
        error = error.__context__
    return error
