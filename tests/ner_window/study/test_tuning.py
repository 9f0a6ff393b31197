"""Which learning rates an arm is run with, and how sure it is that one is the best."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ner_window.evaluation.units import Units
from ner_window.study.plan import Plan
from ner_window.study.rates_in_words import by_rates
from ner_window.study.results import RunResult, StudyResults, TuningResult
from ner_window.study.statistics import statistics_of
from ner_window.study.study_config import Study
from ner_window.study.tuning import choices_of
from ner_window.study.verdict import notes, verdict

GOLD = 10  # mentions of a held-out document
FROZEN, FINETUNED = ("frozen", "all"), ("finetuned", "all")


def plan_of(study, data, **changes):
    changes = {"sizes": ["all"], **changes}
    tree = {**study.model_dump(by_alias=True), **changes}
    return Plan(Study.model_validate(tree), data.corpora["train"], data.vectors)


def trial(cell, rate, found, seed=1):
    """A trial that finds so many mentions of each document, and nothing else; None: it diverged."""
    if found is None:
        return TuningResult(*cell, seed, rate, None, np.zeros((0, 3), int))
    found = np.asarray(found)
    counts = np.stack((np.full(len(found), GOLD), found, found), axis=1)
    return TuningResult(
        *cell, seed, rate, 200 * found.sum() / (GOLD * len(found) + found.sum()), counts
    )


def trials_of(cell, found):
    """Trials of each rate with each seed, given what each finds, by rate."""
    return [
        trial(cell, rate, by_document, seed)
        for rate, by_seed in found.items()
        for seed, by_document in enumerate(by_seed)
    ]


def test_the_clearly_best_rate_is_the_only_one(study, data):
    plan = plan_of(study, data, arms=["frozen"])
    choice = choices_of(plan, trials_of(FROZEN, {0.1: [[8] * 20] * 2, 0.01: [[4] * 20] * 2}), ())
    assert choice[FROZEN].kept == [0.1]
    assert [tried.rate for tried in choice[FROZEN].tried] == [0.01, 0.1]
    assert [tried.share for tried in choice[FROZEN].tried] == [0, 1]
    assert choice[FROZEN].tried[1].f1 == pytest.approx(100 * 16 / 18)
    np.testing.assert_array_equal(choice[FROZEN].drawn, 1)


@pytest.mark.parametrize("seeds", [1, 2])
def test_rates_are_as_likely_as_other_seeds_could_make_them(study, data, seeds):
    """Seeds that agree tell little: that they differ by a point of F1 is taken for likely."""
    plan = plan_of(study, data)
    shares = []
    for found in (50, 51, 60):
        per_rate = {0.1: [[found] * 20] * seeds, 0.01: [[50] * 20] * seeds}
        trials = [trial for cell in plan.cells for trial in trials_of(cell, per_rate)]
        choice = choices_of(plan, [scaled(trial) for trial in trials], ())[FROZEN]
        shares.append(choice.shares.get(0.1, 0))
    assert shares[0] == pytest.approx(0.5, abs=0.05)
    assert 0.5 < shares[1] < 0.9
    assert shares[2] == 1


def scaled(trial):
    """The same of documents of a hundred mentions."""
    counts = trial.counts * [10, 1, 1]
    gold, _, found = counts.sum(axis=0)
    return replace(trial, counts=counts, f1=200 * found / (gold + found))


def test_rates_that_take_turns_by_document_are_both_kept(study, data):
    plan = plan_of(study, data, arms=["frozen"])
    one, other = [9, 3, 8, 4, 6] * 4, [4, 8, 3, 6, 9] * 4
    (choice,) = choices_of(plan, trials_of(FROZEN, {0.1: [one], 0.01: [other]}), ()).values()
    assert choice.kept == [0.01, 0.1]
    assert choice.shares[0.1] == pytest.approx(0.5, abs=0.06)
    assert choice.drawn.std(axis=0) == pytest.approx(12**-0.5, abs=0.05)  # shares are uniform
    assert choice.drawn.sum(axis=1) == pytest.approx(1)


def test_the_spread_of_the_seeds_counts_for_all_arms(study, data):
    """The seeds of one arm happen to agree; those of the other tell what that is worth."""
    plan = plan_of(study, data)
    steady = {0.1: [[7] * 20] * 2, 0.01: [[6] * 20] * 2}
    shaky = {0.1: [[7] * 20, [6] * 20], 0.01: [[5] * 20, [8] * 20]}
    alone = choices_of(plan_of(study, data, arms=["frozen"]), trials_of(FROZEN, steady), ())
    assert alone[FROZEN].kept == [0.1]
    both = [*trials_of(FROZEN, steady), *trials_of(FINETUNED, shaky)]
    assert choices_of(plan, both, ())[FROZEN].kept == [0.01, 0.1]
    assert list(choices_of(plan, both, {FINETUNED})) == [FROZEN]


def test_a_rate_that_diverged_counts_as_nothing_found(study, data):
    plan = plan_of(study, data, arms=["frozen"])
    trials = trials_of(FROZEN, {0.1: [[9] * 20, None], 0.01: [[6] * 20] * 2})
    (choice,) = choices_of(plan, trials, ()).values()
    assert choice.kept == [0.01]
    (choice,) = choices_of(plan, trials_of(FROZEN, {0.1: [None], 0.01: [None]}), ()).values()
    assert choice.kept == [0.01]


def test_no_more_than_three_rates_are_kept(study, data):
    rng = np.random.default_rng(1)
    grid = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    trials = trials_of(FROZEN, {rate: [rng.integers(3, 9, 20)] for rate in grid})
    plan = plan_of(study, data, arms=["frozen"], tuning={"learning_rates": grid})
    (choice,) = choices_of(plan, trials, ()).values()
    assert len(choice.kept) == 3
    assert sum(choice.shares.values()) == pytest.approx(1)


def test_without_tuning_the_rate_is_that_of_the_base_config(study, data):
    plan = plan_of(study, data, tuning=None)
    assert [choice.kept for choice in choices_of(plan, [], ()).values()] == [[0.05], [0.05]]


@pytest.fixture
def untold(study, data):
    """A study whose fine-tuned runs are worse by 3 or better by 1 of 10 mentions, by their rate."""
    plan = plan_of(study, data)
    frozen = {0.1: [[8] * 20] * 2, 0.01: [[1] * 20] * 2}
    finetuned = {0.1: [[8, 5] * 10] * 2, 0.01: [[5, 8] * 10] * 2}
    trials = [*trials_of(FROZEN, frozen), *trials_of(FINETUNED, finetuned)]
    choices = choices_of(plan, trials, ())
    rng = np.random.default_rng(2)
    found = {("frozen", 0.1): 6, ("finetuned", 0.01): 3, ("finetuned", 0.1): 7}
    runs = [
        run_of(arm, rate, seed, rng.integers(mean, mean + 3, 50))
        for (arm, rate), mean in found.items()
        for seed in range(3)
    ]
    units = Units("sentences", np.arange(50), 50)
    results = StudyResults(["frozen", "finetuned"], ["all"], choices, runs, trials, [], units, {})
    return plan.study, results


def run_of(arm, rate, seed, found):
    counts = np.zeros((len(found), 4, 3), int)
    counts[:, 0] = np.stack((np.full(len(found), GOLD), np.full(len(found), GOLD), found), axis=1)
    return RunResult(arm, "all", seed, 1000, rate, 1, 1.0, Path("run"), counts)


def test_figures_are_means_over_the_rates_and_their_intervals_hold_the_choice(untold):
    found = statistics_of(untold[1], resamples=1000)
    cell, frozen = found.cell("finetuned", "all"), found.cell("frozen", "all")
    low, high = cell.at_rates
    assert (low.learning_rate, high.learning_rate) == (0.01, 0.1)
    assert low.share + high.share == pytest.approx(1)
    assert cell.mean == pytest.approx(low.share * low.mean + high.share * high.mean)
    assert cell.deviation < 5  # that of runs with one rate
    assert low.interval[1] < cell.mean < high.interval[0]
    assert cell.interval[0] < cell.mean - 10 < cell.mean + 10 < cell.interval[1]
    assert frozen.at_rates == []
    (difference,) = found.differences
    assert difference.value == pytest.approx(cell.mean - frozen.mean)
    assert [each.sign for each in difference.at_rates] == [-1, 1]
    assert difference.depends_on_rates
    assert difference.interval[0] < 0 < difference.interval[1]
    assert difference.p > 0.05


def test_what_depends_on_the_rate_says_so(untold):
    study, results = untold
    found = statistics_of(results, resamples=1000)
    said = verdict(found)
    assert "this depends on the learning rate, which tuning does not tell: fine-tuned" in said
    for each in found.differences[0].at_rates:
        assert f"{each.value:+.2f} ({each.interval[0]:.2f} to {each.interval[1]:.2f}) with " in said
    assert "with 0.01 for fine-tuned vectors" in said
    (note,) = [note for note in notes(study, results, found) if "tell apart" in note]
    tokens = f"{found.tokens_of('all'):,.0f} tokens"
    assert f"fine-tuned with {tokens} 0.01 (" in note
    alone = [run for run in results.runs if run.learning_rate == 0.1]
    told = statistics_of(replace(results, runs=alone), resamples=1000)
    assert "depends on the learning rate" not in verdict(told)


def test_of_many_pairs_of_rates_the_lowest_and_the_highest_difference_are_named(untold):
    (difference,) = statistics_of(untold[1], resamples=1000).differences
    low, high = difference.at_rates
    middle = [replace(low, one_rate=rate, value=low.value + 1) for rate in (1.0, 2.0)]
    said = by_rates(replace(difference, at_rates=[middle[0], high, low, middle[1]]))
    assert f"is from {low.value:+.2f} (" in said
    assert f" to {high.value:+.2f} (" in said
    assert said.endswith("of 4 pairs of rates, which the table has.")
    assert f"{middle[0].value:+.2f}" not in said
