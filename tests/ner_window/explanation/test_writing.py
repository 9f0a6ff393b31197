"""How an explanation is written: digits, formulas, sections."""

import math

import numpy as np
import pytest

from ner_window.explanation.backward_sections import backward, rows, step
from ner_window.explanation.digits import comparable, percentage
from ner_window.explanation.explain import explain
from ner_window.explanation.notation import notation
from ner_window.explanation.page import as_page
from ner_window.explanation.text import as_text
from tests.building import trained_model
from tests.page import Page

TOKENS = ["Oslo", "hired", "Anna", "and", "Anna", "Kovac", "in", "Bergen", "."]
MANY = ["features.shape=4", "features.prefixes.lengths=[2, 3]", "model.head=sentence"]


def test_numbers_of_a_column_have_equal_decimals():
    assert comparable([1, 0.0262, 6.02771]) == ["1.0000", "0.0262", "6.0277"]
    assert comparable([0, 12.345]) == ["0.0", "12.3"]
    assert comparable([0.5, 1e-9]) == ["0.50000", "0.00000"]
    assert comparable([2.5e-7, 1e-9]) == ["2.50e-07", "1.00e-09"]
    assert comparable([]) == []
    assert comparable([0.0, 0.0]) == ["0", "0"]
    assert comparable([math.nan, math.inf, 1.5]) == ["nan", "inf", "1.50"]
    assert comparable([-1234.5, 3000]) == ["-1234", "3000"]


def test_percentages_are_never_none_or_all():
    assert [percentage(p) for p in (0.0, 0.0004, 0.932, 0.9996, 1.0)] == [
        "under 0.1%",
        "under 0.1%",
        "93.2%",
        "over 99.9%",
        "over 99.9%",
    ]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x in R^290", "x \u2208 \u211d<sup>290</sup>"),
        ("z2 = W2 h + b2", "z<sub>2</sub> = W<sub>2</sub> h + b<sub>2</sub>"),
        ("f'(z) = 1 - h^2", "f&#39;(z) = 1 \u2212 h<sup>2</sup>"),
        ("ds_t/ds = I", "ds<sub>t</sub>/ds = I"),
        ("J = -log softmax(s)[tag]", "J = \u2212log softmax(s)[tag]"),
        ("dz2/dW2 = h^T", "dz<sub>2</sub>/dW<sub>2</sub> = h<sup>T</sup>"),
        ("x[prefix 2] = <a>", "x[prefix 2] = &lt;a&gt;"),
        ("e^(its scores)", "e<sup>its scores</sup>"),
    ],
)
def test_formulas_have_indices_and_exponents(formula, expected):
    assert notation(formula) == expected


def test_many_feature_tables_are_one_on_the_way_back(config_file):
    model = trained_model(config_file, *MANY, dtype=np.float64)
    shown = explain(model, TOKENS, 2)
    (table,) = backward(shown).tables
    told = {row[2]: row for row in table.rows}
    parts = [edge.downstream for s in shown.steps for edge in s.edges if edge.input in names(model)]
    assert float(told["x[4 features] gets it: its own part"][-1]) == pytest.approx(
        math.hypot(*parts), rel=0.01
    )
    assert "4 feature tables gets it: equal rows summed" in told
    assert not [cell for cell in told if "shape" in cell]
    few = explain(trained_model(config_file), TOKENS, 2)
    told = {row[2] for table in backward(few).tables for row in table.rows}
    assert "x[capitalization] gets it: its own part" in told


def names(model):
    return [f"x[{table.name}]" for table in model.network.tables[1:]]


def test_rows_of_other_windows_are_folded(config_file):
    model = trained_model(config_file, *MANY)
    shown = explain(model, TOKENS, 2)
    own, *others = rows(shown).tables
    assert own.folded is None
    words = [row[1] for row in own.rows if row[0] == "words"]
    assert len(words) == len(set(words)) == 3  # those of the window of three tokens
    assert [table.folded.partition(",")[0] for table in others] == [
        table.name for table in model.network.tables
    ]
    assert len(own.rows) + sum(len(table.rows) for table in others) == len(shown.rows)
    assert f"In other windows: {others[0].folded}; " in " ".join(as_text(shown).split())
    page = as_page(shown).decode("utf-8")
    assert f"<summary>In other windows: {others[0].folded}</summary>" in page
    alone = explain(trained_model(config_file), TOKENS, 2)
    assert len(rows(alone).tables) == 1


def test_a_step_for_a_sentence_tells_the_probability_of_the_sentence(config_file):
    model = trained_model(config_file, "model.head=sentence", dtype=np.float64)
    shown = explain(model, TOKENS, 2, learning_rate=0.01)
    assert shown.before.sequence == pytest.approx(math.exp(-shown.before.loss * len(TOKENS)))
    assert shown.after.sequence > shown.before.sequence
    section = step(shown)
    assert "that of one tag at one token may fall" in "".join(section.lines[1])
    assert section.tables[0].rows[1][0] == "p of all tags of the sentence"
    single = step(explain(trained_model(config_file), TOKENS, 2))
    assert len(single.lines) == 1
    assert len(single.tables[0].rows) == 2


def test_a_page_leaves_no_column_out_and_a_narrow_terminal_none_that_tells_rows_apart(
    config_file, monkeypatch
):
    shown = explain(trained_model(config_file), ["Oslo", "Oslo", "Oslo"], 1)
    text = as_page(shown).decode("utf-8")
    page = Page(text)
    assert {"place", "only its word hidden", "score"} <= set(page.texts["th"])
    assert not [
        cell for cell in page.all("th") + page.all("td") if "extra" in cell.get("class", "")
    ]
    monkeypatch.setenv("COLUMNS", "30")
    table = as_text(shown).partition("   nothing ")[2]
    rows = [line.split()[:2] for line in table.splitlines()[1:4]]
    assert rows == [["Oslo", place] for place in ("-1", "0", "+1")]


def test_the_page_frames_the_window_and_says_what_was_run(config_file):
    shown = explain(trained_model(config_file), TOKENS, 0)
    text = as_page(shown, ["model mine", "2026-01-31"]).decode("utf-8")
    page = Page(text)
    assert page.texts["h1"] == [f"Oslo: {shown.answer.type or 'no entity'}"]
    sentence = text[text.index('<p class="sentence">') :].partition("</p>")[0]
    window = sentence[sentence.index('class="window"') :].partition("hired")[0]
    assert "(padding)" in window
    assert "Oslo</strong>" in window
    assert "<span>model mine</span> <span>2026-01-31</span>" in text
    assert "arithmetic" in [attributes.get("id") for attributes in page.all("section")]
    assert not page.all("td") or all("scope" in head for head in page.all("th"))
