"""A module that does not import."""

raise FileNotFoundError("config.yaml")
