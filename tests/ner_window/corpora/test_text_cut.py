"""How texts with entities are cut: without a look at the entities, or at their borders."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.text_cut import AS_TAGGED, AT_ENTITIES, TextEntity
from ner_window.tokenization.offsets import LONGEST_SENTENCE
from ner_window.tokenization.tokenizer import BY_RULES


@st.composite
def texts_with_entities(draw):
    """A text and entities that do not overlap, of any borders."""
    text = draw(st.text(st.sampled_from("ab. A-/'\n"), max_size=30))
    borders = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    extents = list(pairwise(borders))[:: draw(st.sampled_from([1, 2]))]
    names = draw(st.lists(st.sampled_from(["X", "Y"]), min_size=8, max_size=8))
    entities = [TextEntity(*extent, name) for extent, name in zip(extents, names, strict=False)]
    return text, [each for each in entities if text[each.start : each.end].strip()]


@given(texts_with_entities())
def test_what_is_scored_is_cut_as_if_it_had_no_entities(drawn):
    text, entities = drawn
    cut = AS_TAGGED.of(text, entities, None)
    assert cut.sentences == BY_RULES.cut(text)
    assert (cut.cuts, cut.cut_entities) == (0, 0)
    assert [each.entity for each in cut.entities] == entities


@given(texts_with_entities())
def test_aligned_are_those_that_are_the_characters_of_tokens_of_one_sentence(drawn):
    text, entities = drawn
    cut = AS_TAGGED.of(text, entities, None)
    stretches = {
        (start, end)
        for tokens in cut.sentences
        for first, (start, _) in enumerate(tokens)
        for _, end in tokens[first:]
    }
    assert [each.is_aligned for each in cut.entities] == [
        (each.start, each.end) in stretches for each in entities
    ]


@given(texts_with_entities())
def test_cut_at_entities_each_has_tokens_of_its_own(drawn):
    text, entities = drawn
    cut = AT_ENTITIES.of(text, entities, None)
    tokens = [text[start:end] for sentence in cut.sentences for start, end in sentence]
    for each in cut.entities:
        said = text[each.entity.start : each.entity.end]
        assert "".join(tokens[each.first : each.after]) == "".join(said.split())
    assert "".join(tokens) == "".join(text.split())
    lost = [not each.is_aligned for each in AS_TAGGED.of(text, entities, None).entities]
    assert cut.cut_entities == sum(lost)


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("He met Oslo/Smith today", (7, 11)),  # within a token
        ("He met Oslo today", (7, 12)),  # ends in white space
        ("It was Oslo. He left.", (7, 15)),  # over the end of a sentence
    ],
)
def test_an_entity_that_no_token_border_meets_is_misaligned(text, extent):
    (placed,) = AS_TAGGED.of(text, [TextEntity(*extent, "LOC")], None).entities
    assert not placed.is_aligned


def test_given_tokens_are_kept_and_cut_where_they_never_end():
    offsets = [(2 * n, 2 * n + 1) for n in range(LONGEST_SENTENCE + 3)]
    text = "a " * len(offsets)
    last = offsets[LONGEST_SENTENCE - 1][0]
    cut = AS_TAGGED.of(text, [TextEntity(last, last + 3, "X")], offsets)
    assert [len(sentence) for sentence in cut.sentences] == [LONGEST_SENTENCE, 3]
    assert not cut.entities[0].is_aligned
    assert AS_TAGGED.of("a b", [TextEntity(0, 1, "X")], [(0, 3)]).sentences == [[(0, 3)]]
