"""One package a framework; it is imported inside functions only."""
