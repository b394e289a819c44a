"""Bundles: what is written, how it is read back, and the facts about it."""
