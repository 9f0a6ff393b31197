"""``python -m ner_window`` is ``ner-window``."""

from ner_window.cli import main

main()
