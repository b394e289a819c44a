"""Checks of the stage `inputs`, one cause a file."""
