"""Whether two commits do the same: the same bits of models, the same words on pages.

python scripts/same_bits.py A B [--old DIR] [--rounds 5] [--no-timing] [--different]

A and B are commits, or `.` for the working tree as it is. Both are checked out, train small models
that use every choice of a config, score, tag, explain and report, and read what A has written and
the model folders of older formats. All goes through the command line, so that the insides may be
as different as one likes. Hidden are times, dates, memory and paths; of pages, what can be read is
compared. After that three trainings and a tagging take turns, and the ratios of B to A are printed.

Ends with 0 where all is the same, 1 where anything differs, 2 where it cannot be compared.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

from tqdm import tqdm
from witness.cases import write_inputs
from witness.comparison import Item, compared, table
from witness.recording import Recorder
from witness.script import prepare, record_given, record_help, record_old, record_own
from witness.stages import Stage, WitnessError, checkout, commit_of
from witness.timing import timed

REPOSITORY = Path(__file__).resolve().parent.parent
DIFFERENT, CANNOT, INTERRUPTED = 1, 2, 130


def main() -> None:
    arguments = parse()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs ignore Ctrl-C, and
        signal.signal(number, _interrupt)  # would have the training ignore it that is to be stopped
    try:
        has_difference = witness(arguments)
    except WitnessError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(CANNOT)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    sys.exit(DIFFERENT if has_difference else 0)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("a", metavar="A", help="a commit, or . for the working tree")
    parser.add_argument("b", metavar="B", help="another one")
    parser.add_argument("--old", type=Path, help="a run folder that both are to read besides")
    parser.add_argument("--rounds", type=int, default=5, help="of the timing")
    parser.add_argument("--no-timing", action="store_true")
    parser.add_argument("--different", action="store_true", help="print only what differs")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds is a number from 1 on")
    if arguments.old and not arguments.old.is_dir():
        parser.error(f"--old: {arguments.old} is no folder")
    return arguments


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def witness(arguments: argparse.Namespace) -> bool:
    """Print what differs between the two commits; return whether anything does."""
    commits = [commit_of(name, REPOSITORY) for name in (arguments.a, arguments.b)]
    with tempfile.TemporaryDirectory(prefix="same-bits-") as name:
        work = Path(name).resolve()
        with (
            checkout(commits[0], REPOSITORY, work / "tree-a") as tree_a,
            checkout(commits[1], REPOSITORY, work / "tree-b") as tree_b,
        ):
            trees = {"a": tree_a, "b": tree_b}
            items = compare(trees, work, arguments.old)
            print(table(items, arguments.different), flush=True)
            if not arguments.no_timing:
                print(f"\n{timed(trees, work, arguments.rounds)}")
    return any(item.difference for item in items)


def compare(trees: dict[str, Path], work: Path, given: Path | None) -> list[Item]:
    """Let both commits do everything, side by side; return every item."""
    written = Stage(trees["a"], work / "written", work / "written-cache")
    write_inputs(trees["a"], written.folder)
    written.check()
    prepare(written)
    with (
        tqdm(desc="commands", unit="", disable=None, leave=False) as progress,
        side_by_side() as (threads, stopped),
    ):
        done = [
            threads.submit(record, name, tree, written, given, stopped, progress.update)
            for name, tree in trees.items()
        ]
        recorded = [side.result() for side in done]
    for line in recorded[0].unexpected:
        print(f"warning: in A, {line}", file=sys.stderr)
    return compared(recorded[0].items, recorded[1].items)


def record(
    name: str,
    tree: Path,
    written: Stage,
    given: Path | None,
    stopped: Event,
    progress: Callable[[], object],
) -> Recorder:
    """Let a commit do everything, in a copy of the stage that A has prepared.

    What A has written is read with the converted vectors of A too; all else starts without any.
    """
    folder = written.folder.with_name(name)
    caches = [folder.with_name(f"{name}-cache-{number}") for number in (1, 2)]
    shutil.copytree(written.folder, folder)
    shutil.copytree(written.cache, caches[1])
    stages = [Stage(tree, folder, cache, stopped) for cache in caches]
    stages[0].check()
    recorder = Recorder(stages[0], stages[0].call, progress)
    record_help(recorder)
    with stages[0].warm() as recorder.run:
        record_own(recorder)
    recorder.stage = stages[1]
    with stages[1].warm() as recorder.run:
        record_old(recorder)
        if given:
            record_given(recorder, given)
    return recorder


@contextmanager
def side_by_side() -> Iterator[tuple[ThreadPoolExecutor, Event]]:
    """Give two threads, and an event, set where anything goes wrong, that ends their commands."""
    stopped = Event()
    with ThreadPoolExecutor(2) as threads:
        try:
            yield threads, stopped
        except BaseException:
            stopped.set()
            raise


if __name__ == "__main__":
    main()
