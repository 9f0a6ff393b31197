"""What a page gives away: the numbers behind it, within the page itself, so that it stays whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape


def csv_link(file_name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Return a link that saves rows as a CSV file of this name."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    data = quote(text.getvalue(), safe=",:;/()+ ".replace(" ", ""))
    return Markup(
        f'<a download="{escape(file_name)}" href="data:text/csv;charset=utf-8,{data}">'
        f"{escape(file_name)}</a>"
    )
