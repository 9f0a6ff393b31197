"""From text to sentences of tokens, with exact offsets."""
