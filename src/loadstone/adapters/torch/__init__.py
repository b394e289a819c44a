"""PyTorch: what a target expects, and the forms that a bundle holds."""
