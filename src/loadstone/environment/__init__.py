"""This environment: what is installed, and processes that run elsewhere."""
