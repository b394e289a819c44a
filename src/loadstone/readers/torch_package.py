"""`torch.package`: Python source and pickles in one zip; importing from it runs the source.

https://docs.pytorch.org/docs/stable/package.html
"""

from __future__ import annotations

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _contents, torch_zip
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._records import Records
from loadstone.readers._tensors import Tensors

_NAMES = 40
_EXTERNS = 10_000  # names of modules


def sniff(records: Records) -> str | None:
    """Return the root where `.data/extern_modules` lies."""
    return torch_zip.root_of(records, ".data/extern_modules")


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return the first pickled object's tensors, and the source that comes with it."""
    pickles = Pickles(records.damage, records.disagreements, limits=opened.limits)
    held = [name.removeprefix(root) for name in records.names if name.startswith(root)]
    objects = [name for name in held if name.endswith(".pkl")]
    source = [name for name in held if name.endswith(".py")]
    resolve = torch_zip.resolver(records, lambda key: f"{root}.data/{key}.storage")
    tensors = Tensors(resolve, _text(records, f"{root}byteorder") or "little")
    found = _contents.Contents()
    damage: list[Damage] = []
    for name in objects[:_NAMES]:
        stream = pickles.read(records.read(root + name), what=name)
        if stream is not None:
            inside = _contents.read(stream.value, tensors)
            damage += inside.damage
            if not found.state_dicts:
                found = inside
    externs = _text(records, f"{root}.data/extern_modules").split(None, _EXTERNS)[:_EXTERNS]
    facts = dict(pickles.facts())
    if facts["opening_runs_code"] != "unknown":
        facts["opening_runs_code"] = "yes"
    artifact = opened.artifact(
        "torch-package",
        "object" if found.content == "object" else "module",
        framework="torch",
        producer={"torch": None, "python": _text(records, f"{root}.data/python_version") or None},
        state_dicts=tuple(found.state_dicts),
        entries=found.entries,
        modules=tuple(found.modules),
        is_folder=records.is_folder,
        devices=tuple(tensors.devices),
        detail={
            "pickles": ", ".join(objects[:_NAMES]),
            "source": ", ".join(source[:_NAMES]),
            "extern_modules": ", ".join(externs[:_NAMES]),
        },
        **facts,
    )
    return replace(artifact, damage=artifact.damage + tuple(damage))


def _text(records: Records, name: str) -> str:
    return records.read(name).decode("utf-8", "replace").strip() if name in records else ""
