"""Measures what the vectors of a model folder cost: bytes, F1, seconds to load, memory.

python scripts/measure_model_folders.py MODEL FILE [--rounds 9]

MODEL is a model folder with all its vectors, or that of its run; FILE has sentences with tags.
Bundles and prunes MODEL in a temporary folder, and prints a row for each folder made so:

- F1 on FILE;
- load: seconds from the start of a Python process to its end, which imports ner-window, loads the
  model, and nothing more; median of the rounds, in which the folders take turns; and how many of
  them the processor was at work, which other work on the machine changes less;
- memory: what the process keeps for itself (RssAnon of /proc/self/status), after loading and after
  tagging FILE. Pages of mapped files that were touched (RssFile) are the system's to take back;
  they are given beside it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from ner_window.corpora.corpus import read_corpus
from ner_window.evaluation.evaluate import evaluate
from ner_window.model_folder.bundling import bundle_model, prune_model
from ner_window.model_folder.folder import load_model, save_model

LOAD = """
import sys
from pathlib import Path
from ner_window.model_folder.folder import load_model
model = load_model(Path(sys.argv[1]))
"""
TAG = f"""{LOAD}
def memory():
    lines = Path("/proc/self/status").read_text().splitlines()
    kept = [line.split()[1] for line in lines if line.startswith(("RssAnon", "RssFile"))]
    print(*kept)

memory()
from ner_window.corpora.corpus import read_corpus
model.tag(read_corpus(Path(sys.argv[2]), model.layout).text)
memory()
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=9, help="of loading each folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folders = make_folders(arguments.model, Path(work))
        seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in folders}
        for _ in range(arguments.rounds):
            for name, folder in folders.items():
                seconds[name].append(load_seconds(folder))
        print("| folder | MB | F1 | load, s (CPU) | memory loaded, MB | memory tagged, MB |")
        print("|---|---|---|---|---|---|")
        for name, folder in folders.items():
            size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
            wall, cpu = map(statistics.median, zip(*seconds[name], strict=True))
            loaded, tagged = memory(folder, arguments.file)
            score = f1(folder, arguments.file)
            load = f"{wall:.2f} ({cpu:.2f})"
            print(f"| {name} | {size:.1f} | {score:.2f} | {load} | {loaded} | {tagged} |")


def make_folders(model: Path, work: Path) -> dict[str, Path]:
    """Return the folders to compare, by name."""
    folders = {"float32": work / "float32", "reference": work / "reference"}
    bundle_model(model, folders["float32"], precision="float32")
    save_model(load_model(model), folders["reference"], "reference")
    folders["float16"] = work / "float16"
    bundle_model(model, folders["float16"], precision="float16")
    for keep in (50_000, 20_000, 0):
        for precision in ("float32", "float16"):
            folder = folders[f"pruned to {keep:,}, {precision}"] = work / f"{precision}-{keep}"
            prune_model(model, folder, keep, precision)
    return folders


def load_seconds(folder: Path) -> tuple[float, float]:
    """Return the seconds of the clock and those of the processor."""
    start, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", LOAD, folder], check=True)
    after = os.times()
    cpu = after.children_user + after.children_system
    return time.perf_counter() - start, cpu - before.children_user - before.children_system


def memory(folder: Path, file: Path) -> list[str]:
    """Return the memory of a process after loading and after tagging, own and mapped."""
    command = [sys.executable, "-c", TAG, folder, file]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    pairs = [[int(kilobytes) / 1000 for kilobytes in line.split()] for line in lines]
    return [f"{own:.0f} (and {mapped:.0f} mapped)" for own, mapped in pairs]


def f1(folder: Path, file: Path) -> float:
    model = load_model(folder)
    return evaluate(model, read_corpus(file, model.layout)).f1


if __name__ == "__main__":
    main()
