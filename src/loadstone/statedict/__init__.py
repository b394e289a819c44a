"""Names and shapes in, edits out: pure."""
