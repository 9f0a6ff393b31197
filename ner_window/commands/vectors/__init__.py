"""``ner-window vectors``: look into word vectors, convert and fetch them."""
