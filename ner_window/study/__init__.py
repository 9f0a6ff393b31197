"""Studies: frozen or fine-tuned, what is better on some data, and what happens to the vectors."""
