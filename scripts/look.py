"""Looks at every kind of page as its readers do, and takes the pictures of docs/pages.md.

Trains two runs on the sample, compares vectors on it, explains a token, tags a text and draws the
plot of find-lr, in a folder of its own; opens all pages in Chromium at 1280 and 390 pixels, light
and dark; and names what is wrong: text that is cut off, a page wider than the screen, requests,
links within a page that lead nowhere, invalid HTML (html-validate), what those cannot use who do
not see it, and contrast (axe-core), pages that are too heavy. Exits with 1 where anything is.

Needs node, npm and a Chromium; what it takes from npm stays in its folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("puppeteer-core@25", "axe-core@4", "html-validate@10")
WIDTHS, HEIGHT = (1280, 390), 900  # pixels
PICTURED = {"light": 1280, "dark": 390}  # what there are pictures of: a desktop, and a phone
CONTRAST = 5.0
KILOBYTE = 1000
HEAVIEST = {"report": 200, "study": 250, "comparison": 200, "explanation": 100, "tagging": 100}
SENTENCE = "Officials in Lima said on Friday that John Smith of Acme Holdings will visit Peru ."
QUICKSTART = ("train", "configs/quickstart.yaml")
STUDY = ("compare", "configs/compare/sample.yaml", "--set", "seeds=2")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=ROOT / ".look", help="where pages are made")
    parser.add_argument("--study", type=Path, help="a finished study, instead of a short one")
    parser.add_argument("--pictures", action="store_true", help="write those of docs/pages.md")
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    npm = shutil.which("npm")
    if browser is None or npm is None:
        sys.exit(f"needs npm and one of {', '.join(BROWSERS)}")
    pages = made(options.folder.absolute(), options.study)
    folder = options.folder.absolute()
    faults = [*too_heavy(pages), *looked_at(pages, folder, browser, npm, options.pictures)]
    print("\n".join(faults) or f"{len(pages)} pages, nothing to mend")
    sys.exit(bool(faults))


def made(folder: Path, study: Path | None) -> dict[str, Path]:
    """Make a page of each kind, where it is not there yet, and return them."""
    folder.mkdir(exist_ok=True)
    tuned, frozen = folder / "tuned", folder / "frozen"
    fixed = ("--set", "embeddings.trainable=false")
    for run, settings in ((tuned, ()), (frozen, fixed)):
        if not run.exists():
            ner_window(*QUICKSTART, *settings, "--out", run)
    if study is None and not (folder / "study").exists():
        ner_window(*STUDY, "--out", folder / "study")
    shutil.rmtree(folder / "pages", ignore_errors=True)
    pages = folder / "pages"
    pages.mkdir()
    ner_window("report", tuned, "--out", pages / "report.html")
    ner_window("report", tuned, frozen, "--out", pages / "comparison")
    where = ("--tokens", "--token", "Lima", "--html", pages / "explanation.html")
    ner_window("explain", tuned, SENTENCE, *where)
    tagged = ("--output", "html", "--out", pages / "tagging.html")
    ner_window("tag", tuned, "data/sample/test.conll", *tagged)
    return {
        "report": pages / "report.html",
        "comparison": pages / "comparison" / "index.html",
        "study": (study or folder / "study").absolute() / "study.html",
        "explanation": pages / "explanation.html",
        "tagging": pages / "tagging.html",
    }


def ner_window(*arguments: object) -> None:
    command = [sys.executable, "-m", "ner_window", *map(str, arguments)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")


def too_heavy(pages: dict[str, Path]) -> list[str]:
    """Return the pages that have more kilobytes than they should."""
    sizes = {name: path.stat().st_size / KILOBYTE for name, path in pages.items()}
    for name, size in sizes.items():
        print(f"{name}: {size:.0f} kB of {HEAVIEST[name]}")
    return [f"{name}: {size:.0f} kB" for name, size in sizes.items() if size > HEAVIEST[name]]


def looked_at(
    pages: dict[str, Path], folder: Path, browser: str, npm: str, with_pictures: bool
) -> list[str]:
    """Return what is wrong with the pages in a browser."""
    modules = folder / "npm"
    if not (modules / "node_modules").exists():
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", modules]
        subprocess.run([*install, *PACKAGES], check=True)
    pictures = ROOT / "docs" / "pages"
    pictures.mkdir(exist_ok=True)
    plan = {
        "browser": browser,
        "modules": str(modules),
        "widths": WIDTHS,
        "height": HEIGHT,
        "pictured": PICTURED,
        "contrast": CONTRAST,
        "pages": [
            {
                "name": name,
                "path": str(path),
                "picture": str(pictures / name) if with_pictures else None,
            }
            for name, path in pages.items()
        ],
    }
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    script = ["node", str(Path(__file__).with_suffix(".mjs")), str(folder / "plan.json")]
    found = subprocess.run(script, check=True, stdout=subprocess.PIPE, text=True)
    faults: list[str] = json.loads(found.stdout)
    return faults


if __name__ == "__main__":
    main()
