"""Checks of the stage `code`, one cause a file."""
