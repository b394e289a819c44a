"""A project with a function that builds things."""


def build(size: int) -> list:
    return [0] * size
