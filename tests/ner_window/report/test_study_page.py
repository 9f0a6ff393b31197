"""The page of a study: everything that is there is on it, and what is not there is said."""

import re
from dataclasses import replace

import pytest

from ner_window.report.plots import Estimate
from ner_window.report.study_page import (
    SECTIONS,
    Difference,
    Figure,
    ShownStudy,
    Tuned,
    study_page,
    study_pictures,
    write_plots,
)
from ner_window.report.study_plots import Crossing, short
from ner_window.study.drift import Drift, DriftBin, MovedWord, Quartiles
from ner_window.study.pitfall import Pair, Pitfall
from ner_window.study.projection import Arrow, Projection
from ner_window.study.swap_back import SwapBack
from ner_window.study.vector_analysis import RANDOM, UNMOVED, VectorAnalysis

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
        total=DriftBin(1, None, 12, figures, figures),
        bins=bins,
        furthest=[MovedWord(HOSTILE, 4, "PER", 0.5, 1.5)] if moved else [],
    )


def pair(word, partner, tokens, rank_after, partner_type):
    return Pair(word, partner, 3, tokens, 0.91, 0.62, 1, rank_after, "O", partner_type)


MOVED = VectorAnalysis(
    remark=None,
    drift=drift_of(moved=True),
    pitfall=Pitfall(
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
    swap_back=SwapBack(90.0, 80.5, 120, 0.83),
    projection=Projection(
        [Arrow(HOSTILE, f"T{k}", (k, 0.0), (k, 1.0)) for k in range(9)], 0.4, 0.05
    ),
)
STILL = VectorAnalysis(UNMOVED, drift_of(moved=False), swap_back=SwapBack(88.0, 88.0, 0, 0.0))


@pytest.fixture
def study():
    figures = [Figure(70.0, 1.0, (68.0, 72.0)), Figure(80.0, 0.5, (79.0, 81.0))]
    return ShownStudy(
        name=f"mine {HOSTILE}",
        split="dev",
        metric="F1",
        verdict="Fine-tuned is better.",
        facts={"Runs": "12"},
        sizes=[900, 12_345],
        arms={"frozen": figures, "finetuned": [None, figures[1]], "scratch": [figures[0], None]},
        interval_note="Intervals.",
        differences=[Difference("finetuned - frozen", 12_345, -1.25, (-2.0, -0.5), 0.0123, True)],
        test_note="Tests.",
        mentions={
            group: [Estimate("frozen", 90.0, (85.0, 92.0)), Estimate("finetuned", 91.0, None)]
            for group in ("seen", "unseen")
        },
        crossing=Crossing(5000, (2000, 9000)),
        crossings=["finetuned passes frozen at 5,000 tokens."],
        vectors={"frozen": STILL, "finetuned": MOVED, "scratch": VectorAnalysis(RANDOM)},
        vectors_note="Of one run.",
        method=["As said."],
        rates=[0.001, 0.01],
        tuning={"frozen": Tuned(0.001, {0.001: 77.25, 0.01: 60.0})},
        failures=["scratch, 12,345 tokens, seed 3: diverged"],
        config="seeds: 3\n",
        environment="python: 3\n",
    )


def test_everything_is_on_the_page(study):
    page = study_page(study)
    ids = re.findall(r'<section id="(\w+)">', page)
    assert ids == list(SECTIONS)
    assert re.findall(r'href="#(\w+)">', page) == list(SECTIONS)
    for text in (
        *("Fine-tuned is better.", "70.00 &plusmn; 1.00", "-1.25", "0.0123", "5,000 tokens"),
        *("4,321 were compared", "4 of these (50%) were left behind", "0.91 to 0.62"),
        *("1 to 5,000", "Not looked at: tea and coffee", "5 more", "-9.50", "83%", RANDOM),
        *("<strong>77.25</strong>", "diverged", "seeds: 3", "python: 3"),
    ):
        assert text in page, text
    assert page.index("Fine-tuned is better.") < page.index("<svg")
    assert "<script" not in page
    assert len(re.findall("<svg", page)) == 5


def test_a_verdict_without_vectors_and_pairs(study):
    bare = replace(
        study,
        arms={"scratch": study.arms["frozen"]},
        differences=[],
        mentions={},
        crossing=None,
        crossings=["There is one arm only."],
        vectors={"scratch": VectorAnalysis(RANDOM)},
        tuning={},
        failures=[],
    )
    page = study_page(bare)
    assert "nothing to compare it with" in page
    assert "No arm started from pretrained vectors." in page
    assert page.count("No arm has vectors that moved.") == 2
    assert len(re.findall("<svg", page)) == 1
    assert "dotted line" not in page


def test_frozen_vectors_have_no_curve_of_drift(study):
    still = replace(study, vectors={"frozen": STILL})
    assert study_pictures(still).drift is None
    page = study_page(still)
    assert "0 of 12 training words" in page
    assert "moved by exactly zero" in page


def test_plots_are_files_too_and_always_the_same(study, tmp_path):
    write_plots(study, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    stems = ("curves", "differences", "mentions", "drift", "movements-finetuned")
    assert names == {f"{stem}.{kind}" for stem in stems for kind in ("svg", "png")}
    curves = study_pictures(study).curves
    assert (tmp_path / "curves.svg").read_bytes() == curves.svg()
    assert (tmp_path / "curves.png").read_bytes() == curves.png()
    assert curves.png().startswith(b"\x89PNG")
    svg = (tmp_path / "curves.svg").read_text("utf-8")
    assert "#1f5fbf" in svg
    assert "var(" not in svg
    assert "<text" not in svg
    assert study_page(study) == study_page(study)


def test_numbers_of_tokens_are_short():
    sizes = {
        950: "950",
        999.9: "1k",
        5200: "5.2k",
        203_621: "204k",
        999_800: "1M",
        1_300_000: "1.3M",
    }
    assert {size: short(size) for size in sizes} == sizes
