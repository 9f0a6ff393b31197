"""Pages about finished runs: one on a run, one on several side by side."""
