"""Standard input and output of a process: pipes, their encoding, and their end."""

import os
import subprocess
import sys

from tests.small_files import CORPUS

COMMAND = [sys.executable, "-m", "ner_window"]


def test_a_pipe_is_read_and_written_in_utf8_whatever_the_locale(trained):
    folder, _, _ = trained
    corpus = CORPUS + "\n東京 O\n"
    tokens = "".join(line.partition(" ")[0] + "\n" for line in corpus.splitlines())
    tagged = subprocess.run(
        [*COMMAND, "tag", str(folder), "--input", "conll"],
        input=tokens.encode(),
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert tagged.stdout.decode() == corpus.replace(" ", "\t")


def test_a_closed_pipe_is_no_traceback(trained, tmp_path):
    folder, _, _ = trained
    long_file = tmp_path / "long"
    long_file.write_text("Oslo\n\n" * 20_000)  # more than a pipe holds
    command = f"{' '.join(COMMAND)} tag {folder} {long_file} | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, timeout=60)
    assert result.stdout.startswith(b"Oslo\t")
    assert result.stderr == b""
