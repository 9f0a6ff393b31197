"""Pretrained word vectors: files, formats, look-up."""
