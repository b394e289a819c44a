"""A module with a function that gives no model."""


def train() -> dict:
    return {"loss": 0.1}
