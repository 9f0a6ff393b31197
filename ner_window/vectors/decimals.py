"""Reading decimal numbers out of text, many at a time, as exactly as ``float`` does.

``float`` on every field, or numpy's own reader, spends most of its time on calls. Here a field is
loaded as two machine words of eight characters each, and the arithmetic is done on many fields at
once:

1. Characters become digits: the byte of ``7`` becomes 7; bytes before the field become 0.
2. The point becomes a digit 0, and its place g, counted from the end, is kept: 12.34 -> 12034, g 3.
3. Neighboring digits are joined, then pairs, then fours: each word becomes an integer, and the two
   of them n.
4. With i = floor(n / 10^g), the digits before the point, n - 9 i 10^(g-1) takes the 0 out: 1234.
5. 1234 / 10^(g-1): both are whole numbers that a double holds exactly, so that the quotient is the
   double nearest to the decimal number, which is what ``float`` returns.

Fields of another form, such as 1e-05, are few in practice and go through ``float``.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ner_window.arrays import BoolArray, FloatArray, IntArray

FIELDS_AT_ONCE = 1 << 14  # their words stay in the processor's cache
LONGEST = 15  # digits and point; 10^15 < 2^53, so that a double holds them
MARGIN = 16  # bytes before the end of a field that are loaded with it


def _each(byte: int) -> np.uint64:
    """Return a word of eight equal bytes."""
    return np.uint64(byte * 0x0101010101010101)


def _masks(skipped: int) -> IntArray:
    """Return, for a field of n characters, the bytes of a word that are its own.

    The word ends ``skipped`` characters before the field does; byte 0 is the first character.
    """
    own = [min(max(length - skipped, 0), 8) for length in range(LONGEST + 1)]
    return np.array([(2**64 - 1) & ~(2 ** (64 - 8 * n) - 1) for n in own], np.uint64)


ONE = np.uint64(1)
ZERO, POINT = _each(ord("0")), _each(ord("0") ^ ord("."))
HIGH_BIT, LOW_BITS, TO_HIGH_BIT = _each(0x80), _each(0x7F), _each(0x80 - 10)
MASKS = (_masks(8), _masks(0))
# Byte k holds the place g of a point there, in the first word and in the second.
PLACES = (np.uint64(0x100F0E0D0C0B0A09), np.uint64(0x0807060504030201))
# By g; 0 stands for a field without a point.
SHIFT = np.array([10.0**g for g in range(18)])
SCALE = np.array([1.0, *(10.0**g for g in range(17))])
EXCESS = np.array([0.0, *(9 * 10.0**g for g in range(17))])


def parse_decimals(text: bytes, starts: IntArray, ends: IntArray) -> FloatArray:
    """Return the numbers of the fields ``text[starts[k]:ends[k]]`` as float32 (n,).

    ``starts`` and ``ends`` (n,) are int64; the text has MARGIN bytes or more before the end of the
    first field. Raises ValueError where a field is no number.
    """
    padded = np.frombuffer(text + bytes(MARGIN - len(text) % 8), np.uint8)
    numbers = np.empty(len(starts), np.float32)
    for first in range(0, len(starts), FIELDS_AT_ONCE):
        chunk = slice(first, first + FIELDS_AT_ONCE)
        values, is_other = _parse(padded, starts[chunk], ends[chunk])
        for k in np.flatnonzero(is_other).tolist():
            values[k] = _parse_other(text[starts[first + k] : ends[first + k]])
        with np.errstate(over="ignore"):
            numbers[chunk] = values
    return numbers


def _parse_other(field: bytes) -> float:
    if b"_" in field:  # float("1_0") is Python, no number of a vector file
        raise ValueError(f"no number: {field!r}")
    return float(field)


def _parse(text: IntArray, starts: IntArray, ends: IntArray) -> tuple[FloatArray, BoolArray]:
    """Return the numbers as doubles and which of the fields are of another form."""
    negative = text.take(starts) == ord("-")
    lengths = ends - starts
    lengths -= negative
    is_other = lengths > LONGEST
    values = np.zeros(len(starts))
    place = np.zeros(len(starts), np.uint64)
    points = np.zeros(len(starts), np.uint64)
    for word, masks, places in zip(_load(text, ends), MASKS, PLACES, strict=True):
        word ^= ZERO
        word &= masks.take(lengths, mode="clip")
        is_point = _zero_bytes(word ^ POINT)
        points += is_point
        place += (is_point * places) >> np.uint64(56)
        is_point *= POINT & np.uint64(0xFF)
        word -= is_point
        is_other |= _has_no_digit(word)
        values *= 1e8
        values += _join_digits(word)
    points *= _each(1)
    points >>= np.uint64(56)  # the sum of its bytes
    is_other |= (points > ONE) | (lengths <= points.view(np.int64))
    _remove_point(values, place.view(np.int64))
    signed: FloatArray = np.copysign(values, np.where(negative, -1.0, 1.0))
    return signed, is_other


def _load(text: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    """Return the 16 bytes before each end as two words; each is put together from two aligned."""
    words = text.view("<u8")
    position = ends - MARGIN
    shift = ((position & 7) << 3).view(np.uint64)
    position >>= 3
    back = np.uint64(63) - shift
    aligned = [words.take(position + k) for k in range(3)]
    first, second = ((low >> shift) | ((high << ONE) << back) for low, high in pairwise(aligned))
    return first, second


def _zero_bytes(word: IntArray) -> IntArray:
    """Return 1 in each byte that is 0, and 0 in the others."""
    present = word & LOW_BITS
    present += LOW_BITS
    present |= word
    np.invert(present, out=present)
    present &= HIGH_BIT
    present >>= np.uint64(7)
    return present


def _has_no_digit(word: IntArray) -> BoolArray:
    """Tell whether a byte is above 9."""
    above = word & LOW_BITS
    above += TO_HIGH_BIT
    above |= word
    above &= HIGH_BIT
    has_none: BoolArray = above != 0
    return has_none


def _join_digits(word: IntArray) -> IntArray:
    """Return the number that eight digits make, the first one in the lowest byte."""
    word *= np.uint64(10 * 256 + 1)
    word >>= np.uint64(8)
    word &= np.uint64(0x00FF00FF00FF00FF)
    word *= np.uint64(100 * 65536 + 1)
    word >>= np.uint64(16)
    word &= np.uint64(0x0000FFFF0000FFFF)
    word *= np.uint64(10000 * 2**32 + 1)
    word >>= np.uint64(32)
    return word


def _remove_point(values: FloatArray, place: IntArray) -> None:
    """Turn 12034 with its point at place 3 into 12.34, in place."""
    whole = values / SHIFT.take(place, mode="clip")
    np.floor(whole, out=whole)
    whole *= EXCESS.take(place, mode="clip")
    values -= whole
    values /= SCALE.take(place, mode="clip")
