"""What pages call the files that were tagged."""

from pathlib import Path

import pytest

from ner_window.tagging.file_names import shown_names


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["data/a.txt"], ["a.txt"]),
        (["/home/me/a.txt", "b.txt"], ["a.txt", "b.txt"]),
        (["one/x/a.txt", "two/x/a.txt", "one/b.txt"], ["one/x/a.txt", "two/x/a.txt", "b.txt"]),
        (["one/a.txt", "one/two/a.txt", "b/a.txt"], ["one/a.txt", "two/a.txt", "b/a.txt"]),
        (["a.txt", "./a.txt", "x/../a.txt"], ["a.txt"] * 3),
        (["/a.txt", "/b/a.txt"], ["/a.txt", "b/a.txt"]),
        (["<stdin>", "in"], ["standard input", "in"]),
        (["x/\udcff.txt"], ["?.txt"]),
    ],
)
def test_files_are_called_by_as_much_of_their_paths_as_tells_them_apart(files, expected):
    assert shown_names(files) == expected


def test_a_file_here_is_told_from_one_below(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown_names(["a.txt", "x/a.txt"]) == [f"{Path.cwd().name}/a.txt", "x/a.txt"]
