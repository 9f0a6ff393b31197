"""The page of a study: everything that is there is on it, and what is not there is said."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ner_window.evaluation.distance import Distance
from ner_window.evaluation.units import Units
from ner_window.report.reported_study import ReportedStudy
from ner_window.report.study_page import SECTIONS, study_page
from ner_window.report.study_page import write_page as write
from ner_window.report.study_pictures import study_pictures
from ner_window.study.break_even import BreakEven, PlaceOnLine, SetPrediction
from ner_window.study.choice import Choice, TriedRate
from ner_window.study.crossing import Crossing
from ner_window.study.differences import Difference
from ner_window.study.drift import Drift, DriftBin, MovedWord, Quartiles, RankCorrelation
from ner_window.study.findings import Findings
from ner_window.study.results import (
    FailedTraining,
    RunResult,
    StudiedSet,
    StudyResults,
    TuningResult,
)
from ner_window.study.sets import SetDifference, SetStatistics
from ner_window.study.slices import SliceDifference, SliceDifferences
from ner_window.study.statistics import Cell, Estimate, Statistics
from ner_window.study.study_config import Study
from ner_window.study.swap_back import SwapBack, SwapBacks
from ner_window.study.tv_telly import Pair, TvTelly
from ner_window.study.vector_analysis import RANDOM, UNMOVED, VectorAnalysis
from tests.page import Page

MINUS = "\N{MINUS SIGN}"
HOSTILE = "<script>alert(1)</script>$x^2$"
NONE = Quartiles(0.0, 0.0, 0.0)


def drift_of(moved):
    figures = Quartiles(0.01, 0.02, 0.05) if moved else NONE
    bins = [DriftBin(1, 1, 7, figures, figures), DriftBin(2, 3, 5, figures, figures)]
    return Drift(
        words=12,
        moved=12 if moved else 0,
        without_vector=3,
        outside_checked=4321,
        unseen="neighbors",
        total=DriftBin(1, None, 12, figures, figures),
        rank_correlation=RankCorrelation(0.25, -0.5) if moved else None,
        bins=bins,
        furthest=[MovedWord(HOSTILE, 4, "PER", 0.5, 1.5)] if moved else [],
    )


def pair(word, partner, tokens, rank_after, partner_type):
    return Pair(word, partner, 3, tokens, 0.91, 0.62, 1, rank_after, "O", partner_type)


MOVED = VectorAnalysis(
    remark=None,
    drift=drift_of(moved=True),
    pitfall=TvTelly(
        words=12,
        cosine_before=0.9,
        cosine_after=0.6,
        near=8,
        left_behind=4,
        reported=5,
        of_one_type=3,
        pairs=[pair(f"word{k}", HOSTILE, k, 5000, "LOC") for k in range(15)],
        watched=[pair("striker", "forward", 1, 12, "O"), pair("tv", "television", 0, 2, None)],
        not_watched=["tea and coffee: coffee is in training"],
    ),
    swap_back=SwapBacks({1: SwapBack(90.0, 80.5, 120, 0.83), 2: SwapBack(91.0, 79.5, 120, 0.83)}),
)
UNCHANGED = SwapBacks({1: SwapBack(88.0, 88.0, 0, 0.0)})
STILL = VectorAnalysis(UNMOVED, drift_of(moved=False), swap_back=UNCHANGED)


SIZES = {"900": 912.0, "all": 12345.0}
MEANS = {"frozen": (70.0, 80.0), "finetuned": (None, 78.75), "scratch": (50.0, None)}

TRIED = (TriedRate(0.001, 77.25, (70.5, 80.5), 0.96), TriedRate(0.01, 0.0, None, 0.04))


def cell(arm, size, mean):
    return Cell(
        arm=arm,
        size=size,
        tokens=SIZES[size],
        learning_rate=0.001,
        seeds=[1, 2],
        values=[mean - 1, mean + 1],
        mean=mean,
        deviation=1.25,
        interval=(mean - 2, mean + 2),
        seen=Estimate(mean + 10, (mean + 5, mean + 12)),
        unseen=Estimate(mean - 10, None),
    )


def reported(
    means, vectors, differences=(), slices=(), crossings=(), tuning=(), failures=(), sets=()
):
    """A study of two sizes, with these means of each arm."""
    study = Study.model_validate(
        {
            "base": {
                "data": {"train": "train.conll", "dev": "dev.conll"},
                "embeddings": {"path": f"{HOSTILE}.txt"},
            },
            "arms": list(means),
            "sizes": [900, "all"],
            "seeds": 3,
            "tuning": {"learning_rates": [0.001, 0.01]},
        }
    )
    cells = [
        cell(arm, size, mean)
        for arm, row in means.items()
        for size, mean in zip(SIZES, row, strict=True)
        if mean is not None
    ]
    runs = [
        RunResult(
            c.arm,
            c.size,
            seed,
            12_300,
            0.001,
            5,
            61.0,
            Path(f"{c.arm}-{c.size}-{seed}"),
            np.zeros((3, 4, 3)),
        )
        for c in cells
        for seed in c.seeds
    ]
    results = StudyResults(
        arms=list(means),
        sizes=list(SIZES),
        choices={
            (c.arm, c.size): Choice({0.001: 1.0}, np.ones((1, 1)), TRIED if tuning else ())
            for c in cells
        },
        runs=runs,
        tuning=tuning,
        failures=failures,
        units=Units("documents", np.zeros(3, np.int64), 17),
        hashes={"train": "1234"},
    )
    statistics = Statistics(
        *("f1", "documents", 17, cells, list(differences), list(slices), list(crossings)),
        resamples=5000,
        margin=1.5,
        reported="dev",
    )
    return ReportedStudy(study, results, Findings(statistics, sets), vectors)


@pytest.fixture(scope="module")
def page(study):
    return study_page(study)


@pytest.fixture(scope="module")
def study():
    return reported(
        MEANS,
        {"frozen": STILL, "finetuned": MOVED, "scratch": VectorAnalysis(RANDOM)},
        differences=[
            Difference(
                *("frozen", "finetuned", "all", 12345.0, [1, 2], -1.25, (-2.0, -0.5)),
                *(0.4, 1.12, 0.0123, 0.0246, 0.0369, 0.0512, 0.0512),
            )
        ],
        slices=[
            SliceDifferences(
                *("frozen", "finetuned", "all", 12345.0, [1, 2]),
                seen=SliceDifference(0.25, (-0.5, 1.0), 0.4321),
                unseen=SliceDifference(-3.75, (-6.0, -1.5), 0.00002),
                contrast=SliceDifference(-4.0, (-6.5, -1.75), 0.0009),
            )
        ],
        crossings=[
            Crossing("frozen", "finetuned", (912.0, 12345.0), 5000.4, (2000.0, 9000.0)),
            Crossing("frozen", "scratch"),
        ],
        tuning=[
            TuningResult("frozen", "all", 1, 0.001, 77.25, np.ones((2, 3), int)),
            TuningResult("frozen", "all", 1, 0.01, None, np.zeros((0, 3), int)),
        ],
        failures=[FailedTraining("scratch-all-seed3", f"diverged {HOSTILE}", "")],
    )


def test_everything_is_on_the_page(study, page):
    sections = [name for name in SECTIONS if name != "sets"]  # it has none
    assert re.findall(r'<section id="(\w+)">', page) == sections
    assert re.findall(r'<li><a href="#(\w+)">', page) == ["top", *sections]
    for text in (
        *("70.0 <span", "&plusmn; 1.2", "2 of 3 runs", "12,345", "8 runs, 8 min of training"),
        *(f"<strong>{MINUS}1.2</strong>", f"{MINUS}2.0 to {MINUS}0.5", "0.012", "0.025", "0.037"),
        *("0.051", "within 1.5", f"new {MINUS} seen", f"<strong>{MINUS}4.0</strong>", "&lt; 0.001"),
        *("frozen, fine-tuned", "5,000", "2,000 to 9,000", "dotted line", "with seed 1"),
        *("Of 2 pairs of arms, 1 is shown to cross between 912 and 12,345 tokens",),
        *("none of 4,321 words", "4 (50%) were left behind", "0.91 \u2192 0.62"),
        *("1 \u2192 5,000", "Not looked at: tea and coffee", f"{MINUS}10.5", "1.4"),
        *("83%", RANDOM, "scratch-all-seed3: diverged", "seeds: 3", "train: &#39;1234&#39;"),
        '<strong>77.2</strong><small class="below">70.5 to 80.5, 96%</small>',
        *("random vectors of the same dimension", "88.8", "68.8", "17 documents"),
        *('href="runs.csv"', 'href="study.json"', 'href="study.yaml"'),
        *('download="curves.csv"', 'download="differences.csv"'),
        *("3 seeds are few", "tanh 100, window 5", "ner-window compare study.yaml"),
    ):
        assert text in page, text
    mentions = page[page.index('id="mentions"') : page.index('id="drift"')]
    assert "unseen" not in mentions  # `evaluate` calls so what has no word of training
    assert "fine-tuned vectors" in page[: page.index("<svg")]
    shown = re.sub(r'"[^"]*"', "", page[: page.index('id="runs"')])
    assert "finetuned" not in shown  # but in names, and in what is given away
    before = [page.index(f'class="{name}"') for name in ("answer", "notice", "ran", "arms")]
    assert [*before, page.index("<svg")] == sorted([*before, page.index("<svg")])
    assert "<script" not in page
    assert len(re.findall("<svg", page)) == 6
    assert study_page(study) == page


def test_each_figure_of_a_run_leads_to_its_folder(study, page):
    assert set(Page(page).links("runs/")) == {
        f"runs/{run.folder.name}/" for run in study.results.runs
    }


def curves_of(page):
    return page[page.index("<svg") : page.index("</svg>")]


def test_points_tell_their_values_and_a_rate_at_the_edge_is_hollow(study, page):
    curves = curves_of(page)
    assert "fine-tuned, 12,345 tokens: 78.8 (76.8 to 80.8)</title>" in curves
    assert "var(--paper)" in curves
    assert "Hollow: the best learning rate is" in page
    assert page.count("0.001 \u25cb<") + page.count("0.001 \u25cb,") == 4
    untuned = replace(
        study,
        study=study.study.model_copy(update={"tuning": None}),
        results=replace(study.results, tuning=()),
    )
    assert "var(--paper)" not in curves_of(study_page(untuned))


@pytest.mark.parametrize(
    ("margin", "said"), [(1.0, "within 1 point."), (0.5, "within 0.5 points.")]
)
def test_a_margin_is_told_in_points(study, margin, said):
    findings = replace(study.findings, statistics=replace(study.statistics, margin=margin))
    assert said in study_page(replace(study, findings=findings))


def test_sets_have_a_section_of_their_own(study):
    dev = study.statistics
    difference = replace(dev.differences[0], value=2.5, interval=(1.5, 3.5), p=0.001)
    novelty = {"seen": SliceDifference(3.25, (2.0, 4.5), 0.01)}
    far = StudiedSet(
        Units("sentences", np.arange(3), 3),
        Distance(81.25, 12.5, 0.5, 40.0, 1.75, 0.25, 93.5),
        {HOSTILE: 7},
    )
    documents = Units("documents", np.zeros(3, np.int64), 17)
    blocks = Units("blocks", np.arange(30), 15)
    sets = [
        SetStatistics(
            *("dev", documents, 32.5, None, dev.cells[-3:]),
            [SetDifference(dev.differences[0], {}, 0.06)],
        ),
        SetStatistics(
            *("wiki", blocks, 81.25, far, dev.cells[-3:]),
            [SetDifference(difference, novelty, 0.002)],
        ),
    ]
    line = [PlaceOnLine(share, 1 - share / 50, (-2.0, 2.0)) for share in (0.0, 100.0)]
    told = [
        SetPrediction("dev", PlaceOnLine(32.5, 0.375, (-1.0, 2.0)), -1.25, (-2.0, -0.5)),
        SetPrediction("wiki", PlaceOnLine(81.25, -0.625, (-1.5, 0.25)), 2.5, (1.5, 3.5)),
    ]
    tie = BreakEven("frozen", "finetuned", 50.25, (31.0, 64.0), line, told)
    page = study_page(replace(study, findings=Findings(dev, sets, [tie])))
    assert re.findall(r'<li><a href="#(\w+)">', page) == ["top", *SECTIONS]
    section = page[page.index('<section id="sets">') : page.index('<section id="mentions">')]
    for text in (
        *(
            "81.2%",
            "32.5%",
            f"<td>{MINUS}1.2<small",
            "<strong>+2.5</strong>",
            "0.002",
            "1.5 to 3.5",
        ),
        *("+3.2<small", "2.0 to 4.5", "93.5", "1.8", "7 &lt;script", "All pairs of arms"),
        *(
            "tie where 50% of names are new (95% interval 31 to 64)",
            "+3.1",
            ">fails<",
            "\N{MINUS SIGN}0.6",
        ),
        *("The line fails on wiki".replace("T", "t"), "is not refuted", "wiki +2.5 at 81%"),
        "wiki: intervals from 15 blocks of 2 neighboring sentences; no documents are marked",
    ):
        assert text in section, text
    assert "on wiki, fine-tuned vectors are 2.50 better" in page[: page.index("<svg")].lower()


def test_a_study_of_one_arm_without_pretrained_vectors():
    page = study_page(reported({"scratch": (50.0, 60.0)}, {"scratch": VectorAnalysis(RANDOM)}))
    assert "nothing to compare it with" in page
    assert page.count("No arm has vectors that moved.") == 3
    assert "dotted line" not in page
    assert "Trainings that failed" not in page


def test_the_drift_is_told_in_degrees_with_its_rank_correlation_with_frequency(study, page):
    assert "the median word turned by 11 degrees" in page  # whose cosine is 0.98
    assert '<td>11</td><td>8 to 18</td><td class="extra">0.25</td>' in page
    still = study_page(replace(study, vectors={"frozen": STILL}))
    assert "correlation" not in still


def test_arms_of_a_single_size_are_drawn_in_rows(study):
    largest = [cell for cell in study.statistics.cells if cell.size == "all"]
    statistics = replace(study.statistics, cells=largest, crossings=[])
    pictures = study_pictures(replace(study, findings=Findings(statistics, [])))
    assert "differences" not in pictures
    drawn = str(pictures["curves"].within_page())
    assert "fine-tuned: 78.8 (76.8 to 80.8)</title>" in drawn
    assert "training tokens" not in drawn


def test_frozen_vectors_have_no_curve_of_drift(study):
    still = replace(study, vectors={"frozen": STILL, "finetuned": STILL, "scratch": STILL})
    assert "drift" not in study_pictures(still)
    page = study_page(still)
    assert "moved none of 4,321 words outside it, compared to the bit (frozen, fine-tuned" in page
    assert "by <code>embeddings.unseen: neighbors</code>" in page


def test_random_vectors_do_not_hide_the_other_differences(study, page):
    pictures = study_pictures(study)
    assert f"fine-tuned {MINUS}1.2" in pictures["forest"].alt
    assert "scratch" not in pictures["forest"].alt
    assert "Left to the table: from scratch." in page
    alone = reported(
        {"frozen": (70.0, 80.0), "scratch": (50.0, 60.0)},
        {"frozen": STILL, "scratch": VectorAnalysis(RANDOM)},
        [
            Difference(
                *("frozen", "scratch", size, tokens, [1], -20.0, (-21.0, -19.0), 0.1),
                *(0.28, 0.01, 0.01, 0.01, 1.0, 1.0),
            )
            for size, tokens in SIZES.items()
        ],
    )
    assert f"from scratch {MINUS}20.0" in study_pictures(alone)["forest"].alt


def test_page_and_plots_are_files(study, page, tmp_path):
    assert write(study, tmp_path) == [tmp_path / "study.html", tmp_path / "plots"]
    assert (tmp_path / "study.html").read_text("utf-8") == page
    names = {path.name for path in (tmp_path / "plots").iterdir()}
    stems = ("curves", "forest", "differences", "mentions", "drift", "partings-finetuned")
    assert names == {f"{stem}.{kind}" for stem in stems for kind in ("svg", "png")}
    curves = study_pictures(study)["curves"]
    png, svg = ((tmp_path / "plots" / f"curves.{kind}").read_bytes() for kind in ("png", "svg"))
    assert (png, svg) == (curves.png(), curves.svg())
    assert png.startswith(b"\x89PNG")
    assert b"#0b5394" in svg
    assert b"var(" not in svg
    assert b"<text" in svg
