"""A window-based named-entity recognizer whose every gradient is its own."""
