"""Offsets in units of UTF-16 and in bytes: held to the encoded text."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window import InputError, Tagger
from ner_window.tagging.offsets import OffsetUnit, RunningCount, counted, length
from tests.building import trained_model
from tests.small_files import write_config

ENCODINGS = {
    OffsetUnit.CHARACTERS: ("utf-32-le", 4),
    OffsetUnit.UTF_16: ("utf-16-le", 2),
    OffsetUnit.BYTES: ("utf-8", 1),
}
UNITS = st.sampled_from(list(OffsetUnit))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("a é日😀"))


def in_units(text, unit):
    encoding, size = ENCODINGS[unit]
    return len(text.encode(encoding)) // size


@given(TEXTS, UNITS, st.data())
def test_places_are_those_of_the_encoded_text(text, unit, data):
    ends = st.integers(0, len(text))
    offsets = data.draw(st.lists(st.tuples(ends, ends).map(sorted).map(tuple)))
    places = counted(offsets, text, unit)
    assert places == [(in_units(text[:a], unit), in_units(text[:b], unit)) for a, b in offsets]
    assert length(text, unit) == in_units(text, unit)


@given(st.lists(TEXTS), UNITS, st.integers(0, 9), st.data())
def test_a_running_count_is_that_of_the_whole(blocks, unit, reach, data):
    count = RunningCount(unit, reach)
    text, place = "".join(blocks), 0
    ends = accumulate(map(len, blocks))
    for _, end in zip(count.over(blocks), ends, strict=True):
        earliest = max(place, end - reach)
        for place in sorted(data.draw(st.lists(st.integers(earliest, end), max_size=3))):
            assert count.at(place) == in_units(text[:place], unit)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    config = write_config(tmp_path_factory.mktemp("units"))
    return Tagger(trained_model(config, "training.epochs=30"))


@pytest.mark.parametrize("unit", ["utf-16", "bytes"])
def test_entities_are_in_the_unit_that_was_asked_for(tagger, unit):
    text = "😀 Zoe\u0308 — Anna Kovac visited 😀 Oslo\u200b."
    plain, found = tagger.tag(text), tagger.tag(text, offsets=unit)
    encoding, size = ENCODINGS[OffsetUnit(unit)]
    encoded = text.encode(encoding)
    assert [each.text for each in found] == [each.text for each in plain]
    assert {"Anna Kovac", "Oslo"} <= {each.text for each in found}
    for each in found:
        assert encoded[size * each.start : size * each.end].decode(encoding) == each.text
    assert next(tagger.tag_many([text, "Oslo"], offsets=unit)) == found


def test_another_unit_is_refused(tagger):
    for call in (tagger.tag, tagger.tag_many):
        with pytest.raises(InputError, match="characters, utf-16, bytes, and not in 'words'"):
            call("Oslo" if call == tagger.tag else ["Oslo"], offsets="words")


def test_many_entities_take_linear_time():
    text = "😀a" * 100_000
    offsets = [(place, place + 1) for place in range(len(text))]
    assert counted(offsets, text, OffsetUnit.UTF_16)[-1] == (299_999, 300_000)
