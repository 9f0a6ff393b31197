"""Types of entities on pages: what they are called in full, where they are known ones."""

FULL_NAMES = {
    "PER": "person",
    "LOC": "location",
    "ORG": "organization",
    "MISC": "miscellaneous name",
}
COLORS = 8  # of the palette, ``--type-1`` to ``--type-8``
