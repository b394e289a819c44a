"""What a bundle predicts otherwise, kept as arrays in a new folder beside it to be studied.

The folder is named by its content: the same differences are kept once.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loadstone import atomic
from loadstone.runtime.values import npy_bytes

LIMIT = 256 << 20  # bytes of one folder
_NAME = re.compile(r"[^\w.-]")


def keep(bundle: str, arrays: Mapping[str, Any]) -> str:
    """Write `arrays` to a folder beside `bundle`; return its path, "" where none could be written.

    What is of objects, or over the limit, is left out.
    """
    files: dict[str, bytes] = {}
    for name, array in arrays.items():
        if not array.dtype.hasobject and sum(map(len, files.values())) + array.nbytes <= LIMIT:
            files[_NAME.sub("_", name) + ".npy"] = npy_bytes(array)
    if not files:
        return ""
    told = hashlib.sha256()
    for name, data in sorted(files.items()):
        told.update(name.encode() + hashlib.sha256(data).digest())
    place = Path(bundle) if Path(bundle).name else Path(bundle).absolute()
    final = place.with_name(f"{place.name}.differs-{told.hexdigest()[:8]}")
    try:
        if not os.path.lexists(final):
            with atomic.temporary(final, folder=True) as folder:
                for name, data in files.items():
                    (folder / name).write_bytes(data)
                atomic.publish(folder, final)
    except OSError:  # a place that takes no files: the report says what differs
        return ""
    return str(final)
