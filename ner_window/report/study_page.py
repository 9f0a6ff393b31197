"""The page about a study, and its plots as files."""

from __future__ import annotations

from pathlib import Path

from ner_window.files import new_file, yaml_text
from ner_window.pages.rendering import rendered
from ner_window.report.reported_study import ReportedStudy
from ner_window.report.study_pictures import study_pictures
from ner_window.study.arms import Arm, phrase_of
from ner_window.study.sets_in_words import on_break_even
from ner_window.study.studied_vectors import chosen_runs
from ner_window.study.tv_telly import NEAR
from ner_window.study.verdict import not_told_apart_phrase, notes
from ner_window.training.run_folder import describe_environment

TEMPLATE = Path(__file__).parent / "templates" / "study.html"
PAGE, PLOTS = "study.html", "plots"
SECTIONS = {
    "curves": "Learning curves",
    "differences": "Differences",
    "sets": "On other text",
    "mentions": "Seen and new mentions",
    "crossings": "Crossing points",
    "drift": "Drift of the vectors",
    "pitfall": "Left behind: the pitfall",
    "swap": "Swapped back",
    "movements": "Words that moved furthest",
    "method": "How it was done",
}
SHOWN_PAIRS = 10  # the others are folded away


def study_page(reported: ReportedStudy) -> str:
    """Return the page of a study as HTML."""
    study, results = reported.study, reported.results
    environment = {**describe_environment(study.base), "sha256": results.hashes}
    del environment["started"]  # so that the page of the same results is the same to the byte
    rates = sorted(study.tuning.learning_rates) if study.tuning else []
    return rendered(
        TEMPLATE,
        reported=reported,
        statistics=reported.statistics,
        verdict=reported.findings.verdict,
        notes=notes(study, results, reported.statistics),
        sections=_sections(reported),
        tie=_tie(reported),
        near=NEAR,
        shown=SHOWN_PAIRS,
        size_headings=[f"{tokens:,.0f} tokens" for tokens in reported.sizes.values()],
        rate_headings=[f"{rate:g}" for rate in rates],
        phrase=phrase_of,
        no_crossing=not_told_apart_phrase,
        summaries={name: arm.summary for name, arm in Arm.variants.items()},
        seen=chosen_runs(results),
        swapped={arm: v.swap_back for arm, v in reported.vectors.items() if v.swap_back},
        plots={name: picture.within_page() for name, picture in study_pictures(reported).items()},
        tuned={
            cell: {tried.rate: tried for tried in choice.tried}
            for cell, choice in results.choices.items()
        },
        config=yaml_text(study.without_folders()),
        environment=yaml_text(environment),
    )


def _tie(reported: ReportedStudy) -> str:
    found = reported.findings.break_even
    said = on_break_even(found) if found else ""
    return f"{said[:1].upper()}{said[1:]}"


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
