"""Small models to test with: untrained, trained, and the bare network with its batch."""

from __future__ import annotations

import numpy as np

import autodiff as ad
from ner_window.config import HeadSettings, ModelSettings
from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.tags import legal_transitions
from ner_window.model.building import build_model
from ner_window.model.graphs import Batch
from ner_window.model.network import network_of
from ner_window.model.parameters import Drawn
from ner_window.model_folder.provenance import Provenance
from ner_window.training.trainer import Trainer
from ner_window.vectors.word_vectors import load_vectors


def small_model(config_file, *overrides, dtype=np.float32):
    """Return the model of a config, its trainer and the corpus, on which it trains and chooses.

    ``overrides`` are settings as ``--set`` takes them. Nothing is trained yet.
    """
    config = load_config(config_file, overrides)
    corpus = read_corpus(config.data.train)
    vectors = load_vectors(config.embeddings.path) if config.embeddings.path else None
    rng = np.random.default_rng(config.seed)
    model = build_model(config, corpus, vectors, rng, dtype)
    return model, Trainer(config, model, corpus, corpus, rng), corpus


def trained_model(config_file, *overrides, dtype=np.float32):
    """Return the model of a config after its epochs, with the weights of the last one."""
    model, trainer, _ = small_model(config_file, *overrides, dtype=dtype)
    for _ in trainer.run():
        pass
    return model


def small_network(head="softmax", hidden=(5,), tables=((6, 4), (3, 2)), dtype=np.float64, **model):
    """Return a network with random tables, a batch for it, and a generator.

    The batch is seven windows of three tokens, in two sentences; ``tables`` are the shapes of the
    tables of words and capitalization, ``model`` are other settings of the config's section.
    """
    rng = np.random.default_rng(3)
    sources = [
        ad.Parameter(rng.normal(size=shape).astype(dtype), name)
        for name, shape in zip(("words", "capitalization"), tables, strict=True)
    ]
    settings = ModelSettings(window=3, hidden=list(hidden), head=head_section(head), **model)
    legal = legal_transitions(["O", "B-X", "I-X", "B-Y"], "iob2")
    network = network_of(settings, sources, hidden, legal, Drawn(rng, "xavier_uniform", dtype))
    for parameter in network.dense_parameters:  # so that biases and transitions matter
        parameter.data[...] += rng.normal(0, 0.1, parameter.shape).astype(dtype)
    windows, corrupted = (
        np.stack([rng.integers(0, rows, (7, 3)) for rows, _ in tables]) for _ in range(2)
    )
    batch = Batch(
        windows=windows,
        tags=np.array([1, 0, 1, 0, 0, 1, 0] if network.head.target else [0, 1, 2, 0, 3, 1, 1]),
        values={
            "lengths": np.array([4, 3]),
            "groups": np.array([0, -1, 0, 1, 0, 1, -1]),
            "sentences": np.array([5, 5, 5, 5, 8, 8, 8]),
            "corrupted": corrupted,
        },
    )
    return network, batch, rng


def head_section(name):
    """Return the section of a head by name; a head of one type finds X."""
    target = {"target": "X"} if "target" in HeadSettings.variants[name].model_fields else {}
    return HeadSettings.variants[name](**target)


FIGURES = {
    "gold": 10,
    "predicted": 8,
    "correct": 6,
    "precision": 75.0,
    "recall": 60.0,
    "f1": 66.6667,
    "precision_interval": (60.0, 90.0),
    "recall_interval": (50.0, 70.0),
    "f1_interval": (55.5, 77.7),
}
NOTHING = {**dict.fromkeys(FIGURES, 0), **{k: None for k in FIGURES if k.endswith("interval")}}
SCORES = {
    "split": "dev",
    "resampling": "95% intervals from 3 documents",
    "is_chosen_on": True,
    "total": FIGURES,
    "raw_text_f1": 61.23,
    "by_type": {"PER|X": FIGURES, "LOC": NOTHING},
    "by_novelty": {"seen with the type": FIGURES, "unseen": {**FIGURES, "f1": 12.34}},
}
FILE = {
    "sha256": "ab" * 32,
    "bytes": 1234567,
    "sentences": 100,
    "tokens": 2000,
    "entities": 300,
}
PROVENANCE_OF_A_RUN = Provenance.model_validate(
    {
        "date": "2026-05-04T03:02:01+00:00",
        "seconds": 61.4,
        "seed": 7,
        "epochs": 12,
        "kept_epoch": 9,
        "versions": {"ner-window": "0.1.0", "numpy": "2.0.0"},
        "data": [
            {**FILE, "split": "train", "name": "eng.train"},
            {**FILE, "split": "dev", "name": "eng.testa", "bytes": None},
        ],
        "vectors": {"name": "glove.txt", "sha256": "cd" * 32, "words": 400_000, "dimension": 50},
        "scores": [SCORES],
        "config": {"seed": 7, "data": {"train": "eng.train"}},
    }
)
