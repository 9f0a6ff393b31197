"""The first hour with an own corpus, in its short form."""

import os
import subprocess
import sys

from tests.places import ROOT


def test_the_short_form_of_the_first_hour(tmp_path):
    environment = {**os.environ, "PYTHON": sys.executable, "TMPDIR": str(tmp_path)}
    command = ["bash", ROOT / "scripts" / "first_hour.sh", "--short"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
    assert told.returncode == 0, told.stdout[-2000:] + told.stderr[-2000:]
    assert told.stdout.count("\n$ ner-window ") >= 12
    assert "the short form is done" in told.stdout
    assert not [*tmp_path.iterdir()]  # it leaves nothing behind


def test_a_step_that_does_not_do_what_it_should_is_told(tmp_path):
    broken = tmp_path / "python"
    broken.write_text(
        "#!/bin/sh\ncase $* in *make_reviews*) ;; *) echo out of order; exit 3;; esac\n"
    )
    broken.chmod(0o755)
    environment = {**os.environ, "PYTHON": str(broken), "TMPDIR": str(tmp_path)}
    command = ["bash", ROOT / "scripts" / "first_hour.sh", "--short"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert told.returncode == 1
    assert "FAILED: exit code 3 in place of 1\nout of order\n" in told.stderr
