"""Numbers of text, to the bit what ``float`` makes of them."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ner_window.vectors.decimals import FIELDS_AT_ONCE, MARGIN, parse_decimals

written = st.one_of(
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-1e4, 1e4).map(repr),
    st.floats(-10, 10).map(lambda number: f"{number:.7g}"),
    st.from_regex(r"\A[-+]?([0-9]{1,12}\.?[0-9]{0,12}|\.[0-9]{1,12})([eE][-+]?[0-9])?\Z"),
)


def parse(fields):
    text = bytes(MARGIN) + b" ".join(fields) + b"\n"
    ends = np.flatnonzero(np.isin(np.frombuffer(text, np.uint8), (32, 10)))
    starts = np.concatenate(([MARGIN], ends[:-1] + 1))
    return parse_decimals(text, starts, ends)


@given(st.lists(written, max_size=30))
@example(["-0", "0", "-0.0", "5.", ".5", "-.5", "999999999999999", "0.00000000000001", "1e400"])
@example(["-0.00066023", "6.3681e-05", "4.0071", "12345678.1234567", "nan", "-inf"])
def test_the_numbers_are_those_of_float(fields):
    with np.errstate(over="ignore"):
        expected = np.array([float(field) for field in fields], np.float64).astype(np.float32)
    found = parse([field.encode() for field in fields]) if fields else expected
    np.testing.assert_array_equal(found.view(np.int32), expected.view(np.int32))


def test_more_fields_than_are_read_at_once():
    count = 2 * FIELDS_AT_ONCE + 3
    fields = [f"{number}{'.' if number % 1000 else 'e-1'}".encode() for number in range(count)]
    expected = [number if number % 1000 else number / 10 for number in range(count)]
    np.testing.assert_array_equal(parse(fields), np.array(expected, np.float32))


@pytest.mark.parametrize(
    "field", ["", ".", "-", "--1", "1.2.3", "1.2345678.9", "-.", "1_0", "x", "1-2", "é", "0x10"]
)
def test_what_is_no_number(field):
    with pytest.raises(ValueError, match=r"number|convert"):
        parse([b"1.5", field.encode(), b"2"])
