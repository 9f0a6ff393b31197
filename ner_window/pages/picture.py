"""A picture drawn by matplotlib: within a page, or as files of its own.

Within a page it is SVG whose colors are variables of the shared style, whose text is text, and
whose points say their values to a pointer that rests on them (``tell_values``). matplotlib writes
colors as numbers only, so that the variables are put in place of numbers that nothing else uses.
Files have the colors that the style has on white paper; where the screen is dark, an SVG file takes
the others. All are the same to the byte in every run.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, unquote

import matplotlib as mpl
from cycler import cycler
from markupsafe import Markup, escape
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ner_window.pages.base import shared_style

Axes = Any

SERIES = ("C0", "C1", "C2", "C3", "C4", "C5")  # by their place in the palette: what is compared
INK, DATA, RIGHT, WRONG = "C6", "C7", "C8", "C9"  # lines of a plot, what is not compared, roles
BACKGROUND = "C11"  # what hollow marks are filled with
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))
MARKERS = "osD^vP"  # series are told apart without colors too

ROLES = ("--ink", "--data", "--right", "--wrong", "--grid", "--paper")
NAMES = (*(f"--series-{number}" for number in range(1, len(SERIES) + 1)), *ROLES)
PAGE = tuple(f"#0000{number:02d}" for number in range(11, 11 + len(NAMES)))
PALETTES = shared_style().split("@media")
LIGHT, DARK, *_ = (dict(re.findall(r"(--[\w-]+): (#\w+)", part)) for part in PALETTES)
PAPER = tuple(LIGHT[name] for name in NAMES)
FONTS = "system-ui, 'DejaVu Sans', sans-serif"

WIDTH, HEIGHT = 4.4, 2.7  # inches: narrow, so that text stays legible on a phone
TOLD = "values:"  # how the id of an artist starts whose points tell their values
PIXELS_PER_INCH = 200
METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
FONT = re.compile(r"font-family: [^;]*; ")
TRANSPARENT = dict.fromkeys(("figure.facecolor", "axes.facecolor"), "none")


@dataclass(frozen=True)
class Picture:
    """A picture of a size in inches; ``alt`` says what it shows to those who cannot see it.

    ``paint`` draws into axes, with the colors ``SERIES`` and ``INK``. ``name`` is one that no other
    picture of a page has.
    """

    name: str
    alt: str
    height: float
    paint: Callable[[Axes], None]
    width: float = WIDTH

    def within_page(self) -> Markup:
        """Return the picture as an SVG element whose names are its own within the page."""
        svg = self._drawn(PAGE, "svg", {"svg.fonttype": "none", **TRANSPARENT})
        return Markup(_within_page(svg.decode(), self.name, self.alt))

    def svg(self) -> bytes:
        """Return the picture as an SVG file, whose text is text, for light and dark screens."""
        svg = self._drawn(PAPER, "svg", {"svg.fonttype": "none"}).decode()
        return _alone(svg, self.alt).encode()

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        return self._drawn(PAPER, "png", {})

    def _drawn(
        self, palette: tuple[str, ...], kind: Literal["svg", "png"], style: dict[str, Any]
    ) -> bytes:
        whole = _style(palette) | {"svg.hashsalt": self.name} | style
        with mpl.rc_context(whole), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # a browser has fonts for every script
            figure = Figure(figsize=(self.width, self.height), layout="constrained")
            self.paint(figure.subplots())
            file = io.BytesIO()
            if kind == "svg":  # not by `savefig`, which draws all twice where there is a layout
                canvas: Any = FigureCanvasSVG(figure)
                canvas.print_svg(file, metadata=METADATA)
            else:
                figure.savefig(file, dpi=PIXELS_PER_INCH, metadata={"Software": None})
        return file.getvalue() if kind == "png" else _telling(file.getvalue().decode()).encode()


def series_look(number: int) -> dict[str, Any]:
    """Return how the series of a number is drawn, as matplotlib takes it."""
    place = number % len(SERIES)
    return {"color": SERIES[place], "linestyle": DASHES[place], "marker": MARKERS[place]}


def series_class(number: int) -> str:
    """Return the class of what a page says of the series of a number, in its color."""
    return f"series series-{number % len(SERIES) + 1}"


def tell_values(artist: Any, values: Sequence[str]) -> None:
    """Let each marker of a line, or each bar of one color, say its value, in their order."""
    artist.set_gid(TOLD + "|".join(quote(value) for value in values))


def _telling(svg: str) -> str:
    """Return an SVG whose points have the titles that ``tell_values`` gave their artists."""
    first, *parts = re.split(f'<g id="{TOLD}', svg)
    told = (part.partition('"') for part in parts)
    return first + "".join(f"<g{_with_titles(values, rest)}" for values, _, rest in told)


def _with_titles(values: str, rest: str) -> str:
    """Return what follows an artist's id, with a title in each of its markers, or in its shape."""
    drawn, end, others = rest.partition("</g>")
    shape = "use" if "<use" in drawn else "path"
    titles = iter(values.split("|"))

    def titled(found: re.Match[str]) -> str:
        title = next(titles, None)
        if title is None:
            return found.group()
        return f"{found.group()[:-2]}><title>{escape(unquote(title))}</title></{shape}>"

    return re.sub(f"<{shape} [^>]*/>", titled, drawn) + end + others


def _style(palette: tuple[str, ...]) -> Any:
    ink, grid = (palette[NAMES.index(name)] for name in ("--ink", "--grid"))
    return {
        "axes.prop_cycle": cycler(color=palette),
        "text.parse_math": False,
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": grid,
        "legend.frameon": False,
        **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor"), ink),
        **dict.fromkeys(("xtick.color", "ytick.color"), ink),
    }


def _alone(svg: str, alt: str) -> str:
    """Return an SVG file that says what it shows, and has other colors on a dark screen."""
    dark = "".join(
        f'[style*="{property}: {LIGHT[name]}"] {{ {property}: {DARK[name]} !important }}\n'
        for name in NAMES
        for property in ("fill", "stroke")
    )
    head = (
        f' role="img" font-family="{FONTS}"><title>{escape(alt)}</title>\n'
        f"<style>\n@media screen and (prefers-color-scheme: dark) {{\n"
        f"svg {{ background: {DARK['--paper']} }}\n{dark}}}\n</style>"
    )
    before, start, rest = FONT.sub("", svg).partition("<svg")
    attributes, _, body = rest.partition(">")
    return f"{before}{start}{attributes}{head}{body}"


def _within_page(svg: str, name: str, alt: str) -> str:
    _, _, body = svg[svg.index("<svg") :].partition(">")
    size = re.search(r'viewBox="[^"]*"', svg)
    assert size is not None
    body = re.sub(r"<defs>\s*<style.*?</defs>", "", body, flags=re.DOTALL)  # would style the page
    body = FONT.sub("", body)
    body = _compact(body)
    body = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", body)
    body = body.replace("xlink:href", "href")
    for color, variable in zip(PAGE, NAMES, strict=True):
        body = body.replace(color, f"var({variable})")
    label = escape(alt)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size.group()} role="img" '
        f'aria-label="{label}"><title>{label}</title>{body}'
    )


def _compact(svg: str) -> str:
    """Return the inside of an SVG with two decimals, and without names that nothing refers to."""
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*"', "", svg)
    svg = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag.group()), svg)
    return re.sub(r">\s+<", "><", svg).replace(" \n", " ").replace("\n", " ")
