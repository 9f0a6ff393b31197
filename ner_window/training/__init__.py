"""Optimization, runs and what is kept of them."""
