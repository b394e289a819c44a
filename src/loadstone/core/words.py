"""Small helpers for sentences: counts, lists, nearest names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def count(number: int, noun: str, plural: str = "") -> str:
    """Return `1 tensor`, `2 tensors`, `1,000 tensors`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def share(part: float) -> str:
    """Return a share of 1 in per cent: `33%`, `0.4%`, `0%`."""
    return f"{100 * part:.0f}%" if part >= 0.1 or part == 0 else f"{100 * part:.2g}%"


def as_argument(call: str) -> str:
    """Return a call, `pkg:Net(depth=18)`, as a shell takes it, its texts in double quotes."""
    import shlex

    return shlex.quote(call if '"' in call or "\\" in call else call.replace("'", '"'))


def listed(names: Sequence[str], limit: int = 4, *, total: int | None = None) -> str:
    """Return `a`, `b` and 3 more; each name in backticks, of `total` where some are not known."""
    shown = [f"`{name}`" for name in names[:limit]]
    rest = max(total or 0, len(names)) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def nearest(name: str, options: Iterable[str], limit: int = 4) -> tuple[str, ...]:
    """Return the names closest to `name`, best first, at most `limit`."""
    import difflib

    pool = sorted(set(options))
    folded = {option.lower(): option for option in pool}
    close = difflib.get_close_matches(name.lower(), folded, n=limit, cutoff=0.5)
    contained = [o for o in pool if name.lower() in o.lower() or o.lower() in name.lower()]
    ordered = dict.fromkeys([folded[item] for item in close] + contained)
    return tuple(ordered)[:limit]


def size(number: int) -> str:
    """Return `130 bytes`, `44.7 MB`, `4.20 GB`; powers of ten."""
    if number < 1000:
        return count(number, "byte")
    value, unit = float(number), "bytes"
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 - the last unit stays
        value /= 1000
        if value < 999.5:
            break
    return f"{value:.3g} {unit}" if value < 999.5 else f"{value:,.0f} {unit}"
