"""Findings that the caller lets stand, with the reason given for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def reasons(accept: Mapping[str, str] | Iterable[str] | None) -> dict[str, str]:
    """Return accepted codes with the reasons given for them."""
    if isinstance(accept, Mapping):
        return dict(accept)
    if isinstance(accept, str):
        return {accept: ""}
    return dict.fromkeys(accept or (), "")
