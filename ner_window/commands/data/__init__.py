"""``ner-window data``: look after data files."""
