"""The commands that are called for a commit, one after the other.

There are those of its own trainings, and those that are given what another commit has written.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from .cases import CASES, SENTENCE, STOPPED, STUDY_PATH, Case
from .recording import Recorder
from .stages import Stage, WitnessError

OWN, SHARED, OLD = Path("runs"), Path("shared"), Path("old")
SHARED_CASES = ("window", "document-sentence", "adversary", "ensemble")
DEV, TRAIN = Path("inputs/dev.conll"), Path("inputs/train.conll")
TAGGED = {  # what is tagged how, each the turn of some cases
    "raw to jsonl": ("inputs/text.txt", "--output", "jsonl"),
    "conll to conll": ("inputs/tokens.conll", "--output", "conll"),
    "raw to html": ("inputs/text.txt", "--output", "html"),
    "jsonl to jsonl": ("inputs/text.jsonl", "--output", "jsonl"),
    "tokens to spans": ("inputs/tokens.txt", "--input", "tokens", "--output", "spans"),
    "conll to html": ("inputs/dev.conll", "--output", "html"),
    "jsonl to spans": ("inputs/text.jsonl", "--output", "spans"),
    "raw to conll": ("inputs/text.txt", "--output", "conll"),
}
WITH_COLUMNS = "conll to html"
COMMANDS = (
    *("train", "find-lr", "evaluate", "score", "baseline", "report", "compare", "tag", "explain"),
    *("gradcheck", "config new", "config show", "data check", "data convert", "data get"),
    *("model info", "model bundle", "model prune", "vectors info", "vectors convert"),
    *("vectors neighbours", "vectors get"),
)
SHIPPED = ("quickstart", "conll2003/best", "wnut17/document", "compare/sample")


def prepare(stage: Stage) -> None:
    """Let a commit write what all are given: runs, one of them not finished, and a study.

    Raises WitnessError where it fails.
    """
    _must(stage, "data", "convert", TRAIN, TRAIN.with_suffix(".jsonl"), "--to", "jsonl")
    vectors = ("data/sample/vectors.bin", "inputs/vectors.txt", "--to", "glove")
    _must(stage, "vectors", "convert", *vectors)
    for case in CASES:
        if case.name in SHARED_CASES:
            _must(stage, "train", case.path, "--out", SHARED / case.name)
    _must(stage, "compare", STUDY_PATH, "--out", SHARED / "study", "--jobs", 1)
    stop(stage, SHARED / STOPPED.name)


def _must(stage: Stage, *arguments: object) -> None:
    done = stage.call(*arguments)
    if done.code:
        command = " ".join(map(str, arguments))
        raise WitnessError(f"A, whose outputs B is to read, fails at {command}: {done.err.strip()}")


def stop(stage: Stage, run: Path) -> None:
    """Start a training and stop it after some epochs. Raises WitnessError where that fails."""
    metrics = stage.folder / run / "metrics.jsonl"

    def has_begun() -> bool:
        return metrics.exists() and metrics.read_bytes().count(b"\n") >= 2

    done = stage.call_and_interrupt("train", STOPPED.path, "--out", run, when=has_begun)
    if (stage.folder / run / "scores.json").exists():
        raise WitnessError(f"the training to resume was not stopped in time: {done.err.strip()}")


def record_own(recorder: Recorder) -> None:
    """Keep what a commit makes of the inputs alone."""
    ways = _in_turn()
    for case in CASES:
        _train(recorder, case)
        _use(recorder, case.name, OWN / case.name, ways, case)
    stop(recorder.stage, OWN / STOPPED.name)
    recorder.progress()
    _resume(recorder, STOPPED.name, OWN / STOPPED.name)
    recorder.call("study", "compare", STUDY_PATH, "--out", OWN / "study", "--jobs", 1)
    _study_files(recorder, "study", OWN / "study")
    _compare_models(recorder)
    _look_after_data(recorder)
    _look_after_models(recorder)
    _look_after_vectors(recorder)
    _write_configs(recorder)
    _refuse(recorder)


def record_help(recorder: Recorder) -> None:
    """Keep what a commit says of its commands."""
    for command in COMMANDS:
        recorder.call(f"help {command}", *command.split(), "--help")


def record_old(recorder: Recorder) -> None:
    """Keep what a commit makes of the outputs of another, and of old models."""
    ways = _in_turn()
    for folder in sorted((recorder.stage.folder / OLD).glob("format-*")):
        _use_old_model(recorder, f"old {folder.name}", OLD / folder.name)
    for case in CASES:
        if case.name in SHARED_CASES:
            _use(recorder, f"run of A, {case.name}", SHARED / case.name, ways, case)
    _resume(recorder, "run of A that was stopped", SHARED / STOPPED.name, is_told=True)
    recorder.call("study of A", "compare", STUDY_PATH, "--out", SHARED / "study", "--jobs", 1)
    _study_files(recorder, "study of A", SHARED / "study")


def record_given(recorder: Recorder, folder: Path) -> None:
    """Keep what a commit makes of another run folder or model."""
    shutil.copytree(folder, recorder.stage.folder / "given")
    _use_old_model(recorder, "given", Path("given"))


def _in_turn() -> Iterator[str]:
    """Yield the ways to tag, again and again."""
    while True:
        yield from TAGGED


def _train(recorder: Recorder, case: Case) -> None:
    run = OWN / case.name
    recorder.call(f"{case.name}: train", "train", case.path, "--out", run, *case.options)
    recorder.folder(f"{case.name}: run", run)


def _use(recorder: Recorder, name: str, run: Path, ways: Iterator[str], case: Case) -> None:
    """Score a model, tag, explain and report with it."""
    model = run / "seed-8" if case.options else run
    recorder.call(f"{name}: evaluate --json", "evaluate", model, DEV, "--json")
    for way in (WITH_COLUMNS,) if case.needs_columns else (next(ways), next(ways)):
        recorder.call(f"{name}: tag {way}", "tag", model, *TAGGED[way])
    page = run.with_suffix(".explained.html")
    explained = ("explain", model, SENTENCE, "--token", "Bergen", "--html", page)
    member = ("--member", 1) if case.name == "ensemble" else ()
    recorder.call(f"{name}: explain", *explained, *member, code=2 * case.needs_columns)
    recorder.file(f"{name}: explain --html", page)
    if case.has_page:
        recorder.call(f"{name}: report", "report", model)
        recorder.file(f"{name}: report page", model / "report.html")


def _use_old_model(recorder: Recorder, name: str, model: Path) -> None:
    """Do with a model what needs nothing but the model."""
    file = "inputs/old.conll"
    recorder.call(f"{name}: model info", "model", "info", model, "--json")
    recorder.call(f"{name}: evaluate", "evaluate", model, file)
    recorder.call(f"{name}: tag", "tag", model, "inputs/text.txt")
    recorder.call(f"{name}: explain", "explain", model, SENTENCE, "--token", "Bergen")
    copy = model.with_name(f"{model.name}-bundled")
    recorder.call(f"{name}: model bundle", "model", "bundle", model, "--out", copy)
    recorder.folder(f"{name}: bundled", copy)


def _resume(recorder: Recorder, name: str, run: Path, is_told: bool = False) -> None:
    """Go on with a run. What is told of it depends on when it was stopped."""
    done = recorder.run("train", "--resume", run)
    if is_told:
        recorder.items[f"{name}: resume"] = recorder.clean(done.out + done.err)
    recorder.expect(f"{name}: resume", done, 0)
    recorder.folder(f"{name}: resumed", run)


def _study_files(recorder: Recorder, name: str, folder: Path) -> None:
    for file in ("runs.csv", "study.json", "study.html"):
        recorder.file(f"{name}: {file}", folder / file)


def _compare_models(recorder: Recorder) -> None:
    one, other = OWN / "window", OWN / "sentence"
    call = recorder.call
    call("evaluate", "evaluate", one, DEV, "--predictions", "predictions.conll")
    recorder.file("evaluate --predictions", "predictions.conll")
    call("evaluate --resample", "evaluate", one, DEV, "--resample", "sentences")
    call("evaluate --compare", "evaluate", one, other, DEV, "--compare")
    call("evaluate --compare --json", "evaluate", one, other, DEV, "--compare", "--json")
    call("report of two", "report", one, other, "--out", "two")
    recorder.folder("report of two", "two")
    with_test = ("report", one, "--split", "test", "--out", "test.html")
    call("report --split test", *with_test)
    recorder.file("report --split test: page", "test.html")
    ensemble = ("explain", OWN / "ensemble", SENTENCE, "--token", "3", "--member", 2)
    call("explain --member --tag", *ensemble, "--tag", "O")
    several = (*("inputs/text.txt", "inputs/text.jsonl"), "--out", "tagged", "--jobs", 2)
    call("tag to a folder", "tag", one, *several)
    recorder.folder("tag to a folder", "tagged")
    call("tag stdin", "tag", one, "--min-confidence", 0.5, text=f"{SENTENCE}\n")


def _look_after_data(recorder: Recorder) -> None:
    call = recorder.call
    call("data check", "data", "check", CASES[0].path)
    call("data check --json", "data", "check", CASES[5].path, "--json")
    for scheme in ("io", "iob1", "iobes", "bilou", "jsonl"):
        call(f"data convert --to {scheme}", "data", "convert", DEV, "-", "--to", scheme)
    call("data convert from jsonl", "data", "convert", "inputs/train.jsonl", "-", "--to", "iob2")
    call("baseline", "baseline", TRAIN, DEV)
    call("baseline --unique --json", "baseline", TRAIN, DEV, "--unique", "--json")
    call("score", "score", "inputs/scored.txt")
    call("score --strict --repair", "score", "inputs/scored.txt", "--strict", "iobes", "--repair")
    words = ("--set", "embeddings={dimension: 3}", "--set", "data.subset={tokens: 300}")
    tiny = (*words, "--set", "model.window=1")
    letters = ("--set", "features.suffixes={}", "--set", "features.prefixes.lengths=[2]")
    call("gradcheck", "gradcheck", CASES[1].path, *tiny, *letters, "--set", "model.hidden=4")
    call("gradcheck document", "gradcheck", CASES[5].path, *tiny, "--set", "model.hidden=[4, 3]")
    small = ("--set", "data.subset.tokens=500", "--out", "rates.svg")
    call("find-lr", "find-lr", CASES[0].path, *small, "--set", "training.epochs=10")
    recorder.file("find-lr: plot", "rates.svg")


def _look_after_models(recorder: Recorder) -> None:
    model = OWN / "both-after-first-layer"
    recorder.call("model info", "model", "info", model)
    recorder.call("model info --json", "model", "info", model, "--json")
    halved = ("--precision", "float16", "--out", "bundled")
    recorder.call("model bundle", "model", "bundle", OWN / "ensemble", *halved)
    recorder.folder("model bundle", "bundled")
    recorder.call("model prune", "model", "prune", model, "--keep", 50, "--out", "pruned")
    recorder.folder("model prune", "pruned")


def _look_after_vectors(recorder: Recorder) -> None:
    call, file = recorder.call, "data/sample/vectors.bin"
    call("vectors info", "vectors", "info", file)
    call("vectors info --json", "vectors", "info", "inputs/vectors.txt", "--json")
    call("vectors neighbours", "vectors", "neighbours", "striker", "--vectors", file)
    call("vectors neighbours of a run", "vectors", "neighbours", "on", "--model", OWN / "window")
    for form in ("word2vec-text", "word2vec-binary"):
        call(f"vectors convert --to {form}", "vectors", "convert", file, form, "--to", form)
        recorder.file(f"vectors convert --to {form}: file", form)


def _write_configs(recorder: Recorder) -> None:
    for name in SHIPPED:
        out = f"{name.replace('/', '-')}.yaml"
        recorder.call(f"config new {name}", "config", "new", name, "--out", out)
        recorder.file(f"config new {name}: file", out)
        recorder.call(f"config show {name}", "config", "show", out)
    changed = ("--set", "training.epochs=3", "--set", "training.schedule={name: halving, every: 2}")
    recorder.call("config show --set", "config", "show", CASES[5].path, *changed)


def _refuse(recorder: Recorder) -> None:
    """Keep what is said of bad input."""
    call = recorder.call
    call("a misspelled key", "train", "inputs/misspelled.yaml", code=2)
    call("a config that is missing", "train", "nowhere.yaml", code=2)
    call("a folder that is no model", "tag", "inputs", "inputs/text.txt", code=2)
    call("a folder that is used", "train", CASES[0].path, "--out", OWN / "window", code=2)
    call("no command", code=2)
    wrong = ("--set", "model.window=4")
    call("a window without a center", "train", CASES[0].path, *wrong, code=2)
    call(
        "a word that is not there",
        "vectors",
        "neighbours",
        "zzzyx",
        "--vectors",
        "data/sample/vectors.bin",
        code=2,
    )
    damaged = recorder.stage.folder / "damaged"
    shutil.copytree(recorder.stage.folder / OWN / "from-scratch" / "model", damaged)
    (damaged / "vocabulary.txt").write_text("one", "utf-8")
    call("a damaged model", "tag", "damaged", "inputs/text.txt", code=2)
