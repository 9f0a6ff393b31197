"""The page about one run."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from markupsafe import Markup

from ner_window.config.inline import inline
from ner_window.evaluation.distance import Distance, distance_of
from ner_window.evaluation.mistakes import outcomes
from ner_window.evaluation.robustness import robustness
from ner_window.files import yaml_text
from ner_window.pages.downloads import csv_link
from ner_window.pages.rendering import rendered
from ner_window.report import plots
from ner_window.report.error_parts import KIND_WORDS
from ner_window.report.graph_picture import graph_picture
from ner_window.report.instructive_errors import ErrorList, InstructiveError
from ner_window.report.learning import health_curves, learning_curves, rate_in_words, sentences
from ner_window.report.outcome_table import ORDER, OutcomeRow, outcome_rows
from ner_window.report.reported_run import ReportedRun
from ner_window.report.set_scores import set_scores
from ner_window.report.verdict import sureness_phrase, verdict
from ner_window.report.what_was_run import command_of, short_name, shown_folder, what_was_run
from ner_window.wording import command_line

TEMPLATE = Path(__file__).parent / "templates" / "run.html"
LEAST_IN_BIN = 5  # of a plot: fewer entities tell next to nothing
SHOWN_OF_HASH = 12  # characters
SECTIONS = {
    "types": "By type",
    "outcomes": "What goes wrong",
    "errors": "The errors",
    "groups": "By novelty, length and words",
    "held-out": "Held-out sets",
    "perturbed": "In other cases, and with noise",
    "calibration": "Calibration",
    "learning": "Learning",
    "data": "Data and config",
    "graph": "Computation graph",
    "cost": "Cost",
}


def run_page(
    run: ReportedRun, errors: ErrorList, errors_file: str, comparison: str | None = None
) -> str:
    """Return the page of a run as HTML.

    Parameters
    ----------
    run
        The run.
    errors
        Its errors.
    errors_file
        The file of all of them, beside the page.
    comparison
        The page of several runs that this is one of, None where there is none.
    """
    evaluation = run.evaluation
    sets = set_scores(run.recorded)
    rate = None if run.changes else rate_in_words(run.config)
    sections = {key: title for key, title in SECTIONS.items() if sets or key != "held-out"}
    return rendered(
        TEMPLATE,
        run=run,
        name=short_name(run),
        facts_of_run=what_was_run(run),
        command=command_of(run),
        evaluation=evaluation,
        total=evaluation.total.rows["all"],
        verdict=verdict(evaluation, run.confidences_fitted_here),
        sections=sections,
        sets=sets,
        raw_texts=_raw_texts(run),
        distances=_distances(run) if sets else {},
        types=_types(run),
        outcomes=_outcomes(run, errors),
        outcome_words=[KIND_WORDS["gold"][kind] for kind in ORDER[1:]],
        errors=errors,
        errors_file=errors_file,
        comparison=comparison,
        explain=lambda error: _explain(run, error),
        robustness=robustness(run.model, run.corpora[run.split], clean=evaluation.score.f1),
        reliability=_reliability(run),
        sureness=sureness_phrase,
        learning=learning_curves(run.epochs, run.kept_epoch, run.train_f1, rate),
        health=health_curves(run.epochs),
        learned=sentences(run.epochs, run.train_f1, rate),
        epochs_file=_epochs_file(run),
        hash_end=SHOWN_OF_HASH,
        config=yaml_text(run.config.without_folders()),
        environment=_environment(run),
        inline=inline,
        graph=graph_picture(run),
        cost=_cost(run),
    )


def _raw_texts(run: ReportedRun) -> defaultdict[str, float | None]:
    """Return the F1 on raw text of what was scored, None where there is none or none recorded."""
    scores = run.scores.splits.items()
    known = {name: score.raw_text.f1 for name, score in scores if score.raw_text}
    return defaultdict(lambda: None, known)


def _distances(run: ReportedRun) -> dict[str, Distance]:
    """Return how far from its training data each set is that a run was scored on."""
    train, vectors = run.corpora["train"], run.model.vectors
    return {
        name: distance_of(corpus, train, vectors)
        for name, corpus in run.corpora.items()
        if corpus is not train
    }


def _types(run: ReportedRun) -> Markup:
    drawn = plots.f1_bars(run.evaluation.tables["type"])
    figures = ", ".join(f"{row.label} {row.value:.1f}" for row in drawn)
    return plots.bars("types", f"Bars of F1 by type: {figures}.", drawn)


def _outcomes(run: ReportedRun, errors: ErrorList) -> dict[str, list[OutcomeRow]]:
    """Return the rows of both sides."""
    counts, confusion = outcomes(run.predictions.mentions), run.evaluation.confusion
    return {
        side: outcome_rows(side, counts, confusion, errors.names, errors.parts)
        for side in ("gold", "predicted")
    }


def _explain(run: ReportedRun, error: InstructiveError) -> str:
    """Return the command that looks into what the model does with the first token at fault."""
    sentence, token = " ".join(error.wrong.sentence), str(error.wrong.place)
    end = ["--"] if sentence.startswith("-") else []  # of the options
    options = ["--tokens", "--token", token, *end]
    return command_line(["ner-window", "explain", shown_folder(run.path), *options, sentence])


def _reliability(run: ReportedRun) -> Markup | None:
    calibration = run.evaluation.calibration
    if calibration is None or not calibration.total.count:
        return None
    error = f"the expected calibration error is {calibration.expected_error:.1f} points"
    alt = f"Share of right entities over confidence; {error}."
    return plots.reliability("calibration", alt, calibration.bins_of(LEAST_IN_BIN))


def _epochs_file(run: ReportedRun) -> Markup:
    rows = [list(record.as_dict().values()) for record in run.epochs]
    return csv_link("epochs.csv", list(run.epochs[0].as_dict()), rows)


def _environment(run: ReportedRun) -> str:
    """Return what the run folder says of versions and files, without what the page says besides."""
    shown = {k: v for k, v in run.environment.items() if k not in ("config", "changes")}
    return yaml_text(shown)


def _cost(run: ReportedRun) -> dict[str, str]:
    seconds = [record.seconds for record in run.epochs]
    speeds = [record.tokens_per_second for record in run.epochs]
    memory = run.scores.peak_memory_mb
    return {
        "Epochs": f"{len(seconds)}",
        "Time of an epoch": f"{sum(seconds) / len(seconds):.3g} s",
        "Time of all epochs": f"{sum(seconds):.3g} s",
        "Training speed": f"{sum(speeds) / len(speeds):,.0f} tokens/s",
        "Peak memory": f"{memory:,.0f} MB" if memory is not None else "not recorded",
    }
