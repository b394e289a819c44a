"""Checks of the stage `outputs`, one cause a file."""
