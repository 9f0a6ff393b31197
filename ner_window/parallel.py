"""Independent jobs on all cores of a machine, or on a Dask cluster.

Both are pools of ``concurrent.futures``: joblib's own (loky, which outlives a killed process) and
that of a Dask client. Only a few jobs at a time are handed out, so that neither what comes in nor
what comes out piles up. A job is a function of a module and one argument; both travel pickled.

On a cluster, the data has to lie where every worker finds it under the same name. A worker of
several threads runs as many jobs at once in one process, which share a core's worth of Python:
start workers with ``--nthreads 1``.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, Generic, Literal, Protocol, TypeVar
from weakref import WeakSet

from ner_window.errors import InputError

Job = TypeVar("Job")
Result = TypeVar("Result")
Backend = Literal["processes", "dask"]

AHEAD = 2  # jobs handed out for each worker: one that runs, one that waits for it to be done
MOST_TRIES = 3  # of a job whose process was killed, perhaps by another one's hunger for memory
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
SECONDS_TO_ANSWER = 10


@dataclass(frozen=True)
class Failure:
    """Why a job has no result: a sentence, and the traceback for whoever mends the code."""

    message: str
    traceback: str

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Return what an exception says."""
        kind = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        return cls(f"{kind}{error}", "".join(traceback.format_exception(error)))


@dataclass(frozen=True)
class Outcome(Generic[Job, Result]):
    """A job that is done: with a ``result``, or else with the ``failure`` that says why not."""

    job: Job
    result: Result | None
    failure: Failure | None


@dataclass(frozen=True)
class Workers:
    """Who does the jobs.

    ``count`` is how many at a time, None as many as there are cores (Dask: threads of workers). A
    single process is this one. ``scheduler`` is the address of Dask's, such as tcp://host:8786; it
    has ``seconds_to_answer``. Raises InputError where backend and scheduler do not belong together.
    """

    count: int | None = None
    backend: Backend = "processes"
    scheduler: str | None = None
    seconds_to_answer: float = SECONDS_TO_ANSWER

    def __post_init__(self) -> None:
        if (self.backend == "dask") != (self.scheduler is not None):
            raise InputError(
                "--backend dask and --scheduler, the address of Dask's scheduler, belong together: "
                "--backend dask --scheduler tcp://HOST:8786"
            )

    def outcomes(
        self, function: Callable[[Job], Result], jobs: Iterable[Job]
    ) -> Iterator[Outcome[Job, Result]]:
        """Do the jobs; yield the outcome of each as soon as it is done, in any order.

        A job that raises an exception has a failure for an outcome and ends no other. The death of
        a process takes all jobs that are running with it: they are tried again, one by one, so that
        only the one that kills its process fails. Raises InputError where no cluster answers.
        """
        waiting = enumerate(jobs)
        suspects: deque[tuple[int, Job]] = deque()
        tries: Counter[int] = Counter()
        running: dict[Future[Result], tuple[int, Job]] = {}
        with self._pool() as pool:
            while True:
                while len(running) < (1 if suspects else pool.slots()):
                    entry = suspects.popleft() if suspects else next(waiting, None)
                    if entry is None:
                        break
                    tries[entry[0]] += 1
                    running[pool.submit(function, entry[1])] = entry
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    number, job = running.pop(future)
                    error = _error(future)
                    if isinstance(error, BrokenProcessPool) and tries[number] < MOST_TRIES:
                        suspects.append((number, job))
                    elif error is not None:
                        yield Outcome(job, None, Failure.of(error))
                    else:
                        yield Outcome(job, future.result(), None)

    def map(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield the results in the order of the jobs, which are taken as they are needed.

        What is in work, or done and not yet taken, is a few jobs for each worker. An exception of a
        job is raised here.
        """
        running: deque[Future[Result]] = deque()
        waiting = iter(jobs)
        with self._pool() as pool:
            while True:
                for job in islice(waiting, max(pool.slots() - len(running), 0)):
                    running.append(pool.submit(function, job))
                if not running:
                    return
                yield running.popleft().result()

    @contextmanager
    def _pool(self) -> Iterator[_Pool]:
        """Give a pool; what is still running when something goes wrong, or Ctrl-C, is ended."""
        pool = self._opened()
        try:
            yield pool
        except BaseException:
            pool.abandon()
            raise
        pool.close()

    def _opened(self) -> _Pool:
        if self.scheduler is not None:
            return _DaskPool(self.scheduler, self.count, self.seconds_to_answer)
        count = self.count or cores()
        return _ThisProcess() if count == 1 else _ProcessPool(count)


def cores() -> int:
    """Return how many cores there are."""
    from joblib import cpu_count

    count: int = cpu_count()  # those that this process may use, in a container too
    return count


def _error(future: Future[Any]) -> BaseException | None:
    if future.cancelled():
        return InputError("the cluster has lost the job: its scheduler was stopped")
    return future.exception()


class _Pool(Protocol):
    """Where jobs run."""

    def slots(self) -> int:
        """Return how many jobs may be handed out at a time."""

    def submit(self, function: Callable[[Job], Result], job: Job) -> Future[Result]:
        """Hand out a job."""

    def abandon(self) -> None:
        """End what is running, or as much of it as can be ended."""

    def close(self) -> None:
        """Let the pool go, when all is done."""


class _ThisProcess:
    """Does a job when it is handed out: for a single worker, and to look for mistakes."""

    def slots(self) -> int:
        return 1

    def submit(self, function: Callable[[Job], Result], job: Job) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(function(job))
        except Exception as error:
            future.set_exception(error)
        return future

    def abandon(self) -> None:
        pass

    def close(self) -> None:
        pass


class _ProcessPool:
    """Processes on this machine, which stay for the next pool of the same size."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._executor: Any = None
        self._futures: WeakSet[Future[Any]] = WeakSet()

    def slots(self) -> int:
        return AHEAD * self._count

    def submit(self, function: Callable[[Job], Result], job: Job) -> Future[Result]:
        try:
            return self._handed_out(function, job)
        except BrokenProcessPool:  # a process has died since loky looked: now it replaces the pool
            return self._handed_out(function, job)

    def _handed_out(self, function: Callable[[Job], Result], job: Job) -> Future[Result]:
        from joblib.externals.loky import get_reusable_executor

        with _silent_tracker():
            executor = get_reusable_executor(self._count, env=ONE_THREAD)
        starts = executor is not self._executor  # the first one, or one that has lost a process
        self._executor = executor
        from_terminal = _interrupts_ignored() if starts else _held(signal.SIGINT)
        with _held(signal.SIGTERM), from_terminal:
            future: Future[Result] = executor.submit(_Task(Path.cwd(), function, os.getpid()), job)
            self._futures.add(future)
        return future

    def abandon(self) -> None:
        # loky stumbles over jobs that it has taken and not yet put in line; it does that at once.
        while not all(future.running() or future.done() for future in list(self._futures)):
            time.sleep(0.001)
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)

    def close(self) -> None:
        pass


class _DaskPool:
    """The workers of a Dask cluster; Dask itself repeats the jobs of workers that are gone."""

    def __init__(self, scheduler: str, count: int | None, seconds_to_answer: float) -> None:
        self._count = count
        self._client = _client(scheduler, seconds_to_answer)
        self._executor: Executor = self._client.get_executor(pure=False)

    def slots(self) -> int:
        threads = sum(self._client.nthreads().values())
        return AHEAD * max(threads, 1) if self._count is None else self._count

    def submit(self, function: Callable[[Job], Result], job: Job) -> Future[Result]:
        return self._executor.submit(_Task(Path.cwd(), function), job)

    def abandon(self) -> None:
        self._executor.shutdown(wait=False)  # takes back what no worker has begun
        self.close()

    def close(self) -> None:
        self._client.close()


def _client(scheduler: str, seconds: float) -> Any:
    """Return a client of a Dask cluster that has workers."""
    try:
        import distributed
    except ImportError:
        raise InputError(
            "a cluster needs Dask; install with: pip install 'ner-window[cluster]'"
        ) from None
    try:
        client: Any = distributed.Client(scheduler, timeout=seconds, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError:
        client.close()
        raise InputError(
            f"the Dask cluster at {scheduler} has no workers; start some with: "
            f"dask worker {scheduler} --nthreads 1"
        ) from None
    return client


@dataclass(frozen=True)
class _Task(Generic[Job, Result]):
    """A function that is called in the folder that the command was given in.

    ``parent`` is the process that a worker ends with, even where that one is killed.
    """

    folder: Path
    function: Callable[[Job], Result]
    parent: int | None = None

    def __call__(self, job: Job) -> Result:
        if self.parent is not None:
            _become_worker(self.parent)
        os.chdir(self.folder)
        return self.function(job)


@cache
def _become_worker(parent: int) -> None:
    """Get ready for an end at any time, and end when the parent is gone.

    Else a worker would go on beside a command that was killed and is given again.
    """
    from tqdm import tqdm

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tqdm.set_lock(threading.RLock())  # its own lock is a semaphore, which would be left behind

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C for a moment, and for good in processes that are started in it.

    It reaches all processes of a terminal: who started them ends them.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _silent_tracker() -> Iterator[None]:
    """Let the process that cleans up after a killed command do so without warnings of its own.

    It is started with the first pool, in the environment of that moment.
    """
    before = os.environ.get("PYTHONWARNINGS")
    ours = "ignore:resource_tracker:UserWarning"
    os.environ["PYTHONWARNINGS"] = f"{before},{ours}" if before else ours
    try:
        yield
    finally:
        del os.environ["PYTHONWARNINGS"]
        if before:
            os.environ["PYTHONWARNINGS"] = before


@contextmanager
def _held(number: signal.Signals) -> Iterator[None]:
    """Hold back a signal for a moment, so that a job is handed out whole or not at all."""
    held: list[FrameType | None] = []
    before = signal.signal(number, lambda _, frame: held.append(frame))
    try:
        yield
    finally:
        signal.signal(number, before)
    if held:
        signal.raise_signal(number)
