"""How wide pages are in a browser, where there is one."""

import html
import json
import re
import shutil
import subprocess

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
needs_browser = pytest.mark.skipif(
    BROWSER is None, reason=f"none of {', '.join(BROWSERS)} is on this machine"
)

FRAME = """
<iframe style="width: {width}px; height: 900px; border: 0" srcdoc="{page}"></iframe>
"""
MEASURING = """
<title></title>
<script>
const measure = (frame) => {
  const page = frame.document, {clientWidth, scrollWidth} = page.documentElement;
  const isTooWide = (element) =>
    !element.closest("svg, pre") && !element.parentElement.closest(".scroll, nav") &&
    element.getBoundingClientRect().right > clientWidth + 1;
  const tooWide = [...page.body.querySelectorAll("*")].filter(isTooWide);
  return [frame.innerWidth, scrollWidth - clientWidth, tooWide.map((e) => e.outerHTML)];
};
onload = () => {
  document.title = JSON.stringify(Array.from(frames, measure));
};
</script>
"""


def measured(pages, width, folder):
    """Return of each page the width of a screen, by how much it is wider, and what sticks out.

    The screen is a frame, because a window cannot be as narrow as a phone; all are in one window,
    because a browser takes seconds to start.
    """
    path = folder / "frames.html"
    frames = [FRAME.format(width=width, page=html.escape(page)) for page in pages]
    path.write_text("".join([*frames, MEASURING]), "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000")
    result = subprocess.run(
        [BROWSER, *options, "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    title = re.search("<title>(.+?)</title>", result.stdout[result.stdout.rindex("<title>") :])
    return json.loads(html.unescape(title[1]))
