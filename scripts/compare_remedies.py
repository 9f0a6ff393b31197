"""Whether a remedy holds on other text what it has on dev: one table over three sets.

python scripts/compare_remedies.py [--seeds 5] [--rates 0.5] [--jobs -1] [--out runs/elsewhere]

Trains configs/conll2003/frozen.yaml and finetuned.yaml, the latter also with movement dropout at
each of the --rates, on all of CoNLL-2003's training data; no epoch is chosen. What moved is scored
as it is, and with words that training did not show following their neighbors. The sets are
CoNLL-2003 dev, wikigold (data/wikigold/wikigold.conll) and WNUT-17 dev
(data/wnut17/emerging.dev.conll), none of which decides anything. Each run has a folder in --out,
with what it found, and is not repeated where it is finished.

Prints the mean F1 of each way over the seeds, and its differences from frozen and from fine-tuned
vectors with 95% intervals, which resample seeds and documents, as those of a study do.
"""

import argparse
import os
from dataclasses import replace
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from joblib import Parallel, delayed
from safetensors.numpy import load_file, save_file

from ner_window.config import NeighborsUnseenSettings, PretrainedUnseenSettings
from ner_window.config.file import load_config
from ner_window.evaluation.breakdown import unit_counts
from ner_window.evaluation.mentions import by_seen
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.units import Units
from ner_window.files import replacement
from ner_window.model.model import Model
from ner_window.model_folder.folder import load_model
from ner_window.run_data import RunData
from ner_window.study.choice import Choice
from ner_window.study.draws import Draws
from ner_window.study.resampled_mean import ResampledMean
from ner_window.study.results import RunResult, StudyResults
from ner_window.training.run import run
from ner_window.training.run_folder import MODEL

FROZEN, TUNED = "frozen", "finetuned"
STAYING, FOLLOWING = "", " + neighbors"
SETS = ["dev", "wikigold", "wnut17"]
TYPES = (
    "{person: PER, location: LOC, corporation: ORG, group: ORG, product: null, creative-work: null}"
)
HELD_OUT = (
    "data.held_out={wikigold: {path: data/wikigold/wikigold.conll}, "
    f"wnut17: {{path: data/wnut17/emerging.dev.conll, types: {TYPES}}}}}"
)
COUNTS = "counts-of-sets.safetensors"
RESAMPLES = 2000
ALL, RATE = "all", 0.001


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.5])
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: all cores")
    parser.add_argument("--out", type=Path, default=Path("runs/elsewhere"))
    arguments = parser.parse_args()
    trainings = [FROZEN, TUNED, *(f"movement_dropout-{rate:g}" for rate in arguments.rates)]
    todo = [(name, seed) for seed in range(1, arguments.seeds + 1) for name in trainings]
    jobs = (delayed(counted)(*each, arguments.out) for each in todo)
    counts = dict(zip(todo, Parallel(n_jobs=arguments.jobs)(jobs), strict=True))
    data = RunData.read(config_of(FROZEN, 1))
    arms = [FROZEN, *(name + way for name in trainings[1:] for way in (STAYING, FOLLOWING))]
    for name in SETS:
        units = Units.of(data.corpora[name].tokens)
        runs = [
            run_of(name_of_run, way, seed, counts[name_of_run, seed][name + way])
            for name_of_run, seed in todo
            for way in (STAYING, FOLLOWING)
            if name_of_run + way in arms
        ]
        choices = dict.fromkeys(((arm, ALL) for arm in arms), Choice.of_one(RATE))
        results = StudyResults(arms, [ALL], choices, runs, [], [], units, {})
        draws = Draws(results, "f1", slice(None), RESAMPLES)
        print(f"\n{name}: {units.description}\n")
        print("| vectors | F1 | minus frozen | minus fine-tuned |\n|---|---|---|---|")
        for number, arm in enumerate(arms):
            mean = draws.mean(number, 0)
            assert mean is not None
            others = (arms.index(FROZEN), arms.index(TUNED))
            differences = (told(draws, other, number) for other in others)
            print(f"| {arm} | {mean.value:.2f} | {' | '.join(differences)} |")


def told(draws: Draws, one: int, other: int) -> str:
    """Return arm other minus arm one with its interval; nothing of an arm and itself."""
    difference: ResampledMean | None = draws.difference(one, other, 0)
    if one == other or difference is None or difference.interval is None:
        return ""
    low, high = difference.interval
    return f"{difference.value:+.2f}, {low:.2f} to {high:.2f}"


def run_of(training: str, way: str, seed: int, counts: np.ndarray) -> RunResult:
    """Return the run of an arm as the statistics of studies know it."""
    return RunResult(
        arm=training + way,
        size=ALL,
        seed=seed,
        tokens=0,
        learning_rate=RATE,
        epochs=0,
        seconds=0.0,
        folder=Path(),
        counts=counts.astype(np.int64),
    )


def config_of(training: str, seed: int):
    """Return the config of a training: ``movement_dropout-0.5`` has this rate."""
    name, _, rate = training.partition("-")
    settings = [f"regularization.movement_dropout={rate}"] if rate else []
    settings += [f"seed={seed}", "training.keep=last", "embeddings.saved=reference", HELD_OUT]
    return load_config(Path(f"configs/conll2003/{TUNED if rate else name}.yaml"), settings)


def counted(training: str, seed: int, out: Path) -> dict[str, np.ndarray]:
    """Train in one way, unless that is done; return the counts of each set and way."""
    folder = out / f"{training}-{seed}"
    if not (folder / COUNTS).exists():
        config = config_of(training, seed)
        data = RunData.read(config)
        run(config, folder, data, tell=lambda message: None, is_resumed=True)
        counts = counts_of(load_model(folder / MODEL), data, training != FROZEN)
        with replacement(folder / COUNTS) as temporary:
            save_file(counts, temporary)
    return load_file(folder / COUNTS)


def counts_of(model: Model, data: RunData, has_moved: bool) -> dict[str, np.ndarray]:
    """Return gold, predicted and correct mentions (sentences, groups, 3) by set and way."""
    ways = {STAYING: PretrainedUnseenSettings()}
    if has_moved:
        ways[FOLLOWING] = NeighborsUnseenSettings()
    counts = {}
    for way, unseen in ways.items():
        moved = replace(model, encoder=replace(model.encoder, unseen=unseen))
        for name in SETS:
            found = PredictedCorpus.of(moved, data.corpora[name], with_confidences=False)
            groups = by_seen(found.mentions, found.gold.tokens.words, model.mentions)
            sentences = Units.of(found.gold.tokens, "sentences")
            own = unit_counts(found.mentions, groups, sentences)
            counts[name + way] = own.astype(np.int32)
    return counts


if __name__ == "__main__":
    main()
