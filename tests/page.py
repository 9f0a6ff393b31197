"""A page as tests read it: closed in order, its elements with their attributes, its text."""

from html.parser import HTMLParser

VOID = {"meta", "wbr", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """The elements of a page in order, and the text of each kind: directly within, and whole."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.texts, self.whole = [], [], {}, {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
            self.whole.setdefault(tag, []).append("")

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.whole[tag][-1] += data
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self, start=""):
        """Where links lead that leave the page, or those that start so."""
        places = [link["href"] for link in self.all("a")]
        inside = ("#", "data:")
        return [p for p in places if (p.startswith(start) if start else not p.startswith(inside))]
