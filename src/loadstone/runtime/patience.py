"""How much of the models inside a file is followed: a look takes moments, a load what it needs."""

import contextlib
from typing import Iterator, List

LOOK = 1 << 24  # bytes or letters: what is larger would take longer than a look may
_LOAD = 1 << 34
_most: List[int] = [LOOK]


def most() -> int:
    """Return how many bytes of models are followed."""
    return _most[-1]


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Follow all of them: it is about to be loaded, and runs no code that was not judged."""
    _most.append(_LOAD)
    try:
        yield
    finally:
        _most.pop()
