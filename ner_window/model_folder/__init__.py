"""The model as a folder: what it holds, what it tells of itself, and how old ones are read."""
