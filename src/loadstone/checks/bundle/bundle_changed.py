"""LS800: files of the bundle are not as they were saved."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.checks._replay import broken_by, outcome
from loadstone.core import Artifact, Bundle, Finding, Fix, Replay, Row, check
from loadstone.core.words import count, listed

PARTS = {
    "forms": "the weights or the program",
    "steps": "the preprocessing or postprocessing",
    "code": "the code",
    "environment": "the record of the environment",
    "witnesses": "the recorded predictions",
}
GOOD = ("identical", "within tolerance")


@check("LS800", since="0.1")
def bundle_changed(artifact: Artifact, bundle: Bundle, replay: Replay | None) -> Iterator[Finding]:
    """Files of the bundle are not those that were saved.

    ## Why it breaks
    The manifest holds a digest of every file, and some do not match: a file was edited, exchanged
    or added. What it predicts now is not what was recorded, or is so by luck.

    ## Example
    ```python fails=LS800
    artifact("review.lode", format="bundle", content="bundle")
    bundle(changed=["steps/vocab_map.json"])
    ```

    ## Fix
    Restore the bundle from a copy. If the change is meant, make it in the sources and save again,
    so that predictions are recorded with it.

    ## See also
    <https://docs.python.org/3/library/hashlib.html>
    """
    changes = [item for item in bundle.changes if item.kind in ("changed", "extra")]
    if not changes:
        return
    edited = [item.name for item in changes if item.kind == "changed"]
    broken = broken_by(replay, bundle) if replay else ()
    names = [*broken, *(name for name in edited if name not in broken)]
    names = names or [item.name for item in changes]
    how = f"{_were(len(names))} {'changed' if edited else 'added'} after it was saved"
    yield Finding(
        f"{count(len(names), 'file')} of the bundle {how}: {listed(names)}{_which(replay, edited)}",
        at=here(artifact, names[0]),
        headings=("file", "holds"),
        rows=tuple(Row(f"{item.name}  ({item.kind})", _part(item.name)) for item in changes[:4]),
        more=max(0, len(changes) - 4),
        notes=_notes(replay),
        fix=Fix("restore the bundle from a copy, or save the model again", safety="manual"),
        severity=None if edited else "warning",
    )


def _notes(replay: Replay | None) -> tuple[str, ...]:
    if replay is None or not replay.stages:
        return ()
    if replay.unloaded:
        what = "the code" if replay.unloaded == "code" else "the model"
        return (f"{what} no longer loads: {replay.stages[0].error}",)
    return (f"predicted again: {outcome(replay)}",)


def _part(name: str) -> str:
    return PARTS.get(name.partition("/")[0], "")


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _which(replay: Replay | None, edited: list[str]) -> str:
    """Say what the change did: a stage that differs has a finding of its own."""
    if replay is not None and replay.stages and all(item.result in GOOD for item in replay.stages):
        return "; the predictions are as recorded"
    parts = {_part(name) for name in edited}
    return f"; it is {parts.pop()}" if len(parts) == 1 and parts != {""} else ""
