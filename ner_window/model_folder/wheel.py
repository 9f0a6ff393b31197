"""The wheel of this very package, for those to whom a model is given.

From a checkout pip builds it, with the build backend of ``pyproject.toml``. Where the package was
installed from a wheel, its files and what was recorded of them are put together again, as
https://packaging.python.org/en/latest/specifications/binary-distribution-format/ has it: that needs
no network and no tool.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, PathDistribution, version
from pathlib import Path
from tempfile import TemporaryDirectory

from ner_window.errors import InputError
from ner_window.files import check_new, new_file

PACKAGE = "ner_window"
OF_THE_INSTALLER = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files make the same wheel, whenever they were installed
READABLE = 0o644 << 16


def wheel_name() -> str:
    """Return what the wheel of this version is called."""
    return f"{PACKAGE}-{version('ner-window')}-py3-none-any.whl"


def write_wheel(folder: Path) -> Path:
    """Write the wheel of the package that is running into a folder; return its path.

    Raises InputError where it cannot be built.
    """
    home = Path(__file__).parents[2]
    if (home / "pyproject.toml").is_file():
        return _built(home, folder)
    return _put_together(home, folder)


@contextmanager
def wheel_beside(out: Path) -> Iterator[str]:
    """Build the wheel, and give its name; lay it beside ``out`` when all has gone well.

    Raises InputError where it cannot be built, and where another file has its name there.
    """
    with TemporaryDirectory() as scratch:
        wheel = write_wheel(Path(scratch))
        target = out.parent / wheel.name
        is_there = target.is_file() and target.read_bytes() == wheel.read_bytes()
        if not is_there:
            check_new(target)
        yield wheel.name
        if not is_there:
            with new_file(target) as file:
                file.write(wheel.read_bytes())


def _built(checkout: Path, folder: Path) -> Path:
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(folder))
    command = [sys.executable, "-m", "pip", "wheel", *options, str(checkout)]
    result = subprocess.run(command, capture_output=True, text=True)
    wheels = [*folder.glob(f"{PACKAGE}-*.whl")]
    if result.returncode != 0 or not wheels:
        lines = [line.strip() for line in result.stderr.splitlines() if line.strip()]
        reasons = [line for line in lines if line.startswith("ERROR:")] or lines or ["no reason"]
        raise InputError(
            f"the wheel of ner-window in {checkout} cannot be built: {reasons[0]}\n"
            "pip builds it, and fetches the build backend (hatchling): that needs pip, and a "
            "network. Without one, build it elsewhere, and lay it beside the bundle:\n"
            f"  python -m pip wheel --no-deps {checkout}"
        )
    return wheels[0]


def _put_together(home: Path, folder: Path) -> Path:
    infos = [*home.glob(f"{PACKAGE}-*.dist-info")]
    if not infos:
        raise InputError(
            f"ner-window in {home} was not installed by pip: there is nothing to make a wheel of; "
            "install it from its wheel, or run this from a checkout"
        )
    info = infos[0]
    path = folder / wheel_name()
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name in _names(PathDistribution(info), info.name):
            content = (home / name).read_bytes()
            _add(wheel, name, content)
            sha256 = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
            rows.writerow([name, f"sha256={sha256.rstrip('=')}", len(content)])
        rows.writerow([f"{info.name}/RECORD", "", ""])
        _add(wheel, f"{info.name}/RECORD", record.getvalue().encode())
    return path


def _names(distribution: Distribution, info: str) -> Iterator[str]:
    """Yield the files that came with the wheel, those of its metadata last."""
    names = sorted(str(path.as_posix()) for path in distribution.files or ())
    own = [f"{info}/{name}" for name in OF_THE_INSTALLER]
    for name in sorted(names, key=lambda name: name.startswith(info)):
        if name not in own and not name.startswith("..") and not name.endswith(".pyc"):
            yield name


def _add(wheel: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = READABLE
    wheel.writestr(entry, content)
