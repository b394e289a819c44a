"""The checks: a function a cause, found by its file, run when its facts are there."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from loadstone.core.classes import dataclass
from loadstone.core.findings import Finding, Severity

CheckFunction = Callable[..., Iterable[Finding]]
STAGES = (
    "file",
    "format",
    "environment",
    "code",
    "weights",
    "inputs",
    "outputs",
    "trust",
    "bundle",
)
URL = "https://loadstone.dev/checks/{code}"


@dataclass(frozen=True, slots=True)
class Check:
    """One cause: its code, its name (the file's), its page (the docstring) and its function."""

    code: str
    name: str
    stage: str
    severity: Severity
    since: str
    supersedes: tuple[str, ...]
    covers: tuple[str, ...]
    function: CheckFunction
    needs: Mapping[str, tuple[type, bool]]  # parameter: (type of facts, whether it may be absent)
    own_loader: bool = False  # it tells how a loader of the user's fails

    @property
    def doc(self) -> str:
        """The page: the docstring, dedented."""
        return inspect.cleandoc(self.function.__doc__ or "")

    @property
    def summary(self) -> str:
        """The page's first line."""
        return self.doc.split("\n", 1)[0]

    @property
    def url(self) -> str:
        """Where the page is published."""
        return URL.format(code=self.code)

    def missing(self, facts: Mapping[type, object]) -> tuple[type, ...]:
        """Return the kinds of facts that it needs and that are not there."""
        return tuple(
            kind for kind, optional in self.needs.values() if not optional and kind not in facts
        )

    def run(self, facts: Mapping[type, object]) -> Iterator[Finding]:
        """Yield what the check finds in `facts`."""
        given = {name: facts.get(kind) for name, (kind, _) in self.needs.items()}
        yield from self.function(**given)


_FOUND: dict[str, Check] = {}


def check(
    code: str,
    *,
    since: str,
    severity: Severity = "error",
    supersedes: tuple[str, ...] = (),
    covers: tuple[str, ...] = (),
    own_loader: bool = False,
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function as the check `code`; its module's file and folder name it.

    With `own_loader` it tells how a loader of the user's fails, which a load by Loadstone decides.

    Raises `ValueError` when the code is malformed, taken, or of another stage than the folder.
    """

    def register(function: CheckFunction) -> CheckFunction:
        *_, stage, name = function.__module__.split(".")
        if not re.fullmatch(r"LS\d{3}", code) or STAGES[int(code[2])] != stage:
            raise ValueError(f"`{code}` is not a code of the stage `{stage}`")
        if code in _FOUND and _FOUND[code].function.__module__ != function.__module__:
            raise ValueError(f"`{code}` is taken by `{_FOUND[code].name}`")
        _FOUND[code] = Check(
            code=code,
            name=name.replace("_", "-"),
            stage=stage,
            severity=severity,
            since=since,
            supersedes=supersedes,
            covers=covers,
            function=function,
            needs=_needs(function),
            own_loader=own_loader,
        )
        return function

    return register


def _needs(function: CheckFunction) -> dict[str, tuple[type, bool]]:
    hints = typing.get_type_hints(function)
    needs: dict[str, tuple[type, bool]] = {}
    for name in inspect.signature(function).parameters:
        kind: Any = hints[name]
        options = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
        plain = [option for option in options if option is not type(None)]
        needs[name] = (plain[0], len(plain) < len(options))
    return needs


def load_all(package: str = "loadstone.checks") -> tuple[Check, ...]:
    """Import every module of the checks package; return all checks, ordered by code."""
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not info.ispkg:
            importlib.import_module(info.name)
    return tuple(_FOUND[code] for code in sorted(_FOUND))


def load_stages(stages: Iterable[str]) -> tuple[Check, ...]:
    """Import the checks of some stages alone; return them, ordered by code."""
    for stage in stages:
        load_all(f"loadstone.checks.{stage}")
    return tuple(item for _, item in sorted(_FOUND.items()) if item.stage in stages)


def find(word: str) -> tuple[Check, ...]:
    """Return the checks whose code or name is `word`, or whose code starts with it."""
    checks = load_all()
    exact = tuple(item for item in checks if word.lower() in (item.code.lower(), item.name))
    return exact or tuple(item for item in checks if item.code.lower().startswith(word.lower()))
