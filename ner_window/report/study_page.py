"""The page about a study, and its plots as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from markupsafe import Markup

from ner_window.config.inline import inline
from ner_window.files import new_file, yaml_text
from ner_window.pages.downloads import csv_link
from ner_window.pages.figures import with_minuses
from ner_window.pages.rendering import rendered
from ner_window.report.reported_study import SHOWN_WORDS, ReportedStudy
from ner_window.report.study_pictures import study_pictures
from ner_window.report.what_was_run import day_of
from ner_window.study.arms import ArmName, ArmPair, label_of
from ner_window.study.conditions import arms_in_words, conditions, setting
from ner_window.study.differences import Difference
from ner_window.study.drift import degrees
from ner_window.study.results import RunResult
from ner_window.study.sets_in_words import on_break_even
from ner_window.study.slices import SliceDifferences
from ner_window.study.statistics import Cell
from ner_window.study.studied_vectors import chosen_runs
from ner_window.study.tv_telly import NEAR
from ner_window.study.verdict import notes
from ner_window.training.run_folder import RunFolder, describe_environment
from ner_window.wording import agreeing, counted, duration, listed

TEMPLATE = Path(__file__).parent / "templates" / "study.html"
PAGE, PLOTS = "study.html", "plots"
SECTIONS = {
    "curves": "The arms",
    "differences": "Differences",
    "sets": "On other text",
    "mentions": "Seen and new mentions",
    "drift": "Drift of the vectors",
    "pitfall": "Left behind: the pitfall",
    "swap": "Swapped back",
    "runs": "Every run",
    "method": "How it was done",
}
OfSize = TypeVar("OfSize", Difference, SliceDifferences)


def study_page(reported: ReportedStudy) -> str:
    """Return the page of a study as HTML."""
    study, results, findings = reported.study, reported.results, reported.findings
    environment = {**describe_environment(study.base), "sha256": results.hashes}
    del environment["started"]  # so that the page of the same results is the same to the byte
    rates = sorted(study.tuning.learning_rates) if study.tuning else []
    return rendered(
        TEMPLATE,
        reported=reported,
        statistics=reported.statistics,
        sentences=[*map(with_minuses, findings.sentences)],
        setting=setting(study, results, findings),
        conditions=conditions(study, results, findings),
        facts=[*_facts(reported)],
        arms=arms_in_words(study, results),
        label=label_of,
        rates=_rates,
        is_hollow=reported.is_at_edge,
        edge=any(map(reported.is_at_edge, reported.statistics.cells)),
        curves_csv=_curves_csv(reported),
        differences_csv=_differences_csv(reported),
        margin=f"{reported.statistics.margin:g}",
        left_out=_left_out(reported),
        first_differences=_at_largest(reported, reported.statistics.differences),
        first_slices=_at_largest(reported, reported.statistics.slices),
        of_first=[each for each in reported.statistics.differences if _is_leading(reported, each)],
        crossings=on_crossings(reported),
        named_crossings=[each for each in reported.statistics.crossings if each.between],
        tie=_tie(reported),
        near=NEAR,
        shown=SHOWN_WORDS,
        sizes=[f"{tokens:,.0f}" for tokens in reported.sizes.values()],
        tokens_of=lambda size: f"{reported.sizes[size]:,.0f}" if size in reported.sizes else size,
        **_of_vectors(reported),
        **_of_runs(reported),
        plots={name: picture.within_page() for name, picture in study_pictures(reported).items()},
        rate_headings=[f"{rate:g}" for rate in rates],
        tuned={
            cell: {tried.rate: tried for tried in choice.tried}
            for cell, choice in results.choices.items()
        },
        sections=_sections(reported),
        notes=notes(study, results, reported.statistics),
        config=yaml_text(study.without_folders()),
        environment=yaml_text(environment),
    )


def _facts(reported: ReportedStudy) -> Iterator[str]:
    """Yield what was run, in short."""
    study, results, base = reported.study, reported.results, reported.study.base
    model, runs, first = base.model, results.runs, base.seed
    yield f"{model.nonlinearity.name} {inline(model.hidden)}, window {model.window}"
    assert base.embeddings.path is not None  # a study has pretrained vectors
    yield f"vectors {base.embeddings.path.name}"
    yield f"trained on {'parts of ' * (study.sizes != ['all'])}{base.data.train.name}"
    file = getattr(base.data, study.reported).name
    statistics = reported.statistics
    yield f"reported on {study.reported}, {file}: {statistics.unit_count:,} {statistics.units}"
    yield f"seeds {first} to {first + study.seeds - 1}" if study.seeds > 1 else f"seed {first}"
    seconds = sum(run.seconds for run in runs)
    yield f"{counted(len(runs), 'run')}, {duration(seconds)} of training"
    if date := _date(reported):
        yield date
    version = describe_environment(base)["packages"]["ner-window"]
    yield f"ner-window {version}"
    yield Markup("<code>ner-window compare study.yaml</code>")


def _date(reported: ReportedStudy) -> str | None:
    """Return the day on which the last of the runs was started, None where that is not recorded."""
    folder = RunFolder(reported.results.runs[-1].folder)
    return day_of(folder.environment) if folder.has_begun else None


def _rates(cell: Cell) -> str:
    """Return the learning rates of a cell, the likeliest first."""
    by_share = sorted(cell.at_rates, key=lambda each: -each.share)
    return " or ".join(f"{each.learning_rate:g}" for each in by_share) or f"{cell.learning_rate:g}"


def _curves_csv(reported: ReportedStudy) -> Markup:
    heading = ("arm", "tokens", "seeds", "learning rate", "mean", "low", "high")
    rows = [
        (cell.arm, round(cell.tokens), len(cell.values), cell.learning_rate, cell.mean)
        + (cell.interval or ("", ""))
        for cell in reported.statistics.cells
    ]
    return csv_link("curves.csv", heading, rows)


def _differences_csv(reported: ReportedStudy) -> Markup:
    heading = ("other", "minus", "tokens", "difference", "low", "high", "p", "p sizes", "p all")
    rows = [
        (row.other, row.one, round(row.tokens), row.value, *(row.interval or ("", "")))
        + (row.p, row.pair_p, row.adjusted_p)
        for row in reported.statistics.differences
    ]
    return csv_link("differences.csv", heading, rows)


def _left_out(reported: ReportedStudy) -> str:
    arms = [label_of(arm) for arm in reported.arms_left_out]
    return f" Left to the table: {listed(arms)}." if arms else ""


def _is_leading(reported: ReportedStudy, pair: ArmPair) -> bool:
    """Tell whether one of two arms is the first, or the verdict is about them."""
    pair_of_verdict = reported.findings.verdict_arms
    return pair.one == reported.results.arms[0] or (pair.one, pair.other) == pair_of_verdict


def _at_largest(reported: ReportedStudy, pairs: Sequence[OfSize]) -> list[OfSize]:
    """Return the pairs of the first arm, and that of the verdict, at the largest size."""
    return [p for p in pairs if p.size == reported.largest and _is_leading(reported, p)]


def on_crossings(reported: ReportedStudy) -> str:
    """Return of which pairs of arms a crossing is shown, in a sentence."""
    crossings, tokens = reported.statistics.crossings, [*reported.sizes.values()]
    shown = sum(each.between is not None for each in crossings)
    between = f"between {tokens[0]:,.0f} and {tokens[-1]:,.0f} tokens"
    if not shown:
        return f"No crossing of two curves is shown {between}."
    pairs = counted(len(crossings), "pair")
    return f"Of {pairs} of arms, {shown} {agreeing(shown, 'is', 'are')} shown to cross {between}."


def _of_vectors(reported: ReportedStudy) -> dict[str, Any]:
    """Return what the page says of the vectors of each arm."""
    vectors = reported.vectors
    drifts = {arm: analysis.drift for arm, analysis in vectors.items() if analysis.drift}
    unmoved: dict[int, list[str]] = {}
    for arm, drift in drifts.items():
        unmoved.setdefault(drift.outside_checked, []).append(label_of(arm))
    looked_at: dict[tuple[int, int], list[RunResult]] = {}
    for run in chosen_runs(reported.results).values():
        looked_at.setdefault((run.seed, run.tokens), []).append(run)
    return {
        "looked_at": looked_at,
        "moved": {arm: drift for arm, drift in drifts.items() if drift.moved},
        "unmoved": unmoved,
        "without_vector": max((drift.without_vector for drift in drifts.values()), default=0),
        "degrees": lambda distance: f"{degrees(distance):.0f}",
        "swapped": {
            arm: analysis.swap_back
            for arm, analysis in vectors.items()
            if analysis.swap_back and any(run.words for run in analysis.swap_back.by_seed.values())
        },
    }


def _of_runs(reported: ReportedStudy) -> dict[str, Any]:
    """Return all runs by what they have in common, and their seeds."""
    runs, sizes = reported.results.runs, reported.results.sizes
    by_cell: dict[tuple[ArmName, str, float], dict[int, RunResult]] = {}
    arms = reported.results.arms
    for run in sorted(runs, key=lambda run: (arms.index(run.arm), sizes.index(run.size))):
        by_cell.setdefault((run.arm, run.size, run.learning_rate), {})[run.seed] = run
    metric = reported.statistics.metric
    return {
        "every_run": by_cell,
        "seeds": sorted({run.seed for run in runs}),
        "score_of": lambda run: getattr(run.total, metric),
    }


def _tie(reported: ReportedStudy) -> str:
    found = reported.findings.break_even
    said = on_break_even(found) if found else ""
    return with_minuses(f"{said[:1].upper()}{said[1:]}")


def _sections(reported: ReportedStudy) -> dict[str, str]:
    """Return the headings of the sections that the page has."""
    has_sets = bool(reported.findings.held_out)
    return {name: title for name, title in SECTIONS.items() if has_sets or name != "sets"}


def write_page(reported: ReportedStudy, folder: Path) -> list[Path]:
    """Write the page and, as SVG and PNG, its plots into a folder; return what was written.

    Each file appears whole or not at all. Raises InputError where that cannot be done.
    """
    pages = {folder / PAGE: study_page(reported).encode()}
    for name, picture in study_pictures(reported).items():
        pages[folder / PLOTS / f"{name}.svg"] = picture.svg()
        pages[folder / PLOTS / f"{name}.png"] = picture.png()
    (folder / PLOTS).mkdir(exist_ok=True)
    for path, content in pages.items():
        with new_file(path, may_replace=True) as file:
            file.write(content)
    return [folder / PAGE, folder / PLOTS]
