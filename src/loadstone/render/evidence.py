"""What was saved beside what is expected, as lines that fit the width; nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loadstone.core.findings import Finding, Row
from loadstone.render.view import View, cells, pad

FRAME = 6  # columns that stand before a line of the table


def table(finding: Finding, view: View) -> Iterator[str]:
    """Yield the rows with their headings; too wide a table is stacked, one side a line."""
    rows = finding.rows
    if not rows:
        return
    saved = _aligned([row.saved for row in rows], view)
    expected = _aligned([row.expected for row in rows], view)
    notes = [view.text(row.note) for row in rows]
    headings = (view.text(finding.headings[0]), view.text(finding.headings[1]))
    if not any(row.expected for row in rows):
        yield from _one_sided(headings[0], saved, notes)
    else:
        lines = list(_side_by_side(headings, saved, expected, notes, view))
        fits = max(cells(line) for line in lines) + FRAME <= view.width
        yield from lines if fits else _stacked(headings, rows, view)
    if finding.more:
        yield view.text(f"… and {finding.more:,} more")


def _aligned(values: Sequence[str], view: View) -> list[str]:
    """Return `name  type` cells with their types in one column; an empty cell is a dash."""
    pairs = [view.text(value or "–").partition("  ") for value in values]
    if not all(rest for _, _, rest in pairs):
        return [name + gap + rest for name, gap, rest in pairs]
    width = max(cells(name) for name, _, _ in pairs)
    return [f"{pad(name, width)}  {rest.strip()}" for name, _, rest in pairs]


def _one_sided(heading: str, saved: Sequence[str], notes: Sequence[str]) -> Iterator[str]:
    yield heading
    width = max(map(cells, saved))
    for value, note in zip(saved, notes, strict=True):
        yield f"{pad(value, width)}  {note}" if note else value


def _side_by_side(
    headings: tuple[str, str],
    saved: Sequence[str],
    expected: Sequence[str],
    notes: Sequence[str],
    view: View,
) -> Iterator[str]:
    arrow = view.text("→")
    left = max(map(cells, [headings[0], *saved]))
    right = max(map(cells, [headings[1], *expected]))
    gap = " " * (cells(arrow) + 4)
    yield f"{pad(headings[0], left)}{gap}{headings[1]}"
    for old, new, note in zip(saved, expected, notes, strict=True):
        line = f"{pad(old, left)}  {arrow}  {new}"
        yield f"{line}{' ' * (right - cells(new))}  {note}" if note else line


def _stacked(headings: tuple[str, str], rows: Sequence[Row], view: View) -> Iterator[str]:
    width = max(map(cells, headings))
    for index, row in enumerate(rows):
        if index:
            yield ""
        yield f"{pad(headings[0], width)}  {view.text(row.saved or '–')}"
        yield f"{pad(headings[1], width)}  {view.text(row.expected or '–')}"
        if row.note:
            yield f"{' ' * width}  {view.text(row.note)}"
