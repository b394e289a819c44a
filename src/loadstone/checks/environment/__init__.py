"""Checks of the stage `environment`, one cause a file."""
