"""Files that captured code opens: kept with it, and given to it by the names that it has for them.

A library that the code gives such a name to gets a copy. What looks like a secret is not kept.
"""

from __future__ import annotations

import hashlib
import json
import locale
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from loadstone.runtime.code import INDEX

_MOST = 64 << 20  # bytes of one file
_SECRET = re.compile(
    r"(?i)\.(pem|key|p12|pfx|jks|kdbx)$|^id_[a-z0-9]+$|credential|secret|passw|token$"
)


def is_kept(name: str) -> bool:
    """Whether a file may be put into a bundle: it is there, of some size, and looks like data."""
    path = Path(name)
    if not name or not path.is_file() or path.stat().st_size > _MOST:
        return False
    parts = path.resolve().parts
    return not any(part.startswith(".") for part in parts) and not _SECRET.search(parts[-1])


def is_of(name: str, inputs: Iterable[str]) -> bool:
    """Whether the name of a file is made of one of the inputs: another input has another file."""
    parts = set(re.split(r"[^A-Za-z0-9]+", name))
    parts |= {part.lstrip("0") or "0" for part in parts if part.isdigit()}  # `007.png` of 7
    return any(text in parts or (len(text) > 2 and text in name) for text in inputs)


def with_files(files: Mapping[str, bytes], names: Iterable[str]) -> dict[str, bytes]:
    """Return the files of a capture with those that its code opens by these names."""
    made = dict(files)
    if not names:
        return made
    index = json.loads(made[INDEX])
    held = index.setdefault("opened", [])
    for name in sorted(set(names) - {item["name"] for item in held}):
        data = Path(name).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        known = (at for at, other in index["files"].items() if other == digest)
        place = next(known, f"code/files/{len(held)}-{_plain(name)}")
        made[place] = data
        index["files"][place] = digest
        encoding = locale.getpreferredencoding(False)  # noqa: FBT003 - the one that `open` takes
        held.append({"name": name, "file": place, "encoding": encoding})
    made[INDEX] = (json.dumps(index, indent=1, allow_nan=False) + "\n").encode()
    return made


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", Path(name).name)[-60:]
