"""What a study says: right by hand where one can, and right as often as it claims."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ner_window.evaluation.multiplicity import holm
from ner_window.evaluation.units import Units
from ner_window.study import statistics
from ner_window.study.choice import Choice
from ner_window.study.crossing import last_sign_change
from ner_window.study.results import RunResult, StudyResults
from ner_window.study.verdict import verdict

ARMS = ["frozen", "finetuned"]
statistics_of = partial(statistics.statistics_of, resamples=400)


def run_of(arm, seed, by_sentence, size="all", tokens=1000, unseen=None):
    """A run with gold, predicted and correct (sentences, 3) of seen, and of unseen, mentions."""
    counts = np.zeros((len(by_sentence), 4, 3), int)
    counts[:, 0] = by_sentence
    if unseen is not None:
        counts[:, 3] = unseen
    return RunResult(arm, size, seed, tokens, 0.001, 1, 1.0, Path("run"), counts)


def results_of(runs, arms=ARMS, sizes=("all",), units=None):
    sentences = len(runs[0].counts)
    return StudyResults(
        arms=list(arms),
        sizes=list(sizes),
        choices={(arm, size): Choice.of_one(0.001) for arm in arms for size in sizes},
        runs=runs,
        tuning=[],
        failures=[],
        units=units or Units("sentences", np.arange(sentences), sentences),
        hashes={},
    )


def simulated(rng, seeds, effect=0.0, sentences=80, of_seed=0.02, of_sentence=0.05, sizes=None):
    """A study whose arms differ by ``effect`` in the share that is found, and by chance.

    A seed, and an arm on a sentence, are each better or worse than others by their own deviation.
    ``effect`` may be one for each of ``sizes``, in tokens.
    """
    sizes = sizes or [1000]
    gold = rng.poisson(3, sentences) + 1
    runs = []
    for size, tokens in enumerate(sizes):
        easiness = rng.normal(0, 0.1, sentences)
        for arm in ARMS:
            share = 0.5 + easiness + rng.normal(0, of_sentence, sentences)
            share += (arm == ARMS[1]) * (effect[size] if np.ndim(effect) else effect)
            for seed in range(seeds):
                found = rng.binomial(gold, np.clip(share + rng.normal(0, of_seed), 0, 1))
                counts = np.stack((gold, gold, found), axis=1)
                runs.append(run_of(arm, seed, counts, str(tokens), tokens))
    return results_of(runs, sizes=list(map(str, sizes)))


def test_figures_by_hand():
    runs = [
        run_of("frozen", 1, [[2, 2, 1], [0, 0, 0]], unseen=[[1, 1, 0], [1, 0, 0]]),
        run_of("frozen", 2, [[2, 2, 2], [0, 0, 0]], unseen=[[1, 0, 0], [1, 1, 1]]),
        run_of("finetuned", 1, [[2, 2, 2], [0, 0, 0]], unseen=[[1, 1, 1], [1, 1, 1]]),
        run_of("finetuned", 2, [[2, 0, 0], [0, 0, 0]], unseen=[[1, 0, 0], [1, 1, 1]]),
    ]
    found = statistics_of(results_of(runs))
    frozen, finetuned = found.cell("frozen", "all"), found.cell("finetuned", "all")
    assert frozen.values == pytest.approx([100 * 2 / 7, 100 * 6 / 7])
    assert frozen.mean == pytest.approx(100 * 4 / 7)
    assert frozen.deviation == pytest.approx(100 * (4 / 7) / 2**0.5)
    assert frozen.seen.mean == pytest.approx(75)
    assert frozen.unseen.mean == pytest.approx((0 + 100 * 2 / 3) / 2)
    assert finetuned.values == pytest.approx([100, 40])
    (difference,) = found.of_pair("frozen", "finetuned")
    assert difference.value == pytest.approx(70 - 400 / 7)
    assert (difference.seeds, difference.size, difference.tokens) == ([1, 2], "all", 1000)
    precision = statistics_of(results_of(runs), "precision").cell("frozen", "all")
    assert precision.values == pytest.approx([100 / 3, 100])


def test_a_run_that_is_missing_takes_its_pair_with_it_and_no_other():
    rng = np.random.default_rng(1)
    whole = simulated(rng, seeds=4)
    part = results_of([run for run in whole.runs if (run.arm, run.seed) != ("frozen", 2)])
    part = results_of(list(part.runs), sizes=whole.sizes)
    found = statistics_of(part)
    (difference,) = found.differences
    assert difference.seeds == [0, 1, 3]
    expected = [
        part.of("finetuned", "1000")[seed].total.f1 - part.of("frozen", "1000")[seed].total.f1
        for seed in (0, 1, 3)
    ]
    assert difference.value == pytest.approx(np.mean(expected))
    assert found.cell("frozen", "1000").seeds == [0, 1, 3]
    assert found.cell("finetuned", "1000").seeds == [0, 1, 2, 3]


def test_arms_without_a_common_seed_are_not_compared():
    whole = simulated(np.random.default_rng(1), seeds=2)
    apart = [run for run in whole.runs if (run.arm == "frozen") == (run.seed == 0)]
    found = statistics_of(results_of(apart, sizes=whole.sizes))
    assert len(found.cells) == 2
    assert found.differences == []
    assert verdict(found) == "There is nothing to compare: no two arms have runs of a common seed."


def test_equal_arms_do_not_differ():
    rng = np.random.default_rng(2)
    runs = simulated(rng, seeds=3).runs
    frozen = [run for run in runs if run.arm == "frozen"]
    twins = [run_of("finetuned", run.seed, run.counts[:, 0], "1000") for run in frozen]
    (difference,) = statistics_of(results_of([*frozen, *twins], sizes=["1000"])).differences
    assert (difference.value, difference.p) == (0, 1)
    low, high = difference.interval
    assert low == -high < 0  # a mention's worth


def test_too_few_units_tell_nothing():
    rng = np.random.default_rng(2)
    for sentences in (1, 4):
        found = statistics_of(simulated(rng, 5, 0.4, sentences=sentences))
        (difference,) = found.differences
        assert (difference.interval, difference.p, difference.equivalence_p) == (None, 1, 1)
        assert {cell.interval for cell in found.cells} == {None}
        assert "the reported data is too small to tell" in verdict(found)


def test_documents_are_drawn_whole():
    """Sentences of a document that share their luck make intervals wider."""
    rng = np.random.default_rng(3)
    luck = np.repeat(rng.random(20) < 0.5, 10)
    counts = np.stack((np.ones(200), np.ones(200), luck), axis=1)
    runs = [run_of(arm, seed, counts) for arm in ARMS for seed in (1, 2)]
    documents = Units("documents", np.repeat(np.arange(20), 10), 20)
    widths = []
    for units in (None, documents):
        low, high = statistics_of(results_of(runs, units=units)).cells[0].interval
        widths.append(high - low)
    assert widths[1] > 2 * widths[0]


@pytest.mark.parametrize("seeds", [2, 3, 10])
def test_no_difference_is_found_where_there_is_none(seeds):
    rng = np.random.default_rng(4)
    found = [statistics_of(simulated(rng, seeds)).differences[0] for _ in range(80)]
    assert np.mean([each.is_detected for each in found]) <= 0.08
    covered = [each.interval[0] <= 0 <= each.interval[1] for each in found]
    assert np.mean(covered) >= 0.92


def test_a_difference_as_large_as_the_study_can_see_is_found_as_often_as_it_says():
    rng = np.random.default_rng(5)
    alike = [statistics_of(simulated(rng, 10)).differences[0] for _ in range(10)]
    effect = np.median([each.detectable for each in alike])
    found = [statistics_of(simulated(rng, 10, effect / 100)).differences[0] for _ in range(60)]
    assert 0.7 <= np.mean([each.is_detected for each in found]) <= 0.97
    covered = [each.interval[0] <= effect <= each.interval[1] for each in found]
    assert np.mean(covered) >= 0.9


def test_the_interval_is_no_wider_than_it_has_to_be():
    """Its half width is 1.96 true deviations of the mean, or not much more."""
    rng = np.random.default_rng(6)
    found = [statistics_of(simulated(rng, 10)).differences[0] for _ in range(80)]
    truth = np.std([each.value for each in found])
    halves = [(each.interval[1] - each.interval[0]) / 2 for each in found]
    assert 1.8 * truth < np.mean(halves) < 2.7 * truth


def test_two_seeds_leave_much_open_but_no_more_than_there_is():
    (wide, _), (narrow, _) = (
        statistics_of(simulated(np.random.default_rng(13), seeds, of_seed=0.2)).cells
        for seeds in (2, 10)
    )
    assert 0 <= wide.interval[0] < narrow.interval[0] < narrow.interval[1] < wide.interval[1] <= 100


def test_differences_are_adjusted_together():
    results = simulated(np.random.default_rng(7), 3, (0.0, 0.02, 0.05), sizes=[1000, 4000, 16000])
    found = statistics_of(results).differences
    assert len({each.p for each in found}) > 1
    assert [each.adjusted_p for each in found] == holm([each.p for each in found])


def test_changes_of_sign_by_hand():
    tokens = np.array([100, 1000, 10000])
    curves = {
        100 * 10**0.5: [-1, 1, 2],  # in the middle of 100 and 1000, on the log scale
        1000 * 10**0.25: [-1, 1, -3],  # twice: the last one counts
    }
    for place, curve in curves.items():
        assert last_sign_change(np.array(curve), tokens) == pytest.approx(place)
    for curve in ([1, 2, 3], [-3, -1, 0]):
        assert np.isnan(last_sign_change(np.array(curve), tokens))


def test_the_sizes_of_a_pair_are_corrected_together():
    results = simulated(np.random.default_rng(7), 3, (0.03, 0.02, 0.05), sizes=[1000, 4000, 16000])
    found = statistics_of(results).differences
    p, equivalence = ([getattr(each, name) for each in found] for name in ("p", "equivalence_p"))
    ends = holm([p[0], p[2]])
    assert [each.pair_p for each in found] == [ends[0], holm(p)[1], ends[1]]
    ends = holm([equivalence[0], equivalence[2]])
    assert [found[0].pair_equivalence_p, found[2].pair_equivalence_p] == ends


def test_interval_and_p_are_of_one_test():
    rng = np.random.default_rng(14)
    for effect in np.linspace(0, 0.05, 20):
        (found,) = statistics_of(simulated(rng, 4, effect)).differences
        low, high = found.interval
        assert (low > 0 or high < 0) == found.is_detected


def test_equivalence_is_that_the_interval_of_90_percent_lies_within_the_margin():
    results = simulated(np.random.default_rng(15), 10, 0.01)
    (found,) = statistics_of(results).differences
    half = found.interval[1] - found.value
    for margin, is_small in ((abs(found.value) + half, True), (abs(found.value), False)):
        (found,) = statistics_of(results, margin=margin).differences
        assert (found.equivalence_p < 0.05) == is_small
        assert found.is_equivalent == is_small


def test_a_true_crossing_is_in_its_interval():
    sizes = [1000, 4000, 16000]
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(20):
        results = simulated(rng, 6, (-0.12, 0.0, 0.12), sizes=sizes)
        crossing = statistics_of(results).crossing("frozen", "finetuned")
        assert crossing.between in ((1000, 16000), (1000, 4000), (4000, 16000))
        assert crossing.interval[0] < crossing.tokens < crossing.interval[1]
        inside += crossing.interval[0] <= 4000 <= crossing.interval[1]
    assert inside >= 17


def test_without_opposite_signs_no_crossing_is_named():
    """Whatever the measured curves do: noise changes its sign anywhere."""
    sizes = [1000, 2000, 4000, 8000, 16000]
    rng = np.random.default_rng(16)
    changes = 0
    for _ in range(10):
        found = statistics_of(simulated(rng, 4, sizes=sizes))
        values = [each.value for each in found.differences]
        changes += min(values) < 0 < max(values)
        crossing = found.crossing("frozen", "finetuned")
        assert (crossing.between, crossing.tokens, crossing.interval) == (None, None, None)
        assert "cross" not in verdict(found)
    assert changes > 5
    for effects, said in (
        ((0, 0, 0.2, 0.2, 0.2), "not told apart below 4,000 tokens"),
        ((0.2, 0.2, 0, 0, 0), "not told apart above 2,000 tokens"),
        ((0, 0.2, 0.2, 0, 0), "told apart only with 2,000 and 4,000 tokens"),
    ):
        found = statistics_of(simulated(rng, 6, effects, sizes=sizes))
        assert f"; the curves are {said}." in verdict(found)


def test_the_verdict_names_the_better_arm_and_where_that_changes():
    rng = np.random.default_rng(9)
    sizes = [1000, 4000, 16000]
    found = statistics_of(simulated(rng, 8, (-0.15, 0.02, 0.15), sizes=sizes))
    text = verdict(found)
    assert text.startswith("On dev, with 16,000 training tokens, fine-tuned vectors are 1")
    assert "F1 better than frozen vectors (95% interval 1" in text
    assert "with 1,000, frozen vectors are 1" in text
    assert text.count("95% interval") == 3
    assert "the curves cross at about" in text
    other_way = verdict(statistics_of(simulated(rng, 8, -0.15)))
    assert other_way.startswith("On dev, with 1,000 training tokens, frozen vectors are 1")
    low = other_way.partition("95% interval ")[2]
    assert low[0] == "1"  # better minus worse: both ends are positive


def test_what_is_not_told_apart_has_its_interval_and_a_test_of_equivalence():
    results = simulated(np.random.default_rng(10), 5)
    found = statistics_of(results)
    (difference,) = found.differences
    low, high = difference.interval
    told = (
        "On dev, with 1,000 training tokens, frozen vectors and fine-tuned vectors are not told "
        "apart "
        f"(fine-tuned - frozen: {difference.value:+.2f} F1, 95% interval {low:.2f} to {high:.2f})"
    )
    assert verdict(found) == f"{told}; a difference of 1 F1 is not ruled out."
    assert verdict(statistics_of(results, margin=9)) == f"{told} and lie within 9 F1 of each other."


def test_a_difference_that_is_detected_alone_only_is_not_named_better():
    """With p between 2.5 and 5%, and another size that is not detected."""
    rng = np.random.default_rng(17)
    texts = []
    for _ in range(40):
        found = statistics_of(simulated(rng, 5, (0, 0.035), sizes=[1000, 4000]))
        largest = found.differences[-1]
        if largest.is_detected and not largest.is_told_apart:
            texts.append(verdict(found))
            assert f"p = {largest.p:.3f}, {largest.pair_p:.3f} with both sizes counted" in texts[-1]
    assert texts
    assert not any("better" in text for text in texts)


def test_one_seed_is_about_two_models():
    sizes = [1000, 4000, 16000]
    found = statistics_of(simulated(np.random.default_rng(18), 1, (-0.2, 0, 0.2), sizes=sizes))
    text = verdict(found)
    about = "this is about these models only, not about frozen vectors and fine-tuned vectors."
    assert text.startswith("On dev, with 16,000 training tokens, the ")
    assert f". One seed: {about}" in text
    assert "the model with frozen vectors is" in text
    assert "cross" not in text
    assert found.crossing("frozen", "finetuned").tokens is None
    whole = simulated(np.random.default_rng(18), 4, 0.2, sizes=sizes)
    part = [run for run in whole.runs if (run.arm, run.size) != ("frozen", "1000") or run.seed == 1]
    text = verdict(statistics_of(results_of(part, sizes=whole.sizes)))
    assert text.startswith("On dev, with 16,000 training tokens, ")
    assert f". One seed with 1,000 tokens: {about}" in text


def test_seen_and_unseen_mentions_are_tested_against_each_other():
    rng = np.random.default_rng(19)
    runs = []
    for arm in ARMS:
        for seed in range(5):
            gold = np.full(100, 3)
            seen = rng.binomial(gold, 0.8)
            unseen = rng.binomial(gold, 0.6 if arm == "frozen" else 0.4)
            parts = [np.stack((gold, gold, found), axis=1) for found in (seen, unseen)]
            runs.append(run_of(arm, seed, parts[0], unseen=parts[1]))
    found = statistics_of(results_of(runs))
    (slices,) = found.slices_of_pair("frozen", "finetuned")
    assert not slices.seen.is_detected
    assert slices.unseen.is_detected
    assert slices.contrast.value == pytest.approx(slices.unseen.value - slices.seen.value)
    assert slices.contrast.interval[0] < -20 < slices.contrast.interval[1] < 0
    text = verdict(found)
    assert "The difference is not the same on all mentions (fine-tuned - frozen): " in text
    assert f", which is {slices.contrast.value:+.2f} (" in text
    (alike,) = statistics_of(simulated(rng, 5)).slices
    assert alike.seen
    assert alike.unseen is None
    assert alike.contrast is None


def test_the_verdict_is_about_the_first_two_arms_where_one_of_the_pair_is_missing():
    results = simulated(np.random.default_rng(11), 4, 0.2)
    names = {"frozen": "scratch", "finetuned": "finetuned"}
    renamed = [replace(run, arm=names[run.arm]) for run in results.runs]
    found = statistics_of(results_of(renamed, arms=["scratch", "finetuned"], sizes=["1000"]))
    assert "fine-tuned vectors are 1" in verdict(found)
    assert "better than random vectors" in verdict(found)


def test_statistics_are_plain_values_for_json():
    results = simulated(np.random.default_rng(12), 1, (0.0, 0.1), sizes=[10, 20])
    found = statistics_of(results)
    again = json.loads(json.dumps(found.as_dict()))
    assert again["cells"][0]["deviation"] is None
    assert again["differences"][0]["is_detected"] in (True, False)
    assert again["bootstrap"]["unit_count"] == 80
    assert again["differences"][0]["equivalence_p"] <= 1
    assert again["slices"][0]["contrast"] is None
    assert again["crossings"][0]["between"] is None
