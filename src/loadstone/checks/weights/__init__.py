"""Checks of the stage `weights`, one cause a file."""
