"""Checks of the stage `format`, one cause a file."""
