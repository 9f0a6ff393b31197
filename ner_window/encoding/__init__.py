"""From tokens to integers: words, features, windows, documents."""
