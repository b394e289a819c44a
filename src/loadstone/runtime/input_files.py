"""Inputs that are files, given by their paths: a witness holds what is in them.

Where they are predicted again, they are written to a folder that goes when the process ends, and
so are kept files that a library opens.
"""

import atexit
import os
import pathlib
import shutil
import tempfile
from typing import Any, Dict, List, Optional

from .values import array_of, encode_array

_FOLDER: List[str] = []


def node(value: Any, arrays: List[Any]) -> Optional[Dict[str, Any]]:
    """Return the tree of a path, with the bytes of its file; None for what is no path."""
    import numpy as np

    if not isinstance(value, (str, pathlib.PurePath)):
        return None
    with open(str(value), "rb") as file:
        held = np.frombuffer(file.read(), dtype=np.uint8)
    is_path = isinstance(value, pathlib.PurePath)
    name = os.path.basename(str(value))
    return {"$": "file", "name": name, "path": is_path, "v": encode_array(held, arrays)}


def written(tree: Dict[str, Any], arrays: Any) -> Any:
    """Return the path of a file that holds the bytes of `tree`, of the kind that was given."""
    name = tree["name"]
    if name != os.path.basename(name) or name in ("", ".", ".."):
        raise ValueError("`{}` is no name of a file".format(name))  # noqa: EM103 - messages read better where they are raised
    path = placed(name, array_of(tree["v"], arrays).tobytes())
    return pathlib.Path(path) if tree["path"] else path


def placed(name: str, data: bytes) -> str:
    """Return the path of a file of this name that holds `data`, in a folder of its own."""
    path = os.path.join(tempfile.mkdtemp(dir=_folder()), name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def clear() -> None:
    """Remove what was written, in a process that ends without its last handlers."""
    while _FOLDER:
        shutil.rmtree(_FOLDER.pop(), ignore_errors=True)


def _folder() -> str:
    if not _FOLDER:
        _FOLDER.append(tempfile.mkdtemp(prefix="loadstone-inputs-"))
        atexit.register(clear)
    return _FOLDER[0]
