"""The page of tagged text: what it counts, where its links lead, and that it holds no text."""

import json
import math
import tracemalloc

import pytest

from ner_window.tagging.assignment import Assignment
from ner_window.tagging.name_list import MOST_NAMES, MOST_PLACES, NameList
from ner_window.tagging.outputs import OUTPUTS
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found
from tests.browser import needs_browser, title_of
from tests.page import Page

HOSTILE = "<script>alert('1')</script>"


def page_of(*parts, types=("LOC", "PER"), has_confidences=True, **assignment):
    written = []
    known = {"model": "mine", "min_confidence": 0, "files": ["a.txt"]} | assignment
    with OUTPUTS["html"].writing(
        written.append, Assignment(types=types, has_confidences=has_confidences, **known)
    ) as write:
        write(OUTPUTS["html"].heading("a.txt"))
        for text, *found in parts:
            write(OUTPUTS["html"].of_piece(Piece.of(text), [Found(*each) for each in found]))
    return "".join(written)


def marks_of(page):
    return [mark for mark in page.all("mark") if "id" in mark]


def test_entities_are_counted_and_named_and_links_lead_to_them():
    page = Page(
        page_of(
            ("Oslo is Oslo.", (0, 0, "LOC", 0.9), (2, 2, "LOC", 0.9)),
            ("Anna\nKovac left Oslo", (0, 1, "PER", 0.4), (3, 3, "LOC", None)),
        )
    )
    assert page.whole["p"][0] == "4 entities: 3 LOC and 1 PER"
    assert [text for text in page.whole["li"] if "Oslo" in text] == ["Oslo 3 2nd 3rd"]
    assert "Anna Kovac 1" in page.whole["li"]
    assert [heading.split() for heading in page.whole["h3"]] == [
        ["LOC", "location", "3"],
        ["PER", "person", "1"],
    ]
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert {link["href"][1:] for link in page.all("a")} <= ids
    assert [mark["id"] for mark in marks_of(page)] == ["m1", "m2", "m3", "m4"]


def test_how_sure_the_model_is_can_be_seen():
    sure = (0.001, 0.496, 0.5, 0.57, 0.58, 0.999, 1.0)
    found = [(number, number, "LOC", each) for number, each in enumerate(sure)]
    text = page_of(("a b c d e f g", *found))
    page = Page(text)
    assert page.texts["i"] == ["under 1%", "49%", "50%", "57%", "58%", "99%", "99%"]
    assert [mark["class"] for mark in marks_of(page)] == ["short unsure"] * 2 + ["short"] * 5
    (slider,) = [box for box in page.all("input") if box["type"] == "range"]
    assert {"for": slider["id"]} in page.all("label")
    assert text.count("<script>") == 1
    assert text.count(" hidden>") == 1  # the slider, which goes with the script


def test_what_a_mark_says_is_not_below_what_it_says():
    steps = [n / 100 for n in range(5, 100, 5)]
    sure = [each for step in steps for each in (math.nextafter(step, 0), step)]
    found = [(number, number, "LOC", each) for number, each in enumerate(sure)]
    page = Page(page_of(("a " * len(sure), *found)))
    assert [float(mark["data-confidence"]) for mark in marks_of(page)] == sure
    expected = [f"{n}%" for step in range(5, 100, 5) for n in (step - 1, step)]
    assert page.texts["i"] == expected


COUNTING = """
<script>
const counted = (least, unticked) => {
  document.getElementById("least").value = least;
  document.querySelectorAll(".controls [type=checkbox]").forEach((box) => {
    box.checked = box.id !== unticked;
    box.dispatchEvent(new Event("input", {bubbles: true}));
  });
  document.getElementById("least").dispatchEvent(new Event("input", {bubbles: true}));
  const isSeen = (mark) => getComputedStyle(mark).borderTopStyle !== "none";
  const seen = Array.from(document.querySelectorAll(".text mark")).filter(isSeen).length;
  return [document.querySelector("output").value, seen];
};
document.title = JSON.stringify([
  ...Array.from({length: 20}, (_, n) => counted(5 * n)), counted(0, "show-1"), counted(65, "show-1")
]);
</script>
</body>
"""


@needs_browser
def test_the_slider_counts_what_is_seen_and_hides_what_the_command_leaves_out(tmp_path):
    steps = [n / 100 for n in range(5, 100, 5)]
    sure = [each for step in steps for each in (math.nextafter(step, 0), step)]
    found = [(n, n, ("LOC", "PER")[n % 3 == 0], each) for n, each in enumerate(sure)]
    page = page_of(("a " * len(sure), *found))
    told = json.loads(title_of(page.replace("</body>", COUNTING), tmp_path))
    kept = [sum(each >= n / 100 for each in sure) for n in range(0, 100, 5)]
    people = [each for _, _, kind, each in found if kind == "PER"]
    assert [seen for _, seen in told] == [*kept, len(people), sum(p >= 0.65 for p in people)]
    percents = [*range(0, 100, 5), 0, 65]
    assert [text for text, _ in told] == [
        f"{least}%: {seen} of {len(sure)} marked"
        for least, (_, seen) in zip(percents, told, strict=True)
    ]


@pytest.mark.parametrize(("has_confidences", "found"), [(False, [(0, 0, "LOC", None)]), (True, [])])
def test_no_slider_without_confidences(has_confidences, found):
    text = page_of(("Oslo", *found), has_confidences=has_confidences)
    page = Page(text)
    assert "<script" not in text
    assert "i" not in page.texts
    assert [box["type"] for box in page.all("input")] == ["checkbox"] * 2
    assert all("data-confidence" not in mark for mark in page.all("mark"))


def test_each_type_has_a_box_that_takes_its_marks_away():
    types = [f"T{number}" for number in range(9)]
    text = page_of(("Oslo", (0, 0, "T8", None)), types=types)
    boxes = [box["id"] for box in Page(text).all("input") if box["type"] == "checkbox"]
    assert boxes == [f"show-{number}" for number in range(1, 10)]
    assert all(f"body:has(#{box}:not(:checked)) .text mark" in text for box in boxes)
    assert 'mark[data-type="9"] { --type: var(--type-1); }' in text


def test_an_entity_is_not_parted_from_its_label_unless_it_is_long():
    page = Page(page_of(("a " * 30, (0, 9, "LOC", None), (10, 20, "LOC", None))))
    assert [mark.get("class") for mark in marks_of(page)] == ["short", None]


def test_text_and_types_stay_what_they_are():
    text = page_of((HOSTILE, (0, 2, HOSTILE, 0.9)), types=[HOSTILE], model=HOSTILE)
    assert text.count("<script") == 1  # our own
    assert Page(text).whole["p"][0] == f"1 entity: 1 {HOSTILE}"


def test_what_was_run_is_said():
    page = Page(page_of(("Oslo",), min_confidence=0.5, files=["<stdin>"]))
    assert page.texts["title"] == ["Entities in standard input"]
    model, day, least, version = page.texts["span"]
    assert (model, least) == ("model mine", "confidence 0.5 or more")
    assert day.startswith("tagged on 2")
    assert version.startswith("ner-window ")


def test_a_page_leads_on_to_the_explanation_of_a_word():
    commands = Page(page_of(("Oslo.",), model="<my> model")).whole["code"]
    asked = [command for command in commands if command.startswith("ner-window explain")]
    assert asked == ["ner-window explain '<my> model' 'a sentence' --token WORD --html why.html"]


def test_names_that_are_folded_stay_so_on_paper():
    text = page_of(*[(f"n{number}", (0, 0, "LOC", None)) for number in range(20)])
    assert "12 more names" in text
    printed = text[text.rindex("@media print") :]
    assert ".lists details:not([open])::details-content { content-visibility: hidden" in printed


def test_names_do_not_grow_with_the_text():
    names = NameList()
    for number in range(3 * MOST_NAMES):
        names.add(f"name {number}", number)
    for _ in range(99):
        names.add("name 7", 7)
    first, second, *_ = names.names
    assert (first.text, first.mentions, len(first.places)) == ("name 7", 100, MOST_PLACES)
    assert second.text == "name 0"
    assert len(names.names) == MOST_NAMES
    assert names.mentions == 3 * MOST_NAMES + 99
    assert names.of_others == 2 * MOST_NAMES
    found = [(0, 0, "LOC", None)]
    text = page_of(*[(f"n{number}", *found) for number in range(MOST_NAMES + 5)])
    assert "192 more names, of the first 200" in text
    assert "5 mentions of names that come later" in text


def test_a_long_text_is_not_held_in_memory():
    part = "<p>" + "a" * 100_000 + "</p>\n"
    sizes = []
    assignment = Assignment("mine", ["LOC"], True, 0, ["a.txt"])
    tracemalloc.start()
    with OUTPUTS["html"].writing(lambda text: sizes.append(len(text)), assignment) as write:
        write(OUTPUTS["html"].heading("a.txt"))
        for _ in range(400):
            write(part)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) > 400 * len(part)
    assert most < 0.6 * sum(sizes)
