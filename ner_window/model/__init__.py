"""The network, what it scores, and the model that turns tokens into tags."""
