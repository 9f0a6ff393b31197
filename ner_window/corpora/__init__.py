"""Files of sentences with tags: reading, converting, downloading."""
