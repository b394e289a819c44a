"""A line on stderr that says how far it is: only where somebody looks, gone when it ends."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from loadstone.cli.terminal import is_terminal, view_of, write
from loadstone.render.view import cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

_AFTER = 0.5  # seconds: what is sooner done needs no bar
_LENGTH = 24


class Bar:
    """So many of so many are done, and which was the last; `LOADSTONE_NO_PROGRESS` leaves it out.

    Where the total is not known, the number and the last one alone.
    """

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.total: int | None = None
        self._done = 0
        self._begun = time.monotonic()
        self._one = threading.Lock()
        self._shown = is_terminal(sys.stderr) and not os.environ.get("LOADSTONE_NO_PROGRESS")

    def begin(self, total: int) -> None:
        """Take note of how many there will be."""
        self.total = total
        self._draw("")

    def tell(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """Return what hears of single steps: nothing where the bar is shown in their place."""
        return (lambda _: None) if self._shown else say

    def step(self, last: object) -> None:
        """Count one more, which was `last`."""
        with self._one:
            self._done += 1
            self._draw(str(last))

    def _draw(self, last: str) -> None:
        if not self._shown or time.monotonic() - self._begun < _AFTER:
            return
        view = view_of(sys.stderr)
        text = f"  {self._bar(view.unicode)}{self.noun}  {view.text(last)}"
        while cells(text) >= view.width:
            text = text[:-1]
        write(f"\r\x1b[K{text}", sys.stderr)
        sys.stderr.flush()

    def _bar(self, unicode: bool) -> str:  # noqa: FBT001 - private, called once
        if not self.total:
            return f"{self._done} "
        full = round(_LENGTH * self._done / self.total)
        signs = "━╌" if unicode else "#-"
        return f"{signs[0] * full}{signs[1] * (_LENGTH - full)}  {self._done}/{self.total} "

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            write("\r\x1b[K", sys.stderr)
