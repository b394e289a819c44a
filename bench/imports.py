"""`import loadstone` and `loadstone --help`, beside Python that does nothing."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench._measure import Table, processes

OURS = "import loadstone"
CONTENDERS = {
    OURS: "import loadstone",
    "loadstone --help": (
        "import io, sys; sys.stdout = io.StringIO()\n"
        "from loadstone.cli import main\nassert main(['--help']) == 0"
    ),
    "python, nothing else": "",
    "import torch": "import torch",
}


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield one table."""
    table = Table("import", processes(CONTENDERS, 1 if quick else 11), OURS)
    ours, shown, bare = (statistics.median(row.cpu) * 1e3 for row in table.rows[:3])
    added = f"import {ours - bare:.1f} ms, --help {shown - bare:.1f} ms"
    table.notes.append(f"over bare Python, processor time: {added}")
    yield table
