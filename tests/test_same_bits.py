"""The witness of refactorings: what it hides, what it compares, and that it covers the options."""

from collections.abc import Iterator
from typing import get_args

import numpy as np
import pytest
from safetensors.numpy import save_file

from ner_window.config import Config, Section, Variant
from scripts.witness.cases import CASES, documents, with_column
from scripts.witness.comparison import compared, table
from scripts.witness.masking import masked, visible_text
from scripts.witness.recording import content, is_page

CONFIGS = [Config.model_validate(case.config) for case in CASES]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"seconds": 0.1, "f1": 2.5}', '{"seconds": <time>, "f1": 2.5}'),
        ("started: '2025-01-02T03:04:05+00:00'\nseed: 1", "started: <time>\nseed: 1"),
        ('"tokens_per_second": 12.5\n}', '"tokens_per_second": <time>\n}'),
        ("F1 61.90  lr 0.001  82,280 tokens/s  0.1 s", "F1 61.90  lr 0.001  <n> tokens/s  <time>"),
        ("Trained on 2025-01-02 with", "Trained on <date> with"),
        ("Peak memory\n91 MB\n", "Peak memory\n<memory>\n"),
        ("/a/b/run and /a/c", "<stage>/run and <work>/c"),
    ],
)
def test_times_and_places_are_hidden(text, expected):
    assert masked(text, {"/a": "<work>", "/a/b": "<stage>"}) == expected


@pytest.mark.parametrize(
    "text",
    ["on 1996-08-22 the", "12 sentences, 5 systems", "memory 0.1 MB of weights", "loss 0.99"],
)
def test_all_else_stays(text):
    assert masked(text, {}) == text


def test_members_of_an_ensemble_come_in_any_order():
    one, other = "member-1 is trained: F1 2.00\n", "member-2 is trained: F1 1.00\n"
    assert masked(f"a\n{other}{one}b\n", {}) == masked(f"a\n{one}{other}b\n", {})


def test_the_visible_text_is_that_of_any_markup():
    one = "<style>p {}</style><p>Two  <b>wor</b>ds &amp;\n more</p><p>x<svg><text>y</text></svg>"
    other = "<div><div class='a'>Two words &amp; more</div>x<br/><tspan>y</tspan></div>"
    assert visible_text(one) == visible_text(other) == "Two words & more\nx\ny\n"
    assert visible_text("<p>a</p><script>1 < 2</script><p>b") == "a\nb\n"


def test_a_page_that_is_printed_is_one():
    assert is_page("<!DOCTYPE html>\n<html>")
    assert not is_page('{"text": "<!DOCTYPE html>"}')


def test_a_difference_is_shown_with_its_lines():
    items = compared({"one": "a\nb\n", "two": "c", "three": ""}, {"one": "a\nx\n", "two": "c"})
    text = table(items)
    assert "one    DIFFERENT\n    @@ -2 +2 @@\n    -b\n    +x\n" in text
    assert "two    same\n" in text
    assert "three  DIFFERENT\n    only A has it\n" in text
    assert text.endswith("1 items same, 2 different")
    assert "two" not in table(items, only_different=True)


def test_a_single_bit_a_type_and_a_line_end_are_differences(tmp_path):
    array = np.ones(3, "float32")
    arrays = {"as it was": array, "a bit": np.nextafter(array, 2), "a type": array.astype("f2")}
    contents = {}
    for name, each in arrays.items():
        save_file({"W": each}, tmp_path / "w.safetensors")
        contents[name] = content(tmp_path / "w.safetensors")
    assert len(set(contents.values())) == 3
    assert compared({"x": "a\n"}, {"x": "a\r\n"})[0].difference == ["the ends of lines differ"]


def test_the_seconds_of_a_table_are_hidden(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("arm,seconds,f1\nfrozen,1.25,50.0\n", "utf-8")
    assert content(path) == "{'arm': 'frozen', 'seconds': '<time>', 'f1': '50.0'}\n"


def test_inputs_are_cut_out_of_a_corpus():
    text = "-DOCSTART- O\n\nBergen B-LOC\nis O\n\n-DOCSTART- O\n\nx O\n"
    cut = "-DOCSTART- X O\n\nBergen A B-LOC\nis s O\n\n"
    assert with_column(documents(text, 1)) == cut


def choices(section: type[Section]) -> Iterator[tuple[str, str, str]]:
    """Yield section, key and value of every choice of words that a config has."""
    for key, field in section.model_fields.items():
        inner = section.section_at(key)
        if inner is not None and issubclass(inner, Variant):
            for name, variant in inner.variants.items():
                yield inner.__name__, "name", name
                yield from choices(variant)
        elif inner is not None:
            yield from choices(inner)
        annotation = field.annotation
        values = {value for part in (annotation, *get_args(annotation)) for value in get_args(part)}
        yield from (
            (section.__name__, key, v) for v in values if isinstance(v, str) and len(values) > 1
        )


def used(section: Section) -> Iterator[tuple[str, str, str]]:
    """Yield section, key and value of all that is set in a config."""
    if isinstance(section, Variant):
        family = next(c for c in type(section).mro() if Variant in c.__bases__)
        yield family.__name__, "name", section.name
    for key in type(section).model_fields:
        value = getattr(section, key)
        if isinstance(value, Section):
            yield from used(value)
        elif isinstance(value, str):
            yield type(section).__name__, key, value


def test_the_cases_make_every_choice():
    made = set().union(*map(used, CONFIGS))
    wanted = set(choices(Config))
    assert len(wanted) > 40
    assert not wanted - made
