"""Training: the loop over epochs, which joins batches, steps and the choice of the best epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

import autodiff as ad
from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.evaluation.evaluate import evaluate
from ner_window.model.model import Model
from ner_window.progress import Progress
from ner_window.scoring.score import Score
from ner_window.training.batches import Batches
from ner_window.training.best_epoch import BestEpoch
from ner_window.training.checkpoint import State
from ner_window.training.epoch_record import EpochRecord
from ner_window.training.schedules import schedule_of
from ner_window.training.step import Step
from ner_window.training.unit_health import unit_health


class DivergenceError(InputError):
    """The loss is no longer a finite number."""


class Trainer:
    """Trains a model on one corpus and watches its F1 on another.

    ``run`` yields a record after each of the ``epochs``, which are the most; ``best`` has the
    weights of the best one.

    Parameters
    ----------
    config
        Says how long, in which steps and by which rule.
    model
        What is trained.
    train
        What it learns from.
    selection
        What the best epoch is chosen on; without it the last one is kept.
    rng
        Where everything that is left to chance is drawn from.
    """

    def __init__(
        self,
        config: Config,
        model: Model,
        train: Corpus,
        selection: Corpus | None,
        rng: np.random.Generator,
    ) -> None:
        training = config.training
        self.config = config
        self.model = model
        self.rng = rng
        self.selection = selection
        self.encoded_selection = model.encode(selection.tokens) if selection else None
        self.batches = Batches.of(config, model, train, rng)
        self.epochs = training.epochs_of(len(self.batches))
        self.schedule = schedule_of(config, len(self.batches))
        self.step = Step(config, model, rng)
        self.best = BestEpoch(model.network, training.keep == "last", training.patience)
        self.epoch = 0

    @property
    def is_finished(self) -> bool:
        """Whether all epochs are done, or the last ``patience`` of them brought nothing."""
        return self.epoch >= self.epochs or self.best.has_stalled(self.epoch)

    def run(self, shows_progress: bool = True) -> Iterator[EpochRecord]:
        """Train, epoch by epoch, with a bar for each, or a line a minute.

        Raises DivergenceError where the loss is not finite.
        """
        while not self.is_finished:
            yield self._one_epoch(self.epoch + 1, shows_progress)

    def _one_epoch(self, epoch: int, shows_progress: bool) -> EpochRecord:
        start = time.perf_counter()
        self.step.begin_epoch(epoch)
        loss, gradient_norm = self._visit_batches(epoch, shows_progress)
        trained = time.perf_counter()
        self.step.settle()
        self._calibrate()
        score = self.score_selection()
        health = unit_health(
            self.model.network, self.encoded_selection or self.batches.data.encoded
        )
        rate = self.config.training.learning_rate * self.schedule.factor(self.step.count - 1)
        self.epoch = epoch
        self.best.observe(epoch, score.f1 if score else None)
        self.schedule.observe(score.f1 if score else -loss)
        return EpochRecord(
            epoch=epoch,
            loss=loss,
            precision=score.total.precision if score else None,
            recall=score.total.recall if score else None,
            f1=score.f1 if score else None,
            seconds=time.perf_counter() - start,
            learning_rate=rate,
            tokens_per_second=self.batches.token_count / (trained - start),
            gradient_norm=gradient_norm,
            dead_units=health.dead,
            saturated_units=health.saturated,
        )

    def _calibrate(self) -> None:
        """Let the head bring its parameters to where the model can be judged."""
        scorer, data = self.model.scorer, self.batches.data
        self.model.network.head.calibrate(
            lambda tokens: scorer.scores_at(data.encoded, tokens), data.targets
        )

    def score_selection(self) -> Score | None:
        """Score the present weights on the data that the epoch is chosen on."""
        if self.selection is None or self.encoded_selection is None:
            return None
        return evaluate(self.model, self.selection, self.encoded_selection)

    def _visit_batches(self, epoch: int, shows_progress: bool) -> tuple[float, float]:
        """Learn from every batch once, in random order; return mean loss and gradient norm."""
        total = 0.0
        norms: list[float] = []
        count = len(self.batches)
        progress = Progress(f"epoch {epoch}", count, "batches", is_shown=shows_progress)
        with progress, self._anomaly_mode(epoch):
            for number, batch in enumerate(progress.over(self.batches)):
                update = self.step(batch, self.schedule.factor(self.step.count))
                total += update.loss
                if update.gradient_norm is not None:
                    norms.append(update.gradient_norm)
                if not math.isfinite(total):
                    raise DivergenceError(
                        f"training diverged in epoch {epoch}: the loss is {total}; "
                        "try a smaller training.learning_rate, or training.clip_norm"
                    )
                if number % 100 == 99:
                    progress.note(loss=f"{total / (number + 1):.4f}")
        return total / len(self.batches), sum(norms) / max(len(norms), 1)

    @contextmanager
    def _anomaly_mode(self, epoch: int) -> Iterator[None]:
        """Stop at the operation that makes the first NaN, where the config asks for that."""
        if not self.config.debug.anomaly:
            yield
            return
        try:
            with ad.anomaly_mode():
                yield
        except ad.AnomalyError as error:
            raise DivergenceError(f"training diverged in epoch {epoch}: {error}") from None

    def state(self) -> State:
        """Return all that the next epoch depends on; the weights in it go on changing."""
        step, best = self.step.state(), self.best.state()
        values = {
            "epoch": self.epoch,
            "rng": self.rng.bit_generator.state,
            "schedule": self.schedule.state_dict(),
        }
        return State({**step.arrays, **best.arrays}, {**values, **step.values, **best.values})

    def load_state(self, state: State) -> None:
        """Go on where :meth:`state` was taken.

        Raises KeyError or ValueError where it is that of another model or config.
        """
        self.step.load_state(state)
        self.best.load_state(state)
        values = state.values
        # What wrote no `schedule` named the state after the one schedule that had any. A schedule
        # with a state that takes the place of one without any begins to follow the score now.
        if schedule := values.get("schedule") or values.get("plateau"):
            self.schedule.load_state_dict(schedule)
        self.epoch = values["epoch"]
        self.rng.bit_generator.state = values["rng"]
