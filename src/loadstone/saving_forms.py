"""Which forms a kept model has beside its own: portable ones that predict the same, and places.

A form is kept only where it predicts the witnesses as the original did.
"""

from __future__ import annotations

import contextlib
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from loadstone.core.classes import dataclass
from loadstone.core.facts import Artifact, Load
from loadstone.engine import original, portable
from loadstone.engine.gather import surroundings
from loadstone.engine.portable import Portable
from loadstone.engine.run import run_checks
from loadstone.engine.whole import Whole, replayed
from loadstone.environment import asking as askings
from loadstone.environment import rebuild, uv
from loadstone.environment.asking import Asking
from loadstone.environment.here import here
from loadstone.environment.resolve import Lock
from loadstone.environment.wishes import Wishes
from loadstone.inputs.witnesses import Witnesses
from loadstone.runtime.values import decode


@dataclass(frozen=True, slots=True)
class Kept:
    """The file that is kept, and how it is loaded."""

    artifact: Artifact
    trust: bool
    code: Mapping[str, Any] | None
    timeout: float

    def opened(self, python: str, computes: str = "") -> tuple[Asking | None, Load]:
        """Return what answers for it in a process of an interpreter, or why nothing does.

        Keras then `computes` with that backend.
        """
        asked = Load(trusted=self.trust, where=askings.where(python))
        target = {"computes": computes} if computes else None
        how: Any = {"timeout": self.timeout, "code": self.code, "target": target}
        return askings.opened(self.artifact, python, asked, **how)


def places(kept: Kept, asking: Asking, witnesses: Witnesses | None) -> list[dict[str, Any]]:
    """Return this environment where it predicts as `asking` does too, in a process of its own.

    That is the witnesses and the rows that are made for the model, and no check knows of versions
    that load it and predict something else.
    """
    if witnesses is None or _is_known_to_drift(kept.artifact):
        return []
    other, load = kept.opened(sys.executable)
    if other is None:
        return []
    with contextlib.closing(other):
        recorded = witnesses.as_recorded()
        again = replayed(Whole(other, kept.timeout), recorded, load.where, original.KIND)
        if again.whole not in ("identical", "within tolerance"):
            return []
        try:
            portable.compared_on_made(asking, other, kept.timeout)
        except portable.NotPortableError:
            return []
        versions = {"python": other.about["python"], **other.about["versions"]}
        return [{"versions": versions, "result": again.whole}]


def _is_known_to_drift(artifact: Artifact) -> bool:
    report = run_checks({Artifact: artifact, **surroundings(artifact)})
    return any(item.check.stage == "environment" for item in report.errors)


def forms(
    kept: Kept,
    asking: Asking,
    witnesses: Witnesses | None,
    python: str,
    exporters: Sequence[Callable[[], Asking]],
) -> tuple[list[Portable], list[dict[str, str]]]:
    """Return the portable form that predicts the witnesses, here or where it was made; else why.

    `asking` answers for the file in `python`, and each of the `exporters` gives one that answers
    beside what writes ONNX.
    """
    artifact, timeout = kept.artifact, kept.timeout
    if not portable.is_exported(artifact):
        return [], []
    why = "" if witnesses else "there are no examples to prove it with"
    if kept.code and artifact.framework != "keras":
        why = "it runs code of your own"
    if witnesses is None or why:
        return [], [{"kind": portable.KIND, "why": why}]
    recorded = witnesses.as_recorded()
    try:
        if portable.is_converted(artifact):
            rows = decode(recorded["stages"]["inputs"], recorded["arrays"])
            types = portable.numbers(artifact)
            return [converted(exporters, types, rows, timeout, recorded)], []
        made = portable.export(asking, timeout)
        return [portable.proved(made, recorded, [sys.executable, python], timeout)], []
    except portable.NotPortableError as error:
        return [], [{"kind": portable.KIND, "why": error.why}]


def told(
    artifact: Artifact, forms: Sequence[Portable], dropped: Sequence[Mapping[str, str]]
) -> Iterator[str]:
    """Say which other form is kept, or why none is."""
    for form in forms:
        (seen,) = form.also
        versions = ", ".join(f"{name} {version}" for name, version in seen["versions"].items())
        yield f"kept as {form.format} too, which predicts the same ({seen['result']}): {versions}"
    kind = "onnx" if portable.is_converted(artifact) else "a format of its own"
    for item in dropped:
        first = item["why"].strip().partition("\n")[0]
        yield f"not kept as {kind} too: {textwrap.shorten(first, 200, placeholder=' …')}"


def converted(
    exporters: Sequence[Callable[[], Asking]],
    types: Sequence[str],
    rows: Any,
    timeout: float,
    recorded: Mapping[str, Any] | None = None,
) -> Portable:
    """Return the form in ONNX that predicts `rows`, and what is `recorded`, here.

    It is written by the first of the `exporters` by which there is one, and takes numbers of one of
    some `types`. One that is the same as another is left out, and the others where the model has no
    such form by any. Raises `portable.NotPortableError` where none does.
    """
    if not {"onnxruntime", "onnxruntime-gpu", "onnx"} & set(here().distributions):
        why = "nothing is here that predicts with ONNX: `pip install onnxruntime`"
        raise portable.NotPortableError(why)
    refused: dict[str, None] = {}
    tried: list[str] = []
    for exporter in exporters:
        try:
            asking = exporter()
        except portable.NotPortableError as error:
            refused[error.why] = None
            continue
        with contextlib.closing(asking):
            if asking.where in tried:
                break
            tried.append(asking.where)
            own = True
            for numbers in types:
                try:
                    made = portable.convert(asking, rows, timeout, numbers=numbers)
                    if recorded is not None:
                        made = portable.proved(made, recorded, [sys.executable], timeout)
                    return portable.tried(made, asking, rows, sys.executable, timeout)
                except portable.NotPortableError as error:  # noqa: PERF203 - a few
                    refused[error.why] = None
                    own = own and error.own
            if own:
                break
    raise portable.NotPortableError("; ".join(refused))


def exported_by(kept: Kept, exporter: portable.Exporter, locked: Lock, wishes: Wishes) -> Asking:
    """Return the model, loaded where the exporter is beside its own libraries, those of `locked`.

    Raises `portable.NotPortableError`.
    """
    try:
        built = rebuild.beside(
            locked, exporter.tools, wishes, years=exporter.years, kept=exporter.kept
        )
    except (uv.UvFailedError, *rebuild.ERRORS) as error:
        last = str(error).splitlines()[-1]
        why = f"`{exporter.tools[0]}` cannot be installed beside its libraries: {last}"
        raise portable.NotPortableError(why) from error
    return beside(kept, exporter.tools[0], str(built.python))


def beside(kept: Kept, tool: str, python: str) -> Asking:
    """Return the model, loaded by an interpreter that has the exporter, computed by TensorFlow.

    Raises `portable.NotPortableError`.
    """
    asking, load = kept.opened(python, "tensorflow")
    if asking is None:
        raise portable.NotPortableError(f"it does not load beside `{tool}`: {load.why}")
    return asking
