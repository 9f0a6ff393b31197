"""How good a model is, and what the data are like."""
