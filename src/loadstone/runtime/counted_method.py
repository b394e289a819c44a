"""A method of one object that counts, and is the plain method in copies and pickles."""

import contextlib
from typing import Any, Callable

from . import lookups


class Counted:
    """What stands in the place of a method of a library's object."""

    def __init__(self, item: Any, method: str, count: Callable[..., None]) -> None:
        """Call `count` with what the `method` of `item` returned, and what it was given."""
        self.item = item
        self.method = method
        self.plain = getattr(item, method)
        self.count = count

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Return what the method does; what it looks up inside is not counted again."""
        if lookups.current() is None:
            return self.plain(*args, **options)
        with lookups.paused():
            made = self.plain(*args, **options)
        with contextlib.suppress(Exception):  # a prediction never fails because of a count
            self.count(made, *args, **options)
        return made

    def __reduce__(self) -> Any:
        """Become the plain method in copies and pickles."""
        return getattr, (self.item, self.method)


def count_by(item: Any, method: str, count: Callable[..., None]) -> None:
    """Let a method of an object count."""
    object.__setattr__(item, method, Counted(item, method, count))


def rows_of(given: Any, *, listed: bool) -> Callable[[int], Any]:
    """Return what tells which row of the batch an item is: None for what is not of a batch."""
    log = lookups.current()
    located = log is not None and listed and log.is_batch(given)
    return (lambda at: at) if located else (lambda _: None)
