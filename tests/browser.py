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
<title></title>
<script>
onload = () => {{
  const page = frames[0].document, {{clientWidth, scrollWidth}} = page.documentElement;
  const isTooWide = (element) =>
    !element.closest("svg, pre") && !element.parentElement.closest(".scroll") &&
    element.getBoundingClientRect().right > clientWidth + 1;
  const tooWide = [...page.body.querySelectorAll("*")].filter(isTooWide);
  document.title = JSON.stringify(
    [frames[0].innerWidth, scrollWidth - clientWidth, tooWide.map((e) => e.outerHTML)]);
}};
</script>
"""


def measured(page, width, tmp_path):
    """Return the width of a screen, by how much a page is wider, and what sticks out.

    The screen is a frame, because a window cannot be as narrow as a phone.
    """
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width, page=html.escape(page)), "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000")
    result = subprocess.run(
        [BROWSER, *options, "--dump-dom", frame.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    title = re.search("<title>(.+?)</title>", result.stdout[result.stdout.rindex("<title>") :])
    return json.loads(html.unescape(title[1]))
