"""Tagging new text: readers of bounded pieces, the tabulated network, the Tagger, writers."""
