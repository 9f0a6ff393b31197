"""Tagging as a stream of batches: neither their size nor who tags them changes what is written."""

import pytest

from ner_window.corpora.conll import Layout
from ner_window.parallel import Workers
from ner_window.tagging.inputs import INPUTS, Source
from ner_window.tagging.outputs import OUTPUTS
from ner_window.tagging.streams import Task, batches, tag_to
from tests.small_files import CORPUS


@pytest.mark.parametrize("output", ["conll", "spans", "html"])
def test_batches_and_processes_change_nothing(trained, tmp_path, output):
    sources = []
    for name in ("a.conll", "b.conll"):
        (tmp_path / name).write_text(CORPUS * 9)
        sources.append(Source(tmp_path / name, INPUTS["conll"], Layout(), None))
    model = trained()

    def written(tokens_at_once, workers):
        parts, counts = [], []
        task = Task(model, 64, OUTPUTS[output], 0, tokens_at_once)
        tag_to(parts.append, task, sources, workers, counts.append)
        assert sum(counts) == 2 * 9 * 14
        assert len(counts) == len(list(batches(task, sources)))
        return "".join(parts), len(counts)

    whole, count = written(1000, Workers(1))
    assert count == 2  # no batch has pieces of two files
    for workers in (Workers(1), Workers(2)):
        cut, count = written(10, workers)
        assert count > 10
        assert cut == whole
