"""What the user says of the environment that a file is to be loaded in."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from loadstone.core.classes import dataclass, field

Say = Callable[[str], None]


def _silent(_: str) -> None:
    """Hear nothing."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of the environment, over what the file says."""

    pins: Mapping[str, str] = field(default_factory=dict)  # distribution to specifier
    python: str | None = None
    wheelhouse: str | os.PathLike[str] | None = None
    offline: bool = False
    say: Say = _silent  # hears what is being done
    open_ranges: bool = False  # a range that the file only hints at is any version
