"""Types that are alike, and what is said of those that a model does not know."""

from itertools import combinations

import pytest

from ner_window.corpora.entity_types import (
    alike_types,
    alike_warnings,
    likeness,
    type_warnings,
)

SETS = {  # of corpora and guidelines that are in use
    "newswire": "PER LOC ORG MISC",
    "eighteen types": "ORG NORP LOC GPE LAW DATE TIME PERSON PERCENT PRODUCT MONEY QUANTITY "
    "ORDINAL CARDINAL EVENT FAC LANGUAGE WORK_OF_ART",
    "tweets": "person location corporation group product creative-work",
    "subtypes": "PER PERderiv PERpart LOC LOCderiv LOCpart ORG ORGpart OTH OTHderiv",
    "hierarchy": "person person-actor location location-GPE organization",
    "cells": "DNA RNA protein cell_type cell_line",
    "numbered": "TYPE1 TYPE2 TYPE3",
}


@pytest.mark.parametrize("name", SETS)
def test_the_types_of_real_corpora_are_not_alike(name):
    assert [pair for pair in combinations(SETS[name].split(), 2) if likeness(*pair)] == []


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("BRAND", "Brand", "in case only"),
        ("creative-work", "creative_work", "in their marks only"),
        ("PROD", "PRODUCT", "in that PROD is the beginning of PRODUCT"),
        ("BRAND", "BRANDS", "in that BRAND is the beginning of BRANDS"),
        ("LOC", "location", "in that LOC is the beginning of location"),
        ("ORG", "Organization", "in that ORG is the beginning of Organization"),
        ("BRAND", "BRAMD", "by a letter"),
        ("PERSON", "PESON", "by a letter"),
    ],
)
def test_types_that_may_be_one(one, other, how):
    assert likeness(one, other) == likeness(other, one) == how


def test_alike_types_are_told_with_their_counts():
    (sentence,) = alike_types({"BRAND": 40, "Brand": 2, "GADGET": 3})
    assert "BRAND (40) and Brand (2) differ in case only" in sentence


def test_types_that_cannot_be_predicted():
    warnings = list(type_warnings("dev", {"PER": 3, "GADGET": 10, "Y": 1}, ["LOC", "PER"], "train"))
    assert warnings == [
        "dev: 10 entities of GADGET can never be predicted: train has only LOC, PER",
        "dev: 1 entity of Y can never be predicted: train has only LOC, PER",
    ]
    assert list(type_warnings("dev", {"PER": 3}, ["LOC", "PER"], "train")) == []


def test_no_type_in_common_names_both_sets():
    (warning,) = type_warnings("a.txt", {"Brand": 5, "LOC": 12}, ["BRAND"], "the model")
    assert "a.txt has none of the types of the model (BRAND), but Brand (5), LOC (12)" in warning
    (hint,) = alike_warnings("a.txt", {"Brand": 5, "LOC": 12}, ["BRAND"], "the model")
    assert "Brand and BRAND, of the model, differ in case only" in hint


def test_a_file_without_an_entity():
    (warning,) = type_warnings("dev", {}, ["PER"], "train")
    assert "dev has no entity" in warning
