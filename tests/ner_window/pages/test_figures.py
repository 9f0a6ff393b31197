"""Numbers on pages have the digits that their intervals carry."""

import pytest

from ner_window.pages.figures import (
    interval_figure,
    p_figure,
    percent_figure,
    rounded_figure,
    share_figure,
    signed_figure,
)

WIDE, NARROW = (80.12, 84.9), (-0.25, 0.126)


def test_a_narrow_interval_carries_a_second_decimal():
    assert (percent_figure(82.456, WIDE), interval_figure(WIDE)) == ("82.5", "80.1 to 84.9")
    assert (signed_figure(-0.061, NARROW), interval_figure(NARROW)) == (
        "\N{MINUS SIGN}0.06",
        "\N{MINUS SIGN}0.25 to 0.13",
    )
    assert percent_figure(82.456) == "82.5"


def test_what_is_not_defined_is_no_number():
    shown = [percent_figure(None), signed_figure(None), interval_figure(None), p_figure(None)]
    assert [*shown, rounded_figure(None)] == ["-"] * 5


def test_what_rounds_to_nothing_has_no_sign():
    assert (signed_figure(-0.04), signed_figure(0.0), signed_figure(0.06)) == ("0.0", "0.0", "+0.1")


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0, "< 0.001"), (0.00099, "< 0.001"), (0.001, "0.001"), (0.0123, "0.012"), (0.2276, "0.23")],
)
def test_a_p_has_no_digits_that_resampling_does_not_tell(p, text):
    assert p_figure(p) == text


def test_numbers_of_any_size_and_shares():
    assert [rounded_figure(n) for n in (0.00012345, -12.345)] == ["0.000123", "\N{MINUS SIGN}12.3"]
    assert [share_figure(n) for n in (0.001, 0.5, 0.999)] == ["under 1%", "50%", "over 99%"]
