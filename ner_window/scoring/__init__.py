"""Entity counts and F1: as the shared task counts, strictly, and repaired."""
