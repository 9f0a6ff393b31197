"""Where commits are tried: their checkouts, and folders in which their commands are called."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WORKING_TREE = "."
SECONDS_TO_WAIT = 600
THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
WARM = Path(__file__).with_name("warm.py")
WHERE = "import ner_window; print(ner_window.__file__)"


class WitnessError(Exception):
    """The comparison cannot be made, for the reason that the message says."""


def git(*arguments: str, at: Path) -> str:
    """Return what git prints. Raises WitnessError where it refuses."""
    done = subprocess.run(["git", "-C", at, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise WitnessError(done.stderr.strip() or f"git {arguments[0]} failed")
    return done.stdout


def commit_of(revision: str, repository: Path) -> str:
    """Return the hash of a revision, that of the working tree being its own name."""
    if revision == WORKING_TREE:
        return WORKING_TREE
    try:
        name = f"{revision}^{{commit}}"
        return git("rev-parse", "--verify", "--end-of-options", name, at=repository).strip()
    except WitnessError:
        raise WitnessError(f"git knows no commit {revision!r}") from None


@contextmanager
def checkout(commit: str, repository: Path, folder: Path) -> Iterator[Path]:
    """Check out a commit in a folder that is gone afterwards, whatever happens."""
    if commit == WORKING_TREE:
        _copy_working_tree(repository, folder)
        yield folder
        return
    try:
        git("worktree", "add", "--detach", str(folder), commit, at=repository)
        yield folder
    finally:
        subprocess.run(
            ["git", "-C", repository, "worktree", "remove", "--force", folder],
            capture_output=True,
            start_new_session=True,  # a second Ctrl-C does not stop it
        )


def _copy_working_tree(repository: Path, folder: Path) -> None:
    """Copy what is not ignored, so that nobody changes it while it is tried."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", at=repository)
    for name in filter(None, listed.split("\0")):
        source = repository / name
        if source.is_file():  # else it is deleted, and not yet committed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)


@dataclass(frozen=True)
class Done:
    """A command that has ended.

    ``cpu`` is its seconds of the processor, and of what ended beside it.
    """

    code: int
    out: str
    err: str
    cpu: float


@dataclass
class Stage:
    """A folder in which the command line of a checkout is called.

    Relative paths are the same in all stages. ``stopped`` is set when nobody waits for the results
    any more.
    """

    tree: Path
    folder: Path
    cache: Path
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def places(self) -> dict[str, str]:
        """What outputs may call by different names in different stages."""
        return {
            str(self.folder): "<stage>",
            str(self.tree): "<checkout>",
            str(self.cache): "<cache>",
        }

    def check(self) -> None:
        """Raise WitnessError where another code than that of the checkout would be tried."""
        done = self._finish(self._start([sys.executable, "-c", WHERE]), "")
        if not Path(done.out.strip() or "/").is_relative_to(self.tree):
            raise WitnessError(f"{self.tree} is not what Python imports: {done.out}{done.err}")

    def call(self, *arguments: object, text: str = "") -> Done:
        """Call the command line in a process of its own, with a text for standard input."""
        command = [sys.executable, "-m", "ner_window", *map(str, arguments)]
        return self._finish(self._start(command), text)

    def call_and_interrupt(self, *arguments: object, when: Callable[[], bool]) -> Done:
        """Call the command line, and press Ctrl-C as soon as something is so."""
        command = [sys.executable, "-m", "ner_window", *map(str, arguments)]
        process = self._start(command)
        try:
            while not when() and process.poll() is None and not self.stopped.is_set():
                time.sleep(0.002)
            process.send_signal(signal.SIGINT)
        except BaseException:
            _kill(process)
            raise
        return self._finish(process, "")

    @contextmanager
    def warm(self) -> Iterator[Callable[..., Done]]:
        """Give what calls the command line as ``call`` does, with everything imported before."""
        process = self._start([sys.executable, str(WARM)])
        folder = self.folder.with_name(f"{self.folder.name}-call")
        folder.mkdir(exist_ok=True)

        def call(*arguments: object, text: str = "") -> Done:
            (folder / "in").write_text(text, "utf-8")
            request = {"folder": str(folder), "arguments": [str(each) for each in arguments]}
            code = int(self._answer(process, json.dumps(request)))
            out, err = ((folder / name).read_bytes() for name in ("out", "err"))
            return Done(code, *(each.decode("utf-8", "backslashreplace") for each in (out, err)), 0)

        try:
            yield call
        finally:
            _kill(process)

    def _answer(self, process: subprocess.Popen[str], line: str) -> str:
        """Write a line to a process and return what it answers."""
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while not select.select([process.stdout], [], [], 0.5)[0]:
            self._check_time(deadline, line)
        answer = process.stdout.readline()
        if not answer:
            raise WitnessError(f"the process of the commands has died at {line}")
        return answer

    def _check_time(self, deadline: float, command: object) -> None:
        """Raise WitnessError where nobody waits, or has waited for long."""
        if self.stopped.is_set():
            raise WitnessError("stopped")
        if time.monotonic() > deadline:
            raise WitnessError(f"a command takes more than {SECONDS_TO_WAIT} s: {command}")

    def _start(self, command: Sequence[str]) -> subprocess.Popen[str]:
        settings = {
            **dict.fromkeys(THREADS, "1"),
            "PYTHONPATH": str(self.tree),
            "NER_WINDOW_CACHE": str(self.cache),
            "COLUMNS": "100",  # of what --help prints
        }
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, **settings},
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,  # Ctrl-C is for this script, which ends its commands
            **pipes,
        )

    def _finish(self, process: subprocess.Popen[str], text: str) -> Done:
        before = os.times()
        deadline = time.monotonic() + SECONDS_TO_WAIT
        try:
            out, err = self._communicate(process, text, deadline)
        finally:
            _kill(process)
        after = os.times()
        cpu = after.children_user + after.children_system
        cpu -= before.children_user + before.children_system
        return Done(process.returncode, out, err, cpu)

    def _communicate(
        self, process: subprocess.Popen[str], text: str, deadline: float
    ) -> tuple[str, str]:
        given: str | None = text
        while True:
            self._check_time(deadline, process.args)
            try:
                return process.communicate(given, timeout=0.5)
            except subprocess.TimeoutExpired:
                given = None


def _kill(process: subprocess.Popen[str]) -> None:
    """End a process and those that it has started, unless it has ended by itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
