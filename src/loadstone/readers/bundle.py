"""A bundle of Loadstone's own, as a folder or as one file: recognised by its manifest.

The format: docs/bundle.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import (
    Artifact,
    Damage,
    PartFact,
    PortFact,
    SignatureFact,
    StateDict,
    TensorFact,
)
from loadstone.readers import safetensors
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._plain import mapping, sequence, text
from loadstone.readers._records import Place, Records
from loadstone.readers._source import Part, Source
from loadstone.readers._within import open_in
from loadstone.runtime import MANIFEST
from loadstone.runtime.manifest_shape import SCHEMA, wrong

_ROLES = {
    "code": "code",
    "environment": "environment",
    "forms": "weights",
    "steps": "preprocessing",
    "witnesses": "witnesses",
}
RECORD = "environment/environment.json"  # in every bundle
_LIMIT = 10_000  # files and ports that are listed
_MANIFEST = 8 << 20  # bytes of JSON: 40,000 files
_FORMS, _FILES = 20, 1_000  # forms that are looked into, and files of weights of each


def sniff(records: Records) -> str | None:
    """Return "" where the manifest lies at the top, or all that lies around it."""
    left = RECORD in records and any(name.startswith("forms/") for name in records.names)
    return "" if MANIFEST in records or left else None


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return what the manifest and the headers of the weights say that it is."""
    manifest: object = None
    try:
        if MANIFEST in records and records.size(MANIFEST) > _MANIFEST:
            why = f"`{MANIFEST}` takes {records.size(MANIFEST)} bytes, the limit is {_MANIFEST}"
            records.damage.append(Damage("limit", why, detail={"member": MANIFEST}))
        elif MANIFEST in records:
            manifest, _ = parse(records.read(f"{root}{MANIFEST}"))
            odd = wrong(manifest) if mapping(manifest).get("schema") == SCHEMA else None
            if odd is not None:
                told = f"its manifest is malformed: {odd}"
                records.damage.append(Damage("malformed", told, detail={"member": MANIFEST}))
        else:
            why = f"a bundle without its manifest `{MANIFEST}`"
            records.damage.append(Damage("missing-member", why, detail={"member": MANIFEST}))
    except NotJson as error:
        why = error.of("the manifest")
        records.damage.append(Damage(error.kind, why, detail={"member": MANIFEST}))
    held = mapping(manifest)
    names = [name for name in records.names if name != MANIFEST][:_LIMIT]
    tensors = _tensors(opened, records, held)
    return opened.artifact(
        "loadstone",
        "bundle",
        framework=text(held.get("framework")),
        producer=_producer(held),
        requires=requires(mapping(held.get("environment"))),
        is_folder=records.is_folder,
        state_dicts=(StateDict("", tensors),) if tensors else (),
        signatures=_signatures(mapping(held.get("signature"))),
        parts=tuple(
            PartFact(
                name,
                name.rpartition(".")[2],
                records.size(name),
                role=_ROLES.get(name.partition("/")[0], ""),
            )
            for name in names
        ),
        damage=tuple(records.damage),
        disagreements=tuple(records.disagreements),
        opening_runs_code="yes" if any(n.startswith("code/") for n in names) else "library",
        detail=_detail(held),
    )


def _maps(value: object) -> list[dict[str, Any]]:
    return [item for item in sequence(value) if isinstance(item, dict)]


def _producer(held: Mapping[str, Any]) -> dict[str, str | None]:
    versions = mapping(mapping(held.get("environment")).get("versions"))
    written = {"loadstone": held.get("loadstone"), **versions}
    return {str(name): version for name, version in written.items() if isinstance(version, str)}


def requires(environment: Mapping[str, Any]) -> dict[str, str]:
    """Return what a bundle cannot do without, as specifiers; of a build of torch, its version."""
    return {
        str(name): f"=={version.partition('+')[0]}"
        for name, version in mapping(environment.get("needs")).items()
        if isinstance(version, str)
    }


def _detail(held: Mapping[str, Any]) -> dict[str, str | int | float | bool | None]:
    told = mapping(held.get("witnesses"))
    witnesses = told.get("count")
    forms = [text(form.get("kind")) or "" for form in _maps(held.get("forms"))]
    return {
        "schema": text(held.get("schema")),
        "name": text(held.get("name")),
        "created": text(held.get("created")),
        "forms": ", ".join(forms),
        "steps": ", ".join(map(str, mapping(held.get("steps")))),
        "witnesses": witnesses if isinstance(witnesses, int) else None,
        **({"examples": private} if (private := _private(told)) else {}),
    }


def _private(witnesses: Mapping[str, Any]) -> str:
    """Return what is kept of private examples, and what that can prove; "" where none are."""
    proved = witnesses.get("left_out")
    said = _PRIVATE.get(text(witnesses.get("private")) or "")
    if not said or proved is None:
        return "synthetic: a load proves that the same is computed" if said else ""
    return f"{proved} private, {said}" if type(proved) is int else ""


_PRIVATE = {
    "left-out": "left out: no load can prove that it predicts the same",
    "hashed": "kept as digests: they prove it, with the key",
    "synthetic": "synthetic ones in their place: a load proves that the same is computed",
}


def _signatures(held: Mapping[str, Any]) -> tuple[SignatureFact, ...]:
    sides = [_maps(held.get(side))[:_LIMIT] for side in ("inputs", "outputs")]
    if not any(sides):
        return ()
    inputs, outputs = (tuple(map(_port, side)) for side in sides)
    return (SignatureFact("", inputs, outputs),)


def _port(held: Mapping[str, Any]) -> PortFact:
    shape = held.get("shape")
    sizes = None
    if isinstance(shape, list) and all(item is None or type(item) is int for item in shape):
        sizes = tuple(shape)
    dtype = text(held.get("dtype")) or ("string" if held.get("kind") == "text" else None)
    return PortFact(text(held.get("name")) or "", dtype, sizes)


def _tensors(opened: Opened, records: Records, held: Mapping[str, Any]) -> dict[str, TensorFact]:
    """Return the tensors of the first form that holds them as safetensors."""
    found: dict[str, TensorFact] = {}
    for form in _maps(held.get("forms"))[:_FORMS]:
        named = (name for name in mapping(form.get("weights")).values() if isinstance(name, str))
        for name in list(dict.fromkeys(named))[:_FILES]:
            place = records.place(name)
            if place is None or place.packed is not None:
                continue
            with _source(opened, place) as source:
                inner = Opened(
                    opened.path, source, source.pread(0, HEAD), opened.depth + 1, opened.limits
                )
                if safetensors.sniff(inner):
                    found.update(_placed(safetensors.read(inner), place))
        if found:
            break
    return found


@contextmanager
def _source(opened: Opened, place: Place) -> Iterator[Source]:
    if not place.file:
        yield Part(opened.source, place.offset, place.size)
        return
    with open_in(opened.path, place.file) as source:
        yield source


def _placed(artifact: Artifact, place: Place) -> Iterator[tuple[str, TensorFact]]:
    for state in artifact.state_dicts:
        for key, fact in state.tensors.items():
            extent = fact.extent
            if extent is not None:
                extent = replace(extent, file=place.file, offset=extent.offset + place.offset)
            yield key, replace(fact, extent=extent)
