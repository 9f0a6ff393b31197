"""What a verdict depends on: how it was come by, what each arm is, and what holds it back.

All of it follows from the config and from what tuning found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ner_window.study.arms import Arm, ArmName, label_of, phrase_of
from ner_window.study.choice import Choice
from ner_window.study.findings import Findings
from ner_window.study.results import StudyResults
from ner_window.study.study_config import STAND_IN, Study, TuningSettings
from ner_window.wording import counted, listed

FEW_SEEDS = 5


def ratio_of(study: Study, arm: ArmName) -> float | None:
    """Return how many times as fast as the rest the vectors of an arm learn; None: not at all."""
    config = study.config_of(arm, STAND_IN, 1.0)
    if config.embeddings.trainable is False:
        return None
    rate = config.training.learning_rate
    return (config.embeddings.learning_rate or rate) / rate


def arms_in_words(study: Study, results: StudyResults) -> dict[ArmName, str]:
    """Return what each arm is, with the learning rates that it has at the largest size."""
    return {arm: _arm(study, results, arm) for arm in results.arms}


def _arm(study: Study, results: StudyResults, arm: ArmName) -> str:
    summary: str = Arm.variants[arm].summary
    ratio, rates = ratio_of(study, arm), _rates(results, arm)
    if not rates:
        return summary
    if ratio is None:
        return f"{summary}; the network learns at {rates}"
    if ratio == 1:
        return f"{summary}; vectors learn like the rest of the network, at {rates}"
    return f"{summary}; vectors learn at {_rates(results, arm, ratio)}, the rest at {rates}"


def _rates(results: StudyResults, arm: ArmName, ratio: float = 1) -> str:
    """Return the learning rates of an arm at the largest size, the likeliest first."""
    choice = results.choices.get((arm, results.sizes[-1]))
    return " or ".join(f"{ratio * rate:g}" for rate in choice.likeliest_first) if choice else ""


def setting(study: Study, results: StudyResults, findings: Findings) -> str:
    """Return with which learning rates, seeds and sizes the arms of the verdict were trained."""
    tokens = map(findings.statistics.tokens_of, results.sizes)
    sizes = [f"{number:,.0f}" for number in tokens if number]
    arms = [arm for arm in findings.verdict_arms if arm in results.arms] or results.arms
    rates = "; ".join(filter(None, (_rates_of_all(study, results, arm) for arm in arms)))
    return (
        f"Trained with {counted(study.seeds, 'seed')} on {listed(sizes)} tokens. "
        f"Learning rates with {sizes[-1]} tokens: {rates}."
    )


def _rates_of_all(study: Study, results: StudyResults, arm: ArmName) -> str:
    ratio, rates = ratio_of(study, arm), _rates(results, arm)
    if ratio is None or not rates:
        return f"{label_of(arm)} {rates}" if rates else ""
    vectors = "as well" if ratio == 1 else f"{ratio:g} times that"
    return f"{label_of(arm)} {rates}, its vectors {vectors}"


def conditions(study: Study, results: StudyResults, findings: Findings) -> list[str]:
    """Return what holds a verdict back, the gravest first."""
    arms, tuning = _arms_of(study, findings), study.tuning
    return [
        *_on_ratio(study, arms),
        *(_at_the_edge(tuning, results, findings) if tuning else _untuned(study, arms)),
        *_on_seeds(study.seeds),
        *_on_one_set(findings),
        *_on_failures(results),
    ]


def with_premise(study: Study, findings: Findings) -> Findings:
    """Return findings whose verdict starts with how fast vectors learn that do not as the rest."""
    ratios = _ratios(study, _arms_of(study, findings))
    told = [f"{phrase_of(arm)} learn {ratio:g} times" for arm, ratio in ratios.items()]
    premise = f"Where {listed(told)} as fast as the rest of the network" if told else ""
    return replace(findings, premise=premise)


def _arms_of(study: Study, findings: Findings) -> list[ArmName]:
    """Return the arms of the verdict that there are."""
    return [arm for arm in findings.verdict_arms if arm in {each.name for each in study.arms}]


def _ratios(study: Study, arms: Sequence[ArmName]) -> dict[ArmName, float]:
    """Return of arms whose vectors learn faster or slower than the rest how many times as fast."""
    ratios = {arm: ratio_of(study, arm) for arm in arms}
    return {arm: ratio for arm, ratio in ratios.items() if ratio is not None and ratio != 1}


def _on_ratio(study: Study, arms: Sequence[ArmName]) -> list[str]:
    return [
        f"{phrase_of(arm).capitalize()} learn {ratio:g} times as fast as the rest of the network. "
        "That was set, not tuned: at the rate of the rest, the verdict may be another."
        for arm, ratio in _ratios(study, arms).items()
    ]


def is_at_edge(tuning: TuningSettings | None, choice: Choice) -> bool:
    """Tell whether the likeliest rate is the smallest or the largest of several."""
    rates = tuning.learning_rates if tuning else []
    return len(rates) > 1 and choice.likeliest_first[0] in (min(rates), max(rates))


def _at_the_edge(tuning: TuningSettings, results: StudyResults, findings: Findings) -> list[str]:
    """Tell where the best learning rate is the smallest or the largest of the grid."""
    cells = [cell for cell, choice in results.choices.items() if is_at_edge(tuning, choice)]
    if not cells:
        return []
    statistics = findings.statistics
    size = next(each for each in reversed(results.sizes) if statistics.tokens_of(each))
    arms = [arm for arm in findings.verdict_arms if (arm, size) in cells]
    tried = ", ".join(f"{rate:g}" for rate in sorted(tuning.learning_rates))
    tokens = f"{statistics.tokens_of(size):,.0f} tokens"
    among = f", {listed(map(label_of, arms))} with {tokens} among them" if arms else ""
    return [
        f"The best learning rate is the smallest or the largest that was tried ({tried}) for "
        f"{len(cells)} of {len(results.choices)} pairs of an arm and a size{among}: a better one "
        "may lie beyond (tuning.learning_rates)."
    ]


def _untuned(study: Study, arms: Sequence[ArmName]) -> list[str]:
    if len(arms) < 2:
        return []
    rate = study.base.training.learning_rate
    return [f"No learning rate was tuned: {rate:g}, that of all arms, may suit one of them better."]


def _on_seeds(seeds: int) -> list[str]:
    if seeds == 1:
        return [
            "With a single seed, intervals and p say nothing of what another seed, or another draw "
            "of training documents, would give."
        ]
    if seeds < FEW_SEEDS:
        return [
            f"{counted(seeds, 'seed')} are few, and tell little of what others would give, so that "
            "intervals are wide: take ten."
        ]
    return []


def _on_one_set(findings: Findings) -> list[str]:
    if findings.held_out:
        return []
    return [
        f"All figures are of one set, {findings.statistics.reported}: on another text the "
        "difference may be another one, even of the other sign (base.data.held_out)."
    ]


def _on_failures(results: StudyResults) -> list[str]:
    if not results.failures:
        return []
    return [
        f"{counted(len(results.failures), 'training')} failed and left no result: the same command "
        "does again what has failed."
    ]
