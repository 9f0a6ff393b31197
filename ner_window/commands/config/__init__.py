"""``ner-window config``: write configs, and show what they say."""
