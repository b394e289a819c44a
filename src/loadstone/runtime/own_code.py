"""Code of the user's that a pickle needs: modules that are given to it, or what was captured.

A captured class or function is in the pickle by a persistent id, its name in the capture.
"""

import hashlib
import os
from typing import Any, Callable, Dict, FrozenSet, Mapping, Optional

from . import code as captured
from . import given_code
from .held import RefusedError

PREFIX = "loadstone:"  # of persistent ids


class Own:
    """What a pickle finds of the user's code; `given` makes modules importable meanwhile.

    `code` holds `modules`, `roots` and `names` (those that the pickle looks up), or the `folder` of
    a capture and the `digest` of its index.
    """

    def __init__(self, code: Optional[Mapping[str, Any]]) -> None:
        told: Mapping[str, Any] = code or {}
        self.names: FrozenSet[str] = frozenset(told.get("names", ()))
        self.given = given_code.given(told if "modules" in told else None)
        self._folder: Optional[str] = told.get("folder")
        self._digest: Optional[str] = told.get("digest")

    def __bool__(self) -> bool:
        return bool(self.names or self._folder)

    def unpickler(self, base: Any) -> Any:
        """Return an unpickler as `base` that has the user's code."""
        names, find = self.names, self._find
        roots: Dict[str, Any] = self._captured() if self._folder else {}

        class Owning(base):  # type: ignore[misc]
            """The unpickler, with what is given to it."""

            def find_class(self, module: str, name: str) -> Any:
                """Return what is given by that name, else what is found."""
                own = module + "." + name in names
                return find(module, name) if own else super().find_class(module, name)

            def persistent_load(self, pid: Any) -> Any:
                """Return what was captured by that name."""
                name = pid[len(PREFIX) :] if isinstance(pid, str) else ""
                if not name or not pid.startswith(PREFIX) or name not in roots:
                    raise RefusedError("nothing was captured as {!r}".format(pid), "object")  # noqa: EM103 - reads better where it is raised
                return roots[name]

        return Owning

    def _find(self, module: str, name: str) -> Any:
        if not self.given.has(module):  # of `__main__`, or moved since
            first, _, rest = name.partition(".")
            found = self.given.objects([first])[first]
        else:
            found, rest = self.given.module(module), name
        for part in filter(None, rest.split(".")):
            if not hasattr(found, part):
                why = "the code that was given has no `{}.{}`".format(module, name)
                raise RefusedError(why, "object", (module + "." + name,))
            found = getattr(found, part)
        return found

    def _captured(self) -> Dict[str, Any]:
        """Return what was captured, by name; raises `RefusedError` where the capture changed."""
        assert self._folder is not None
        with open(os.path.join(self._folder, *captured.INDEX.split("/")), "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() != self._digest:
                raise RefusedError(
                    "the code beside the file changed since it was checked", "changed"
                )
        return captured.load(self._folder)


def with_own(made: Callable[[Any, Any], Any], own: Own) -> Callable[[Any, Any], Any]:
    """Return what makes an unpickler as `made` does, with the user's code."""
    return lambda base, allowed: own.unpickler(made(base, allowed))
