"""The table of what went wrong adds up to the headline, and its cells lead to their errors."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.spans import Spans
from ner_window.evaluation.mentions import Mentions
from ner_window.evaluation.mistakes import TYPE, confusion, outcomes
from ner_window.report.error_parts import Part, PartNames
from ner_window.report.outcome_table import ORDER, outcome_rows

TAGS = st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B", "B-C"]), min_size=6, max_size=6)


def spans(tags):
    builder = StringsBuilder()
    builder.extend(tags)
    return Spans.of(builder.finished(), np.array([3, 6]))


class EveryPart(dict):
    """Has a part for every key."""

    def __contains__(self, key):
        return True

    def __missing__(self, key):
        return Part(key, key, 1, 1)


@given(TAGS, TAGS)
def test_rows_add_up_to_the_entities_of_their_side(gold, predicted):
    mentions = Mentions.of(spans(gold), spans(predicted))
    names = PartNames(mentions.names, {})
    rows = {
        side: outcome_rows(side, outcomes(mentions), confusion(mentions), names, EveryPart())
        for side in ("gold", "predicted")
    }
    for side, of_side in (("gold", mentions.gold), ("predicted", mentions.predicted)):
        for row in rows[side]:
            assert row.right + sum(cell.count for cell in row.cells) == row.total
            taken = [count for cell in row.cells for _, count, _ in cell.taken]
            of_another_type = row.cells[ORDER.index(TYPE) - 1].count
            assert row.is_whole or sum(taken) == of_another_type
        assert rows[side][-1].total == len(of_side)
    assert rows["gold"][-1].right == rows["predicted"][-1].right == int(mentions.is_found.sum())
