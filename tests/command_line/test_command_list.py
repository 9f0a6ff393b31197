"""The list of commands, and their modules, which are imported when they are called."""

import inspect
import os
import pkgutil
import re
import subprocess
import sys
from importlib import import_module

import pytest

from ner_window import cli, commands


def functions_of_modules():
    """The functions that have their module's name, as a command has: by path."""
    for module in pkgutil.walk_packages(commands.__path__, "ner_window.commands."):
        *_, name = module.name.split(".")
        if inspect.isfunction(getattr(import_module(module.name), name, None)):
            path = module.name.removeprefix("ner_window.commands.")
            yield path.replace(".", " ").replace("_", "-")


@pytest.mark.parametrize("path", cli.COMMANDS)
def test_the_list_says_of_a_command_what_its_function_says(path):
    command = cli.load_command(path)
    summary, _, _ = inspect.cleandoc(command.help).partition("\n\n")
    assert " ".join(summary.split()) == cli.COMMANDS[path]


def test_every_module_of_a_command_is_listed():
    assert {*functions_of_modules()} == cli.COMMANDS.keys()


@pytest.mark.parametrize("old, new", cli.OLD_SPELLINGS.items())
def test_an_old_spelling_is_the_same_command(old, new, run):
    (code, old_help, _), (_, new_help, _) = (run(*path.split(), "--help") for path in (old, new))
    assert code == 0
    assert old_help == new_help.replace(f"ner-window {new}", f"ner-window {old}")


def test_the_version_is_told(run):
    code, out, err = run("--version")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"ner-window \d+\.\d+\.\d+\n", out)


def test_a_command_that_is_not_there_is_told_with_the_nearest(run):
    code, _, err = run("trian")
    assert (code, "No such command 'trian'" in err) == (2, True)


def lines_of(script, *arguments, **environment):
    """What a Python process prints that runs a script, and in it the command line."""
    command = [sys.executable, "-c", script, *arguments]
    env = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    result = subprocess.run(command, capture_output=True, check=True, env=env | environment)
    return result.stdout.decode().splitlines()


@pytest.mark.parametrize("family", [[], *([name] for name in cli.FAMILIES)])
def test_a_list_of_commands_imports_nothing_heavy(family):
    script = (
        "import sys\n"
        "from ner_window.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numpy', 'scipy', 'gensim', 'pydantic', 'yaml'} & set(sys.modules)))\n"
    )
    lines = lines_of(script, *family, "--help")
    first = next(path for path in cli.COMMANDS if path.split()[:-1] == family)
    assert any(first.split()[-1] in line for line in lines)
    assert lines[-1] in (["[]", "['pydantic']"] if family else ["[]"])  # typer reads words by it


NUMPY_SEES_THREADS = """
import os, sys
from ner_window.cli import main

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            print(os.environ.get("OPENBLAS_NUM_THREADS"))

sys.meta_path.insert(0, Finder())
try:
    main()
except SystemExit:
    pass
"""


def test_numpy_finds_the_number_of_threads_set():
    assert lines_of(NUMPY_SEES_THREADS, "score", "--help")[0] == "1"
    assert lines_of(NUMPY_SEES_THREADS, "score", "--help", OPENBLAS_NUM_THREADS="3")[0] == "3"
