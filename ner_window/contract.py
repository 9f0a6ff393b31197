"""What every component of a model is held to, whoever wrote it.

A head, a context, a nonlinearity or a feature is asked by training, tagging, explanation and the
model folder. :func:`check_component` builds a small model with it and asks all of them:

    from ner_window.contract import check_component

    check_component("model.head", MyHead(margin=2))
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

import autodiff as ad
from ner_window.config import Config, Section
from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.corpora.tokens import Tokens
from ner_window.explanation.explain import explain
from ner_window.explanation.text import as_text
from ner_window.model.building import build_model
from ner_window.model.model import Model
from ner_window.model_folder.folder import load_model, save_model
from ner_window.run_data import layout_of
from ner_window.tagging.tabulation import scorer_of
from ner_window.training.gradients import LARGEST_ERROR, gradient_reports
from ner_window.training.trainer import Trainer

CORPUS = """\
-DOCSTART- NN O

Anna NNP B-PER
Kovac NNP I-PER
visited VBD O
Oslo NNP B-LOC
. . O

Nordbank NNP B-ORG
hired VBD O
ANNA NNP B-PER
in IN O
1997 CD O

-DOCSTART- NN O

Oslo NNP B-LOC
is VBZ O
cold JJ O
Oslo NNP B-LOC
"""
SENTENCES = [["Anna", "met", "Kovac", "in", "Oslo"], ["OSLO"], ["cold", "Anna", "x"]]
TABLE_BYTES = 1 << 16


class ContractError(AssertionError):
    """A component does not do what others ask of it."""


@dataclass(frozen=True)
class Subject:
    """A component under test: the key of the config and what stands there, and the whole config."""

    key: str
    setting: Any
    config: Config
    train: Corpus

    def model(self, dtype: Any = np.float32) -> Model:
        """Return an untrained model with the component."""
        rng = np.random.default_rng(1)
        return build_model(self.config, self.train, None, rng, dtype)


def check_component(key: str, setting: Any) -> None:
    """Hold a component to all that is asked of one.

    ``key`` is where a config names it, such as ``model.head`` or ``features.shape``; ``setting`` is
    what stands there, mostly a section. A feature of a column of the data files cannot be held to
    it: text that is to be tagged or explained has no columns. Raises ContractError that names what
    the component fails to do.
    """
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.conll"
        corpus.write_text(CORPUS, "utf-8")
        config = _config(key, setting, corpus)
        subject = Subject(key, setting, config, read_corpus(corpus, layout_of(config)))
        for check in CHECKS:
            try:
                check(subject)
            except Exception as error:
                promise = (check.__doc__ or check.__name__).split("\n")[0]
                raise ContractError(f"{key}: {setting!r}: {promise} {error}") from error


def _config(key: str, setting: Any, corpus: Path) -> Config:
    """Return the config of a small model with the component."""
    tree: dict[str, Any] = {
        "data": {"train": corpus},
        "embeddings": {"dimension": 4},
        "features": {"capitalization": 3},
        "model": {"window": 3, "hidden": [6, 5]},
        "regularization": {"dropout": {"hidden": 0.0}},
        "training": {"epochs": 8, "batch_size": 2, "learning_rate": 0.02, "keep": "last"},
    }
    *sections, name = key.split(".")
    place = tree
    for part in sections:
        place = place.setdefault(part, {})
    place[name] = _plain(setting)
    return Config.model_validate(tree)


def _plain(setting: Any) -> Any:
    return setting.model_dump(by_alias=True) if isinstance(setting, Section) else setting


def refuses_unknown_settings(subject: Subject) -> None:
    """A setting that it does not have is refused."""
    if not isinstance(subject.setting, Section):
        return
    settings = _plain(subject.setting)
    tree = settings if isinstance(settings, dict) else {"name": settings}
    try:
        type(subject.setting).model_validate({**tree, "no_such_setting": 1})
    except ValidationError:
        return
    raise ContractError("it took no_such_setting")


def has_right_gradient(subject: Subject) -> None:
    """Its gradient is the two-sided difference, in float64."""
    reports = gradient_reports(subject.config, subject.train, None)
    worst = max(reports, key=lambda report: report.error)
    if not worst.error < LARGEST_ERROR:
        raise ContractError(str(worst))


def learns(subject: Subject) -> None:
    """Training lowers the loss, and every parameter stays a number."""
    trainer = Trainer(
        subject.config, subject.model(), subject.train, None, np.random.default_rng(2)
    )
    losses = [record.loss for record in trainer.run()]
    if not losses[-1] < losses[0]:
        raise ContractError(f"from {losses[0]:.4f} to {losses[-1]:.4f}")
    for name, array in trainer.model.network.named_arrays().items():
        if np.isnan(array).any():
            raise ContractError(f"{name} is not a number")


def decodes_to_tags(subject: Subject) -> None:
    """Every token gets a tag, and confidences, where there are any, are probabilities."""
    model, text = subject.model(), Tokens.of(SENTENCES)
    scores = model.scorer.scores(model.encode(text))
    if scores.shape != (len(text.words), len(model.tags)):
        raise ContractError(f"scores of shape {scores.shape}")
    tags = model.tag(text)
    if [len(sentence) for sentence in tags] != [len(sentence) for sentence in SENTENCES]:
        raise ContractError(f"the tags are {tags}")


def takes_nothing(subject: Subject) -> None:
    """Text without tokens has no scores and no tags."""
    model = subject.model()
    nothing: list[list[list[str]]] = [[], [[]], [[], []]]
    for sentences in nothing:
        if model.tag(Tokens.of(sentences)) != sentences:
            raise ContractError(f"for {sentences}")
        scores = scorer_of(model, TABLE_BYTES).scores(Tokens.of_documents([sentences]))
        if scores.shape != (0, len(model.tags)):
            raise ContractError(f"scores of shape {scores.shape} for {sentences}")


def scores_alike_when_tabulated(subject: Subject) -> None:
    """Tagging gives the scores of the graph."""
    model, sentences = subject.model(), Tokens.of_documents([SENTENCES])
    for parameter in model.network.dense_parameters:
        parameter.data = parameter.data + _noise(parameter)
    plain = model.scorer.scores(model.encode(sentences))
    fast = scorer_of(model, TABLE_BYTES).scores(sentences)
    np.testing.assert_allclose(fast, plain, rtol=1e-4, atol=1e-5)


def _noise(parameter: ad.Parameter) -> Any:
    return np.random.default_rng(3).normal(0, 0.5, parameter.shape).astype(parameter.dtype)


def survives_the_folder(subject: Subject) -> None:
    """A model that was saved and loaded is the same model."""
    model, text = subject.model(), Tokens.of(SENTENCES)
    with tempfile.TemporaryDirectory() as folder:
        save_model(model, Path(folder) / "model")
        copy = load_model(Path(folder) / "model")
    before, after = (m.scorer.scores(m.encode(text)) for m in (model, copy))
    np.testing.assert_array_equal(after, before)
    if (copy.target, copy.tag(text)) != (model.target, model.tag(text)):
        raise ContractError("it finds something else")


def is_explained(subject: Subject) -> None:
    """Every token of a sentence can be explained, and a small step lowers its loss."""
    model = subject.model(np.float64)
    for position in range(len(SENTENCES[0])):
        shown = explain(model, SENTENCES[0], position, learning_rate=1e-3)
        if not math.isfinite(shown.before.loss) or shown.after.loss > shown.before.loss:
            raise ContractError(f"from {shown.before.loss} to {shown.after.loss}")
        if "None" in as_text(shown):
            raise ContractError(f"a node has no name: {as_text(shown)}")


CHECKS: tuple[Callable[[Subject], None], ...] = (
    refuses_unknown_settings,
    has_right_gradient,
    learns,
    decodes_to_tags,
    takes_nothing,
    scores_alike_when_tabulated,
    survives_the_folder,
    is_explained,
)
