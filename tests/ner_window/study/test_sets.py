"""What a study says of held-out sets: the right arm on each, and no more often than it may."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ner_window.evaluation.distance import Distance
from ner_window.evaluation.multiplicity import holm
from ner_window.evaluation.units import Units
from ner_window.study.choice import Choice
from ner_window.study.findings import findings_of
from ner_window.study.results import RunResult, StudiedSet, StudyResults
from ner_window.study.sets_in_words import on_break_even

ARMS = ["frozen", "finetuned"]
RESAMPLES = 300
FAR = Distance(50.0, 10.0, None, 40.0, 1.5, 0.5, None)


def counts_of(rng, share_new, by_group, seed_effect, easiness):
    """Counts (sentences, 4, 3) of gold, predicted and correct mentions, seen and unseen ones."""
    sentences = len(easiness)
    counts = np.zeros((sentences, 4, 3), int)
    for group, share, found in ((0, 1 - share_new, by_group[0]), (3, share_new, by_group[1])):
        gold = np.random.default_rng(group).poisson(4 * share, sentences)
        chance = np.clip(found + easiness + seed_effect, 0, 1)
        counts[:, group] = np.stack([gold, gold, rng.binomial(gold, chance)], axis=1)
    return counts


def simulated(rng, shares, seen=0.0, new=0.0, seeds=5, sentences=150):
    """A study in which fine-tuning finds ``seen`` and ``new`` more of seen and new names.

    ``shares`` are those of new names, by set, the reported data first.
    """
    easiness = {name: rng.normal(0, 0.05, sentences) for name in shares}
    runs = []
    for arm in ARMS:
        tuned = arm == "finetuned"
        for seed in range(seeds):
            effect = rng.normal(0, 0.01)
            found = 0.8 + tuned * seen, 0.5 + tuned * new
            counts = {
                name: counts_of(rng, share, found, effect, easiness[name])
                for name, share in shares.items()
            }
            first, *_ = counts.values()
            others = {name: each for name, each in counts.items() if name != "dev"}
            runs.append(
                RunResult(arm, "all", seed, 1000, 0.001, 1, 1.0, Path("run"), first, others)
            )
    units = Units("sentences", np.arange(sentences), sentences)
    return StudyResults(
        arms=ARMS,
        sizes=["all"],
        choices={(arm, "all"): Choice.of_one(0.001) for arm in ARMS},
        runs=runs,
        tuning=[],
        failures=[],
        units=units,
        hashes={},
        sets={name: StudiedSet(units, FAR, {}) for name in shares},
    )


SHARES = {"dev": 0.1, "later": 0.5, "wiki": 0.9}


def test_each_set_has_its_own_verdict():
    results = simulated(np.random.default_rng(1), SHARES, seen=0.1, new=-0.15)
    found = findings_of(results, resamples=RESAMPLES)
    assert [each.name for each in found.sets] == [*SHARES]
    better = {each.name: each.pair(*ARMS).better for each in found.sets}
    assert (better["dev"], better["wiki"]) == ("finetuned", "frozen")
    assert found.verdict.startswith("On dev, with all 1,000 training tokens, fine-tuned vectors")
    assert "on wiki, frozen vectors are" in found.verdict
    where = "depends on the text, all sets counted: fine-tuned vectors on dev, frozen vectors on"
    assert where in found.verdict
    for each in found.sets:
        assert each.new_names == pytest.approx(100 * SHARES[each.name], abs=6)
        pair = each.pair(*ARMS)
        assert pair.by_novelty["seen"].value > 0 > pair.by_novelty["unseen"].value
        assert "partly" not in pair.by_novelty
        assert pair.by_novelty["new"] == pair.by_novelty["unseen"]


def test_figures_of_a_set_are_those_of_a_study_reported_on_it():
    results = simulated(np.random.default_rng(2), SHARES, seen=0.05, new=-0.05)
    there = findings_of(results.on("wiki"), resamples=RESAMPLES)
    (difference,) = there.statistics.differences
    found = findings_of(results, resamples=RESAMPLES)
    assert found.sets[2].pair(*ARMS).difference == difference
    assert there.held_out == []


def test_new_names_are_those_of_all_runs_which_may_have_drawn_other_documents():
    results = simulated(np.random.default_rng(6), {"dev": 0.2}, sentences=40)
    others = simulated(np.random.default_rng(6), {"dev": 0.8}, sentences=40)
    both = replace(results, runs=[*results.runs, *others.runs])
    (few,), (many,), (found,) = (
        findings_of(each, resamples=50).sets for each in (results, others, both)
    )
    assert found.new_names == pytest.approx((few.new_names + many.new_names) / 2)


def test_the_verdict_counts_all_sets_on_the_reported_data_too():
    """What one comparison detects on dev is not said to be better where three are made."""
    rng = np.random.default_rng(20)
    studies = (
        findings_of(simulated(rng, SHARES, seen=0.02, sentences=60), resamples=100)
        for _ in range(100)
    )
    pairs = ((found, found.sets[0].pair(*ARMS)) for found in studies)
    found = next(f for f, pair in pairs if pair.difference.is_detected and pair.better is None)
    first, *_ = found.verdict.split("). ")
    assert "are not told apart" in first
    assert "with all sizes and sets counted" in first


def test_a_set_that_is_too_short_to_be_tested_counts_for_none():
    results = simulated(np.random.default_rng(3), SHARES, seen=0.02)
    short = Units("sentences", np.zeros(150, int), 1)
    sets = {**results.sets, "wiki": StudiedSet(short, FAR, {})}
    found = findings_of(replace(results, sets=sets), resamples=RESAMPLES)
    *others, untested = (each.pair(*ARMS) for each in found.sets)
    assert [pair.sets_p for pair in others] == holm([pair.difference.p for pair in others])
    assert (untested.difference.interval, untested.better) == (None, None)
    assert "on wiki, undecided" in found.verdict
    assert "the text is too short to tell" in found.verdict


def test_nothing_is_said_of_names_that_a_set_has_none_of():
    results = simulated(np.random.default_rng(5), {"dev": 0.3, "old": 0.0, "new": 1.0})
    _, old, new = (each.pair(*ARMS).by_novelty for each in findings_of(results, resamples=50).sets)
    assert (old.keys(), new.keys()) == ({"seen"}, {"unseen", "new"})


def test_ends_of_the_line_are_the_differences_on_seen_and_on_new_names():
    found = findings_of(simulated(np.random.default_rng(7), SHARES, 0.05), resamples=RESAMPLES)
    by_novelty, line = found.sets[0].pair(*ARMS).by_novelty, found.break_even.line
    for name, place in (("seen", line[0]), ("new", line[-1])):
        assert (place.value, place.interval) == (by_novelty[name].value, by_novelty[name].interval)


def test_p_counts_all_sets():
    found = findings_of(simulated(np.random.default_rng(3), SHARES, seen=0.02), resamples=RESAMPLES)
    pairs = [each.pair(*ARMS) for each in found.sets]
    assert [pair.sets_p for pair in pairs] == holm([pair.difference.p for pair in pairs])


def test_a_set_is_claimed_no_more_often_than_it_may_where_arms_are_alike():
    rng = np.random.default_rng(4)
    claims = 0
    for _ in range(80):
        found = findings_of(simulated(rng, SHARES, sentences=60), resamples=100)
        claims += any(each.pair(*ARMS).better for each in found.sets)
    assert claims <= 9  # 5% of 80 are 4; more than 9 of them have a chance below 1%


def test_undecided_sets_are_said():
    found = findings_of(simulated(np.random.default_rng(15), SHARES), resamples=RESAMPLES)
    assert found.verdict.endswith("No set decides between the two, all sets counted.")
    assert "on wiki, undecided (fine-tuned - frozen: " in found.verdict
    some = simulated(np.random.default_rng(1), SHARES, new=-0.08)
    said = "With all sets counted it is frozen vectors on "
    assert said in findings_of(some, resamples=RESAMPLES).verdict
    one = simulated(np.random.default_rng(6), {"dev": 0.1, "wiki": 0.1}, seen=0.15)
    assert findings_of(one, resamples=RESAMPLES).verdict.endswith("The sets agree.")


def test_the_verdict_counts_sizes_on_the_reported_data_as_well():
    """What the verdict does not tell apart, with sizes counted, no set says of the same data."""
    rng = np.random.default_rng(7)
    for _ in range(30):
        large = simulated(rng, {"dev": 0.5}, seen=0.025, new=0.025, sentences=80)
        small = simulated(rng, {"dev": 0.5}, sentences=80)
        runs = [replace(run, size="500", tokens=500) for run in small.runs]
        choices = {(arm, "500"): Choice.of_one(0.001) for arm in ARMS}
        results = replace(
            large,
            sizes=["500", "all"],
            runs=[*runs, *large.runs],
            choices={**choices, **large.choices},
        )
        found = findings_of(results, resamples=100)
        of_largest = found.statistics.differences[-1]
        pair = found.sets[0].pair(*ARMS)
        assert (pair.better is not None) == of_largest.is_told_apart


def test_one_seed_decides_nothing():
    results = simulated(np.random.default_rng(8), SHARES, seen=0.2, new=-0.3, seeds=1)
    found = findings_of(results, resamples=RESAMPLES)
    assert {each.pair(*ARMS).better for each in found.sets} == {None}
    assert found.verdict.endswith("it cannot be told whether the sets agree on the arms.")


def test_a_run_that_was_not_scored_on_a_set_is_left_out_there():
    results = simulated(np.random.default_rng(9), SHARES)
    runs = [
        replace(run, counts_of_sets={"later": run.counts_of_sets["later"]}) for run in results.runs
    ]
    found = findings_of(replace(results, runs=runs), resamples=RESAMPLES)
    assert [each.name for each in found.sets] == ["dev", "later"]


def test_sets_are_plain_values_for_json():
    results = simulated(np.random.default_rng(10), SHARES, seen=0.1, new=-0.15)
    found = findings_of(results, resamples=RESAMPLES)
    sets = json.loads(json.dumps(found.as_dict()))["sets"]
    pair = found.sets[2].pair(*ARMS)
    assert sets["wiki"]["difference"] == pair.difference.value < 0
    assert sets["wiki"]["interval"] == list(pair.difference.interval)
    assert sets["wiki"]["better"] == "frozen"
    assert [(each["one"], each["other"]) for each in sets["dev"]["pairs"]] == [tuple(ARMS)]
    assert sets["wiki"]["by_novelty"]["seen"]["value"] > 0
    assert sets["wiki"]["distance"]["types"] == 1.5


def test_the_break_even_is_where_the_truth_has_it():
    rng, held = np.random.default_rng(11), 0
    for _ in range(20):
        found = findings_of(simulated(rng, {"dev": 0.5}, seen=0.1, new=-0.1), resamples=100)
        tie = found.break_even
        assert 0 < tie.share < 100
        assert tie.interval[0] <= tie.share <= tie.interval[1]
        held += tie.interval[0] <= 50 <= tie.interval[1]
    assert held >= 17  # 95% of 20 are 19; fewer than 17 have a chance below 2%


def test_the_line_predicts_sets_that_are_alike_but_for_their_share():
    rng, failures = np.random.default_rng(12), 0
    for _ in range(10):
        found = findings_of(simulated(rng, SHARES, seen=0.1, new=-0.15), resamples=100)
        dev, later, wiki = found.break_even.sets
        assert dev.predicted.value > later.predicted.value > wiki.predicted.value
        assert wiki.measured == found.sets[2].pair(*ARMS).difference.value
        failures += sum(each.fails for each in (dev, later, wiki))
    assert failures <= 4


def test_the_line_says_where_it_fails():
    rng = np.random.default_rng(13)
    results = simulated(rng, SHARES, seen=0.1, new=-0.15)
    other = simulated(rng, SHARES, seen=0.1, new=0.2)  # new names of another kind
    runs = [
        replace(run, counts_of_sets={**run.counts_of_sets, "wiki": other.counts_of_sets["wiki"]})
        for run, other in zip(results.runs, other.runs, strict=True)
    ]
    found = findings_of(replace(results, runs=runs), resamples=RESAMPLES)
    assert [each.fails for each in found.break_even.sets] == [False, False, True]
    assert "the line fails on wiki (predicted -" in on_break_even(found.break_even)
    as_dict = json.loads(json.dumps(found.as_dict()))["break_evens"][0]
    assert as_dict["sets"][2]["fails"] is True
    assert as_dict["share"] == found.break_even.share


def test_no_tie_is_named_where_arms_are_alike_or_one_is_better_everywhere():
    for seen, new in ((0, 0), (0.1, 0.1)):
        results = simulated(np.random.default_rng(14), {"dev": 0.5}, seen=seen, new=new)
        found = findings_of(results, resamples=RESAMPLES).break_even
        assert (found.share, found.interval) == (None, None)
        assert on_break_even(found).startswith("no share of new names")


def test_sets_are_told_of_at_the_largest_size_that_has_runs():
    results = simulated(np.random.default_rng(16), SHARES, seen=0.1, new=-0.15)
    choices = {**results.choices, **{(arm, "huge"): Choice.of_one(0.001) for arm in ARMS}}
    failed = replace(results, sizes=["all", "huge"], choices=choices)
    found, whole = (findings_of(each, resamples=RESAMPLES) for each in (failed, results))
    assert found.sets == whole.sets
    assert found.break_even == whole.break_even
