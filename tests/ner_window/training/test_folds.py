"""What a cross-validation says of its folds."""

from ner_window.corpora.conll import Layout
from ner_window.corpora.file_split import FileSplit
from ner_window.training.folds import repeated_in_other_folds


def test_sentences_that_another_fold_has_as_well_are_counted(tmp_path):
    """Documents are held together, so that what several of them have is in several folds."""
    path = tmp_path / "all.txt"
    documents = [f"-DOCSTART- O\n\nOslo B-LOC\n\nword{n} O\n\n" for n in range(9)]
    path.write_text("".join(documents), "utf-8")
    assert repeated_in_other_folds(FileSplit.of(path, Layout(), [1 / 3] * 3, 1)) == 9
    path.write_text("".join(documents).replace("Oslo B-LOC\n\n", ""), "utf-8")
    assert repeated_in_other_folds(FileSplit.of(path, Layout(), [1 / 3] * 3, 1)) == 0
