"""LS014: the bytes are not what the format says, and no more exact cause is known."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.facts import Damage

SPECIFIC = frozenset(
    {
        *("truncated", "crc", "crlf", "layout-flat", "layout-nested", "version", "link-outside"),
        "at-odds",
    }
)


ROWS = {"trailing": "torch/A16", "limit": "torch/A18"}
COVERS = ("torch/A16", "torch/A17", "torch/A18")


@check("LS014", since="0.1", supersedes=("LS400", "LS401", "LS406"), covers=COVERS)
def damaged(artifact: Artifact) -> Iterator[Finding]:
    """The bytes do not follow the format that they begin with.

    ## Why it breaks
    The file was changed after it was written, or was written by something that does not keep to
    the format. A loader either refuses it or reads something else than was saved.

    ## Example
    ```python fails=LS014
    artifact("model.safetensors", format="safetensors", damage=[damage("malformed")])
    ```

    ## Fix
    Take another copy, or save the model again. An archive with a password has to be unpacked
    first.

    ## See also
    <https://github.com/huggingface/safetensors#format>
    """
    seen = [
        item for item in artifact.damage if item.kind not in SPECIFIC and _harms(artifact, item)
    ]
    if not seen:
        return
    first = seen[0]
    locked = damage(artifact, "encrypted")
    limit = all(item.kind == "limit" for item in seen)
    message = f"`{artifact.name}` is damaged: {first.why}"
    if locked:
        message = f"`{artifact.name}` is encrypted: {locked[0].why}"
    elif limit:
        message = f"`{artifact.name}` was not read to its end: {first.why}"
    yield Finding(
        message,
        at=here(artifact, offset=first.at),
        notes=tuple(item.why for item in seen[1:4]),
        severity="warning" if limit else None,
        fix=Fix(
            "unpack it with its password first"
            if locked
            else "take another copy, or save it again",
            safety="manual",
        ),
        covers=_covers(artifact, first),
    )


def _harms(artifact: Artifact, item: Damage) -> bool:
    """Bytes after the end are ignored by torch and refused by safetensors."""
    return item.kind != "trailing" or artifact.format == "safetensors"


def _covers(artifact: Artifact, first: Damage) -> tuple[str, ...]:
    if artifact.format != "safetensors":
        return ()
    return (ROWS.get(first.kind, "torch/A17"),)
