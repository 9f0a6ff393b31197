"""What a browser makes of pages, where there is one: widths, text that is cut off, scripts."""

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
  const isOutside = (text) => {
    const own = text.getBoundingClientRect(), of = text.ownerSVGElement.getBoundingClientRect();
    return own.width && (own.left < of.left - 2 || own.right > of.right + 2 ||
      own.top < of.top - 2 || own.bottom > of.bottom + 2);
  };
  const tooWide = [...page.body.querySelectorAll("*")].filter(isTooWide);
  const cutOff = [...page.querySelectorAll("svg text")].filter(isOutside);
  const style = (element) => frame.getComputedStyle(element);
  const overflows = (pre) => style(pre).overflowX == "visible" && pre.scrollWidth > pre.clientWidth;
  const size = (element) => parseFloat(style(element).fontSize);
  const isLarge = (small) => size(small) > size(small.closest("td"));
  const faults = [
    ...tooWide, ...cutOff, ...[...page.querySelectorAll("pre")].filter(overflows),
    ...[...page.querySelectorAll("td small")].filter(isLarge),
  ].map((e) => e.outerHTML);
  return [frame.innerWidth, scrollWidth - clientWidth, faults];
};
onload = () => {
  document.title = JSON.stringify(Array.from(frames, measure));
};
</script>
"""

OVERLAPS = """
<title></title>
<script>
const textsOf = (sentence) => {
  const walker = sentence.ownerDocument.createTreeWalker(sentence, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const range = sentence.ownerDocument.createRange();
    range.selectNodeContents(walker.currentNode);
    const isSeen = !walker.currentNode.parentElement.closest(".unseen");
    for (const rect of isSeen ? range.getClientRects() : []) {
      found.push([walker.currentNode.data.trim(), rect]);
    }
  }
  return found.filter(([text]) => text);
};
const overlapsOf = (sentence) => textsOf(sentence).flatMap(([one, a], place, all) =>
  all.slice(place + 1).filter(([, b]) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2
  ).map(([other]) => [one, other]));
onload = () => {
  const sentences = [...frames[0].document.querySelectorAll(".sentence")];
  const isWrapped = (sentence) => sentence.getBoundingClientRect().height > 120;
  document.title = JSON.stringify(
    [sentences.some(isWrapped), sentences.flatMap(overlapsOf)]);
};
</script>
"""


def measured(pages, width, folder):
    """Return of each page the width of a screen, by how much it is wider, and what sticks out.

    The screen is a frame, because a window cannot be as narrow as a phone; all are in one window,
    because a browser takes seconds to start.
    """
    return _found(pages, width, MEASURING, folder)


def as_printed(page):
    """Return a page that a screen shows as paper does."""
    return page.replace("@media print", "@media all").replace("@media screen", "@media print")


def overlapping(page, width, folder):
    """Return whether any sentence of a page has several lines, and which texts lie on others."""
    return _found([page], width, OVERLAPS, folder)


def _found(pages, width, script, folder):
    path = folder / "frames.html"
    frames = [FRAME.format(width=width, page=html.escape(page)) for page in pages]
    path.write_text("".join([*frames, script]), "utf-8")
    return json.loads(_title(path))


def title_of(page, folder):
    """Return the title that a page has once its scripts have run."""
    path = folder / "page.html"
    path.write_text(page, "utf-8")
    return _title(path)


def _title(path):
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000")
    result = subprocess.run(
        [BROWSER, *options, "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    titles = result.stdout[result.stdout.rindex("<title>") :]
    return html.unescape(re.search("<title>(.+?)</title>", titles)[1])
