"""Ensembles: means of scores and transitions, in memory and in a folder."""

import numpy as np
import pytest

from ner_window.corpora.spans import Spans
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.explanation.explain import explain
from ner_window.model.model import ensemble_of
from ner_window.model_folder.folder import load_model, save_model
from ner_window.tagging.tagger import Tagger
from tests.building import trained_model

TOKENS = ["Anna", "flew", "from", "Bergen", "to", "Oslo"]
TEXT = Tokens.of([TOKENS, ["1998"], ["Nordbank", "zzz"]])


def trained(config_file, *settings, seeds=(1, 2, 3)):
    return [trained_model(config_file, f"seed={seed}", *settings) for seed in seeds]


@pytest.mark.parametrize("context", ["window", "document"])
@pytest.mark.parametrize("head", ["softmax", "sentence"])
def test_scores_and_transitions_are_the_means_of_the_members(config_file, head, context):
    models = trained(config_file, f"model.head={head}", f"model.context={context}")
    whole, encoded = ensemble_of(models), models[0].encode(TEXT)
    scores = np.mean([model.scorer.scores(encoded) for model in models], axis=0)
    transitions = np.mean([model.decoder.transitions for model in models], axis=0)
    np.testing.assert_allclose(whole.scorer.scores(encoded), scores, rtol=1e-5)
    np.testing.assert_allclose(whole.decoder.transitions, transitions, rtol=1e-5)
    some = np.array([5, 0])
    if context == "window":
        np.testing.assert_allclose(whole.scorer.scores_at(encoded, some), scores[some], rtol=1e-5)


@pytest.mark.parametrize("head", ["binary", "margin"])
def test_the_heads_of_one_type(config_file, head):
    models = trained(config_file, f"model={{head: {head}, target: LOC, hidden: 5}}", seeds=(1, 2))
    whole, encoded = ensemble_of(models), models[0].encode(TEXT)
    scores = np.mean([model.scorer.scores(encoded) for model in models], axis=0)
    np.testing.assert_allclose(whole.scorer.scores(encoded), scores, rtol=1e-5)
    assert whole.target == "LOC"


def test_confidences_are_those_of_the_mean_scores(config_file):
    models = trained(config_file, "model.head=sentence")
    twice, once = ensemble_of([models[0], models[0]]), models[0]
    encoded = once.encode(TEXT)
    scores = once.scorer.scores(encoded)
    predicted = once.decoder.decode(scores, TEXT.lengths)
    spans = Spans.of(predicted, TEXT.ends)
    np.testing.assert_allclose(
        twice.decoder.confidences(twice.scorer.scores(encoded), spans, TEXT.lengths),
        once.decoder.confidences(scores, spans, TEXT.lengths),
        rtol=1e-5,
    )


def test_a_folder_holds_all_networks(config_file, tmp_path):
    whole = ensemble_of(trained(config_file, "model.head=sentence"))
    save_model(whole, tmp_path / "m")
    copy = load_model(tmp_path / "m")
    assert len(copy.networks) == 3
    np.testing.assert_array_equal(
        copy.scorer.scores(copy.encode(TEXT)), whole.scorer.scores(whole.encode(TEXT))
    )
    np.testing.assert_array_equal(copy.decoder.transitions, whole.decoder.transitions)
    assert copy.tag(TEXT) == whole.tag(TEXT)


def test_a_network_that_is_missing_is_told(config_file, tmp_path):
    save_model(ensemble_of(trained(config_file)), tmp_path / "m")
    (tmp_path / "m" / "weights-3.safetensors").unlink()
    with pytest.raises(InputError, match=r"damaged.*weights-3"):
        load_model(tmp_path / "m")


def test_models_that_do_not_fit_make_no_ensemble(config_file):
    one, two = trained(config_file, seeds=(1,)) + trained(config_file, "model.window=5", seeds=(2,))
    with pytest.raises(ValueError, match="share words"):
        ensemble_of([one, two])


def test_members_are_explained_one_by_one(config_file):
    whole = ensemble_of(trained(config_file, seeds=(1, 2)))
    with pytest.raises(InputError, match="--member 1"):
        explain(whole, TOKENS, 5)
    assert explain(whole.members[1], TOKENS, 5).tokens == TOKENS


@pytest.mark.parametrize("context", ["window", "document"])
def test_the_tagger_averages_too(config_file, context):
    whole = ensemble_of(trained(config_file, "model.head=sentence", f"model.context={context}"))
    tagger, sentences = Tagger(whole), [list(sentence) for sentence in TEXT]
    assert tagger.tag_tokens(sentences) == whole.tag(TEXT)
