"""A bundle of Loadstone's own, as a folder or as one file: recognised by its manifest."""

from __future__ import annotations

from loadstone.core.facts import Artifact, Damage
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened
from loadstone.readers._records import Records

MANIFEST = "loadstone.json"


def sniff(records: Records) -> str | None:
    """Return "" where the manifest lies at the top."""
    return "" if MANIFEST in records else None


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return what the manifest says that it is; the bundle's own reader says the rest."""
    manifest: object = None
    try:
        manifest, _ = parse(records.read(f"{root}{MANIFEST}"))
    except NotJson as error:
        why = f"the manifest is no JSON: {error.why}"
        records.damage.append(Damage("malformed", why, detail={"member": MANIFEST}))
    held = manifest if isinstance(manifest, dict) else {}
    framework, schema = held.get("framework"), held.get("schema")
    if isinstance(framework, dict):
        framework = framework.get("name")
    return opened.artifact(
        "bundle",
        "bundle",
        framework=framework if isinstance(framework, str) else None,
        is_folder=records.is_folder,
        damage=tuple(records.damage),
        disagreements=tuple(records.disagreements),
        opening_runs_code="yes" if any(n.startswith("code/") for n in records.names) else "no",
        detail={"schema": schema if isinstance(schema, str) else None},
    )
