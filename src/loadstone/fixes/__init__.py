"""Edits applied to the tensors of an artifact, and written beside it."""
