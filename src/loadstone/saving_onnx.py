"""A live model of Keras or TensorFlow as an ONNX graph, written beside TensorFlow by tf2onnx.

That is here where both are installed, else in an environment of its own, if it is asked for.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loadstone import readers, saving_forms
from loadstone.adapters.live import Form, NotMadeError
from loadstone.engine import portable
from loadstone.environment import rebuild
from loadstone.environment.asking import Asking
from loadstone.environment.wishes import Wishes
from loadstone.runtime.errors import in_a_line
from loadstone.saving_forms import Kept

TOOL = "tf2onnx"


def write(
    form: Form, rows: Any, *, asked: bool, wishes: Wishes | None = None, timeout: float = 600.0
) -> tuple[bytes, dict[str, Any]]:
    """Return the graph of a form that is a file or a folder, and the names of its outputs.

    It gives what the form gives for `rows`, and for rows mixed of them. An environment is built
    only where it is `asked` for. Raises `NotMadeError`.
    """
    with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
        for name, parts in form.parts.items():
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"".join(parts))
        source = Path(folder, form.entry.get("folder") or form.entry["file"])
        kept = Kept(readers.read(source), trust=False, code=None, timeout=timeout)
        try:
            ways = _ways(kept, wishes or Wishes(), asked=asked)
            made = saving_forms.converted(ways, ("",), rows, timeout)
        except portable.NotPortableError as error:
            raise NotMadeError(in_a_line(error.why)) from error
        except rebuild.ERRORS as error:
            raise NotMadeError(str(error).splitlines()[-1]) from error
    return made.data, dict(made.labels or {})


def _ways(kept: Kept, wishes: Wishes, *, asked: bool) -> list[Callable[[], Asking]]:
    """Return what each gives the form beside the exporter: here, or where that is installed."""
    if all(importlib.util.find_spec(name) for name in ("tensorflow", TOOL)):
        return [functools.partial(saving_forms.beside, kept, TOOL, sys.executable)]
    if not asked:
        why = f'`{TOOL}` and TensorFlow are not both here; `forms` with "onnx" installs them apart'
        raise portable.NotPortableError(why)
    locked = rebuild.lock(kept.artifact, wishes)
    return [
        functools.partial(saving_forms.exported_by, kept, exporter, locked, wishes)
        for exporter in portable.exporters(kept.artifact)
    ]
