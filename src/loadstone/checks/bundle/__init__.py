"""Checks of the stage `bundle`, one cause a file."""
