"""torch's zip format, of `torch.save` since 1.6.

https://github.com/pytorch/pytorch/blob/main/caffe2/serialize/inline_container.h: one top folder
of any name, `data.pkl`, a record `data/<key>` for each storage, `version`, `byteorder`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loadstone.core import dtypes
from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _contents
from loadstone.readers import _values as values
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._plain import whole
from loadstone.readers._records import Place, Records
from loadstone.readers._tensors import STORAGES, Storage, Tensors
from loadstone.runtime.pickles import Persistent

NEWEST = 10  # kMaxSupportedFileFormatVersion of torch 2.13
_SMALL = ("version", ".format_version", ".storage_alignment", "byteorder")


def root_of(records: Records, name: str = "data.pkl") -> str | None:
    """Return what stands before `name`: "archive/", "" where it lies flat, or nothing."""
    found = [item for item in records.names if item == name or item.endswith(f"/{name}")]
    if not found:
        return None
    return min(found, key=lambda item: item.count("/")).removesuffix(name)


def sniff(records: Records) -> str | None:
    """Return the root where there is a `data.pkl`, or what else only torch writes."""
    root = root_of(records)
    return root if root is not None else root_of(records, ".data/serialization_id")


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return the tensors that `data.pkl` names, each with the place of its bytes."""
    pickles = Pickles(records.damage, records.disagreements, limits=opened.limits)
    layout(records, root)
    name = f"{root}data.pkl"
    data, stream = b"", None
    if name in records:
        data = records.read(name)
        stream = pickles.read(data, what=name)
    else:
        why = f"`{name}` is not in the archive: the save did not get that far"
        records.damage.append(Damage("missing-member", why, detail={"member": name}))
    detail = small(records, root)
    version(detail, records.damage)
    resolve = resolver(records, lambda key: f"{root}data/{key}")
    tensors = Tensors(resolve, str(detail.get("byteorder", "little")))
    found = _contents.read(stream.value if stream else None, tensors)
    if stream and stream.end < len(data):
        why = f"bytes follow the pickle in `{name}`"
        records.damage.append(Damage("trailing", why, stream.end))
    records.damage.extend(found.damage)
    return opened.artifact(
        "torch-unpacked" if records.is_folder else "torch-zip",
        found.content if name in records else "container",
        framework="torch",
        producer=producer(found.entries, detail),
        is_folder=records.is_folder,
        state_dicts=tuple(found.state_dicts),
        entries=found.entries,
        modules=tuple(found.modules),
        devices=tuple(tensors.devices),
        detail=detail | pickles.detail(),
        **pickles.facts(),
    )


def layout(records: Records, root: str) -> None:
    """Note where torch would not find `data.pkl`: it wants it in the first member's top folder."""
    if records.is_folder:
        return
    first = records.names[0].split("/")[0] if records.names else ""
    if root == "":
        records.damage.append(
            Damage(
                "layout-flat", "`data.pkl` lies in no folder of the archive", detail={"root": root}
            )
        )
    elif root.count("/") > 1 or first != root.rstrip("/"):
        why = f"`data.pkl` lies in `{root}`, not in the first top folder of the archive"
        records.damage.append(Damage("layout-nested", why, detail={"root": root}))


def small(records: Records, root: str) -> dict[str, str | int | float | bool | None]:
    """Return the short records that say how the archive was written."""
    return {
        name.lstrip("."): records.read(root + name)[:64].decode("utf-8", "replace").strip()
        for name in _SMALL
        if root + name in records and records.size(root + name) <= 64
    }


def version(detail: dict[str, str | int | float | bool | None], damage: list[Damage]) -> None:
    """Note a record version that no released torch reads."""
    told = whole(str(detail.get("version", "")))
    if told is not None and told > NEWEST:
        why = f"the archive has version {told}, torch reads up to {NEWEST}"
        damage.append(Damage("version", why, detail={"version": told, "newest": NEWEST}))


def producer(
    entries: dict[str, str], detail: dict[str, str | int | float | bool | None]
) -> dict[str, str | None]:
    """Return what the file says of its writer; a torch zip does not record torch's version."""
    found: dict[str, str | None] = {"torch": None}
    for key, text in entries.items():
        if key.endswith("version") and text.startswith("str '") and len(text) < 40:
            name = key.removesuffix("version").rstrip("-_ ") or "writer"
            found[name] = text[5:-1]
    if detail.get("torch_version"):
        found["torch"] = str(detail["torch_version"])
    return found


def parts(node: Any) -> tuple[str, str | None, str | None, int] | None:
    """Return storage class, key, device and element count of a storage's persistent id."""
    if type(node) is not Persistent:
        return None
    pid = values.items(node.pid)
    if pid is None or len(pid) < 5 or pid[0] not in ("storage", b"storage"):
        return None
    count = pid[4]
    if type(count) is not int or not 0 <= count < 1 << 60:
        return None
    device = pid[3] if isinstance(pid[3], str) else None
    return values.dotted_last(pid[1]), values.key(pid[2]), device, count


def resolver(records: Records, name_of: Callable[[str], str]) -> Callable[[Any], Storage | None]:
    """Return what finds the storage of a persistent id among the records."""
    places: dict[str, Place | None] = {}
    missing: list[str] = []

    def place(key: str, need: int) -> Place | None:
        name = name_of(key)
        if name not in records:
            if name not in missing:
                missing.append(name)
                records.damage.append(
                    Damage(
                        "missing-member", f"`{name}` is not in the archive", detail={"member": name}
                    )
                )
            return None
        if name not in places:
            places[name] = records.place(name)
            size = records.size(name)
            if size < need:
                kind = "empty-member" if size == 0 else "malformed"
                why = f"`{name}` holds {size} bytes, its storage takes {need}"
                records.damage.append(Damage(kind, why, detail={"member": name}))
        found = places[name]
        return found if found is not None and found.size >= need else None

    def resolve(node: Any) -> Storage | None:
        told = parts(node)
        if told is None:
            return None
        kind, key, device, count = told
        word = STORAGES.get(kind)
        if word is None or key is None:
            return None
        nbytes = dtypes.nbytes(word, count)
        found = place(key, nbytes) if device != "meta" else None
        return Storage(word, key, device, nbytes, found)

    return resolve
