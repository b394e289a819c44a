"""Checks of the stage `trust`, one cause a file."""
