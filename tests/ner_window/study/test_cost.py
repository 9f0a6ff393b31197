"""What a study costs is told before it starts."""

from ner_window.study.cost import seconds_of
from ner_window.study.plan import Plan
from ner_window.study.running import RUNS
from ner_window.study.unfinished import unfinished


def test_more_of_the_same_takes_longer(study, data):
    plan = Plan(study, data.corpora["train"], data.vectors)
    runs = plan.runs(dict.fromkeys(plan.cells, (0.05,)))
    assert 0 < seconds_of(runs[:1], data) < seconds_of(runs * 50, data)


def test_what_is_finished_is_not_counted(study, data, tmp_path):
    plan = Plan(study, data.corpora["train"], data.vectors)
    everything = unfinished(plan, tmp_path).trainings
    runs = plan.runs(dict.fromkeys(plan.cells, (0.05,)))
    assert [one.name for one in everything] == [one.name for one in [*plan.tuning(), *runs]]
    done = tmp_path / RUNS / runs[0].name
    done.mkdir(parents=True)
    (done / "result.json").write_text("{}")
    assert len(unfinished(plan, tmp_path).trainings) == len(everything) - 1
