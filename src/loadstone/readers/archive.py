"""Zip archives: which of the formats that are zips it is, or what is wrong with its directory."""

from __future__ import annotations

from loadstone.core.facts import Artifact
from loadstone.readers import _inside, _magic, _zip
from loadstone.readers._later import later
from loadstone.readers._opened import Opened
from loadstone.readers._records import Records, ZipRecords
from loadstone.runtime import MANIFEST

_NAMES = 8
_FORMATS = (  # a reader, and how a name in the archive ends where it is imported at all
    ("bundle", (MANIFEST, "environment/environment.json")),
    ("torch_export", ("archive_format", "serialized_exported_program.json")),
    ("torchscript", ("constants.pkl",)),
    ("torch_package", ("extern_modules",)),
    ("torch_zip", ("data.pkl", "serialization_id")),
    ("mar", ("MANIFEST.json",)),
    ("skops", ("schema.json",)),
    ("stable_baselines3", ("data",)),
    ("keras", ("config.json",)),
)


def sniff(opened: Opened) -> bool:
    """Return whether it starts as an archive does, or as an empty one."""
    return opened.head[:4] in (_zip.LOCAL, _zip.END)


def read(opened: Opened) -> Artifact:
    """Return what the archive holds."""
    try:
        directory = _zip.read_directory(opened.source)
    except _zip.NoDirectory as error:
        return _broken(opened, error)
    if not directory.members and opened.head[:4] != _zip.END:
        return _broken(opened, _zip.NoDirectory("the directory of the archive is empty"))
    records = ZipRecords(opened.source, directory)
    return read_records(opened, records) or _other(opened, records)


def read_records(opened: Opened, records: Records) -> Artifact | None:
    """Return the model whose records these are, or nothing where they are none that we know."""
    listed = "\n".join(records.names) + "\n"
    for module, ends in _FORMATS:
        if any(f"{end}\n" in listed for end in ends):
            root: str | None = later(module, "sniff")(records)
            if root is not None:
                found: Artifact = later(module, "read")(opened, records, root)
                return found
    return None


def _broken(opened: Opened, error: _zip.NoDirectory) -> Artifact:
    converted = later("_replaced", "damage")(opened)
    if converted is not None:
        word = "torch-zip" if b"data.pkl" in opened.head else "zip"
        return opened.artifact(
            word,
            "container",
            framework="torch" if word == "torch-zip" else None,
            opening_runs_code="unknown",
            damage=(converted,),
        )
    word = "_truncated_npz" if later("_truncated_npz", "sniff")(opened) else "_truncated_zip"
    cut: Artifact = later(word, "read")(opened, error)
    return cut


def _other(opened: Opened, records: ZipRecords) -> Artifact:
    files = [
        name
        for name in records.names
        if not name.endswith("/") and not name.startswith("__MACOSX/")
    ]
    damage = list(records.damage)
    detail: dict[str, str | int | float | bool | None] = {
        "members": ", ".join(files[:_NAMES]),
        "count": len(files),
    }
    if records.names and all(name.endswith(".npy") for name in records.names):
        arrays: Artifact = later("npz", "read")(opened, records)
        return arrays
    if len(files) == 1:
        detail["inner"] = _magic.guess(_first(records, files[0]))
    if model := _inside.only_model(files, lambda name: _first(records, name)):
        detail["model"] = model
    word, calls = later("npz", "runs")(opened, records)  # of any archive
    if word != "yes" and (records.disagreements or _is_torchs(records.names)):
        word = "unknown"
    return opened.artifact(
        "zip",
        "container",
        parts=later("_roles", "parts")(opened, records),
        detail=detail,
        damage=tuple(damage),
        disagreements=tuple(records.disagreements),
        opening_runs_code=word,
        calls=calls,
    )


def _is_torchs(names: list[str]) -> bool:
    """Whether torch finds a pickle that we do not: it ignores the case of names."""
    return any(name.lower().endswith("/data.pkl") for name in names)


def _first(records: ZipRecords, name: str) -> bytes:
    if records.place(name) is None:
        return b""
    return _zip.content(records.source, records.member(name), 4096)
