"""Tests that are corrected for their number."""

import pytest

from ner_window.evaluation.multiplicity import holm


def test_holm_by_hand():
    assert holm([0.01, 0.03, 0.02]) == pytest.approx([0.03, 0.04, 0.04])
    assert holm([0.6, 0.5]) == [1, 1]
    assert holm([]) == []
