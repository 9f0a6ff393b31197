"""``ner-window model``: look into model folders, and make others from them."""
