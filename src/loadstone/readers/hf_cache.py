"""The cache of huggingface_hub: blobs by digest, and snapshots of links to them.

https://huggingface.co/docs/huggingface_hub/guides/manage-cache
"""

from __future__ import annotations

import os
from collections.abc import Callable

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, Extent, StateDict
from loadstone.readers._plain import clean
from loadstone.readers._records import FolderRecords
from loadstone.readers._within import leads_to, names_in


def snapshots(root: str, records: FolderRecords) -> list[str]:
    """Return the revisions in the cache of one repository, the one that `main` names first."""
    name = os.path.basename(os.path.abspath(root))  # noqa: PTH100, PTH119
    if not name.startswith(("models--", "datasets--")):
        return []
    found: dict[str, None] = {}
    main = records.read("refs/main") if "refs/main" in records else b""
    wanted = main[:200].decode("ascii", "replace").strip()
    listed = names_in(root, "snapshots")
    if wanted in listed:
        found[wanted] = None
    found |= dict.fromkeys(listed)
    return [name for name in found if not leads_to(root, f"snapshots/{name}")]


def read(root: str, records: FolderRecords, read_folder: Callable[[str], Artifact]) -> Artifact:
    """Return the snapshot that a load would take, with files named from the folder given."""
    found = snapshots(root, records)
    at = f"snapshots/{found[0]}"
    inner = read_folder(os.path.join(root, *at.split("/")))  # noqa: PTH118
    pieces = [name for name in records.names if name.endswith(".incomplete")]
    damage = [
        Damage("incomplete", f"the download of `{name}` did not end", detail={"member": name})
        for name in pieces[:20]
        if any(item.kind in ("no-weights", "missing-member") for item in inner.damage)
    ]
    return replace(
        inner,
        path=root,
        state_dicts=tuple(_below(state, at) for state in inner.state_dicts),
        parts=tuple(replace(part, path=f"{at}/{part.path}") for part in inner.parts),
        damage=(*inner.damage, *damage),
        detail={
            **inner.detail,
            "snapshot": clean(found[0]),
            "snapshots": len(found),
            "unfinished": len(pieces),
        },
    )


def _below(state: StateDict, at: str) -> StateDict:
    def moved(extent: Extent | None) -> Extent | None:
        return replace(extent, file=f"{at}/{extent.file}") if extent is not None else None

    return replace(
        state,
        tensors={
            key: replace(fact, extent=moved(fact.extent)) for key, fact in state.tensors.items()
        },
    )
