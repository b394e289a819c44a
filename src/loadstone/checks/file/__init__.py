"""Checks of the stage `file`, one cause a file."""
