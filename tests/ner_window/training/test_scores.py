"""``scores.json``: the record of a finished run, as it is written now and as it was before."""

import json

import pytest

from ner_window.errors import InputError
from ner_window.scoring.score import Counts, Score
from ner_window.training.run_folder import RunFolder
from ner_window.training.scores import RunScores, SplitScore

SCORE = Score(tokens=9, correct_tags=8, by_type={"PER": Counts(2, 2, 1), "LOC": Counts(1, 0, 0)})


def recorded(**others):
    """What is written of a run: every key, in order."""
    score = {**SCORE.as_dict(), "report": SCORE.report()}
    return {"kept_epoch": 3, "kept_f1": 50.0, "peak_memory_mb": 99.5, "dev": score, **others}


@pytest.mark.parametrize(
    "others",
    [{}, {"test": recorded()["dev"]}, {"restarts": [40.0, 50.0]}, {"members": [1.5, None]}],
)
def test_what_is_read_is_written_again_to_the_byte(others, tmp_path):
    text = json.dumps(recorded(**others), indent=2)
    (tmp_path / "scores.json").write_text(text, "utf-8")
    scores = RunFolder(tmp_path).scores
    RunFolder(tmp_path).finish(scores)
    assert (tmp_path / "scores.json").read_text("utf-8") == text


def test_a_run_without_dev_data_records_that_it_has_chosen_by_nothing():
    scores = RunScores.of({}, {}, kept_epoch=2, peak_memory_mb=99.5)
    assert json.loads(scores.as_json()) == {
        "kept_epoch": 2,
        "kept_f1": None,
        "peak_memory_mb": 99.5,
    }


def test_a_score_says_of_each_type_what_it_says_of_all():
    score = SplitScore.of(SCORE)
    assert score.report == SCORE.report()
    assert list(score.types) == ["LOC", "PER"]
    assert score.types["PER"].recall == 50
    assert (score.gold, score.correct) == (3, 1)


def test_a_run_of_an_older_version_says_what_it_has_recorded(tmp_path):
    (tmp_path / "scores.json").write_text('{"kept_epoch": 4}', "utf-8")
    scores = RunFolder(tmp_path).scores
    assert (scores.kept_epoch, scores.peak_memory_mb, scores.splits) == (4, None, {})
    assert json.loads(scores.as_json()) == {"kept_epoch": 4}


def test_scores_that_are_damaged_are_told(tmp_path):
    (tmp_path / "scores.json").write_text(json.dumps(recorded(dev={"tokens": 1})), "utf-8")
    with pytest.raises(InputError, match=r"damaged, or of another version: scores\.json\.dev\."):
        RunFolder(tmp_path).scores  # noqa: B018 (reading it is the test)


def test_there_are_no_scores_before_the_end(tmp_path):
    assert RunFolder(tmp_path).scores is None
