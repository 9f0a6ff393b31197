"""Jobs in processes and on a Dask cluster: nothing is lost when a job fails or a worker dies."""

import itertools
import math
import operator
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import pytest
from joblib.externals import loky

from ner_window.errors import InputError
from ner_window.parallel import AHEAD, Workers

ALONE, PROCESSES = Workers(1), Workers(2)
KILL = partial(os._exit, 1)
KILL_ONCE = """
import os, signal
try:
    open(mark, "x").close()
except FileExistsError:
    pass
else:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def outcomes(workers, jobs):
    """The results, and the messages of failures, of jobs that are calls, by their place."""
    found = {id(done.job): done for done in workers.outcomes(operator.call, jobs)}
    assert len(found) == len(jobs)
    done = [found[id(job)] for job in jobs]
    return [each.failure.message if each.failure else each.result for each in done]


@pytest.fixture
def cluster(dask_cluster):
    return Workers(backend="dask", scheduler=dask_cluster.scheduler_address)


@pytest.mark.parametrize("workers", [ALONE, PROCESSES], ids=["alone", "processes"])
def test_a_job_that_fails_ends_no_other(workers):
    jobs = [partial(math.sqrt, number) for number in (4, -1, 9)]
    assert outcomes(workers, jobs) == [2, "ValueError: math domain error", 3]


def test_a_failure_keeps_the_traceback():
    (done,) = PROCESSES.outcomes(int, ["three"])
    assert "invalid literal" in done.failure.traceback
    assert done.result is None


def test_a_job_that_kills_its_process_is_the_only_one_to_fail():
    jobs = [partial(math.sqrt, 4), KILL, *(partial(math.sqrt, n * n) for n in range(4))]
    first, killed, *others = outcomes(PROCESSES, jobs)
    assert (first, others) == (2, [0, 1, 2, 3])
    assert "TerminatedWorkerError" in killed


def test_a_process_that_dies_while_a_job_is_handed_out_takes_nothing_with_it(monkeypatch):
    class Broken:
        def submit(self, *_):
            raise BrokenProcessPool("a process died just now")

    whole = loky.get_reusable_executor
    answers = iter([Broken()])
    monkeypatch.setattr(
        loky, "get_reusable_executor", lambda *a, **k: next(answers, None) or whole(*a, **k)
    )
    assert outcomes(PROCESSES, [partial(math.sqrt, 4), partial(math.sqrt, 9)]) == [2, 3]


def test_a_job_whose_process_was_killed_is_done_again(tmp_path):
    jobs = [partial(exec, KILL_ONCE, {"mark": str(tmp_path / "mark")}), partial(math.sqrt, 4)]
    assert outcomes(PROCESSES, jobs) == [None, 2]
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize("workers", [ALONE, PROCESSES], ids=["alone", "processes"])
def test_map_keeps_the_order_and_takes_no_more_than_it_needs(workers):
    taken = []
    numbers = (taken.append(n) or n for n in itertools.count())
    squares = workers.map(math.sqrt, numbers)
    for expected in range(10):
        assert next(squares) == math.sqrt(expected)
        assert len(taken) <= expected + AHEAD * workers.count
    squares.close()


def test_map_raises_what_a_job_raises():
    with pytest.raises(ValueError, match="math domain"):
        list(PROCESSES.map(math.sqrt, [1, -1]))
    assert list(PROCESSES.map(math.sqrt, [])) == []


def test_workers_work_in_the_folder_of_the_command_with_one_thread_each(monkeypatch, tmp_path):
    list(PROCESSES.map(math.sqrt, [1, 2]))  # the processes are there before the folder changes
    monkeypatch.chdir(tmp_path)
    assert list(PROCESSES.map(operator.call, [Path.cwd])) == [tmp_path]
    assert list(PROCESSES.map(os.getenv, ["OPENBLAS_NUM_THREADS"])) == ["1"]


def test_a_cluster_loses_nothing_when_a_worker_is_killed(cluster, tmp_path):
    jobs = [partial(math.sqrt, n * n) for n in range(6)]
    jobs.insert(3, partial(exec, KILL_ONCE, {"mark": str(tmp_path / "mark")}))
    assert outcomes(cluster, jobs) == [0, 1, 2, None, 3, 4, 5]
    assert (tmp_path / "mark").exists()
    assert list(cluster.map(math.sqrt, [1, 4, 9])) == [1, 2, 3]


def test_a_cluster_does_not_wait_for_a_job_that_kills_every_worker(cluster):
    two, killed = outcomes(cluster, [partial(math.sqrt, 4), KILL])
    assert two == 2
    assert "KilledWorker" in killed


def test_what_cannot_be_reached_is_told(monkeypatch):
    with pytest.raises(InputError, match="belong together"):
        Workers(backend="dask")
    with pytest.raises(InputError, match="belong together"):
        Workers(scheduler="tcp://127.0.0.1:8786")
    pytest.importorskip("distributed")
    nobody = Workers(backend="dask", scheduler="tcp://127.0.0.1:9", seconds_to_answer=0.2)
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        next(nobody.outcomes(math.sqrt, [1]))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'ner-window\[cluster\]'"):
        next(nobody.outcomes(math.sqrt, [1]))


def alive(group):
    """The processes of a group that are not about to be buried."""
    fields = [
        stat.read_text().rpartition(")")[2].split() for stat in Path("/proc").glob("[0-9]*/stat")
    ]
    return [field for field in fields if field[2] == str(group) and field[0] not in "ZX"]


@pytest.fixture
def sleeper():
    """A process whose two workers have started to sleep, in a group of its own."""
    script = """
import time
from ner_window.parallel import Workers
print(*Workers(2).map(str, ["started"]), flush=True)
list(Workers(2).outcomes(time.sleep, [60] * 9))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    assert process.stdout.readline() == b"started\n"  # and its neighbor may still be starting
    return process


def assert_all_end(group):
    deadline = time.monotonic() + 20
    while alive(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(group)


linux_only = pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc to look in")


@linux_only
def test_an_interrupt_ends_all_processes_at_once(sleeper):
    os.killpg(sleeper.pid, signal.SIGINT)  # as a terminal does
    _, errors = sleeper.communicate(timeout=20)
    assert errors.count(b"Traceback") == 1, errors
    assert errors.strip().endswith(b"KeyboardInterrupt")
    assert_all_end(sleeper.pid)


@linux_only
def test_workers_do_not_outlive_a_command_that_is_killed(sleeper):
    time.sleep(0.5)  # the jobs have begun
    sleeper.kill()
    assert_all_end(sleeper.pid)
    _, errors = sleeper.communicate()
    assert b"resource_tracker" not in errors, "it cleans up without a word"
