"""What all pages stand on: a skeleton, a style, macros, pictures. It knows nothing of entities."""
