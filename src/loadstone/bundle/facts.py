"""A manifest, what its files are now, and a replay, as facts for the checks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loadstone.core.facts import (
    Artifact,
    Bundle,
    FileChange,
    FirstDifference,
    Replay,
    StageReplay,
)
from loadstone.readers.bundle import requires


def artifact(path: str, manifest: Mapping[str, Any]) -> Artifact:
    """Return what the bundle at `path` is."""
    place = Path(path)
    folder = place.is_dir()
    sizes = sum(item["size"] for item in manifest["files"])
    return Artifact(
        path=path,
        format="loadstone",
        content="bundle",
        size=sizes if folder or not place.exists() else place.stat().st_size,
        framework=manifest["framework"],
        producer={"loadstone": manifest["loadstone"], **manifest["environment"]["versions"]},
        requires=requires(manifest["environment"]),
        is_folder=folder,
        opening_runs_code="yes" if _code(manifest) else "library",
        calls=_code(manifest),
    )


def _code(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the classes and functions that are held as source, by their names."""
    for form in manifest["forms"]:
        if form.get("code"):  # modules that were given with a file
            return tuple(form["code"]["roots"])
    steps = {step["root"]: step["name"] for step in manifest["steps"].values()}
    names = (manifest.get("code") or {}).get("names", ())
    return tuple(steps.get(name) or name.partition(":")[2].partition("#")[0] for name in names)


def bundle(
    path: str,
    manifest: Mapping[str, Any],
    *,
    changed: Mapping[str, str] | None = None,
    replaced: tuple[str, ...] = (),
    labels_moved: str = "",
) -> Bundle:
    """Return what the manifest says, and what is no longer so."""
    kinds: dict[str, Any] = dict(changed or {})
    return Bundle(
        path=path,
        schema=manifest["schema"],
        created=manifest["created"],
        framework=manifest["framework"],
        forms=tuple(form["kind"] for form in manifest["forms"]),
        steps=tuple(manifest["steps"]),
        witnesses=manifest["witnesses"]["count"],
        left_out=manifest["witnesses"].get("left_out", 0),
        private=manifest["witnesses"].get("private", ""),
        changes=tuple(FileChange(name, kind) for name, kind in kinds.items()),
        environment=manifest["environment"]["versions"],
        unproven=tuple(manifest["unproven"]),
        replaced=replaced,
        code=_code(manifest),
        labels_moved=labels_moved,
    )


def replay(answer: Mapping[str, Any], *, form: str, where: str) -> Replay:
    """Return the outcome of a replay as a fact."""
    return Replay(
        witnesses=answer["witnesses"],
        stages=tuple(StageReplay(**stage) for stage in answer["stages"]),
        form=form,
        whole=answer["whole"],
        repeatable=answer["repeatable"],
        where=where,
        seed=answer.get("seed"),
        decoding=answer.get("decoding", ""),
        draws=answer.get("draws"),
        resolution=answer.get("resolution"),
        first=_first(answer.get("first")),
    )


def _first(told: Mapping[str, Any] | None) -> FirstDifference | None:
    if told is None:
        return None
    return FirstDifference(**{**told, "changed": tuple(told.get("changed", ()))})


def failed(stage: str, why: str, *, witnesses: int, where: str) -> Replay:
    """Return a replay in which nothing could be predicted, because `stage` did not load."""
    known: Any = stage if stage in ("preprocess", "postprocess") else "model"
    broken = StageReplay(known, "differs", moved=witnesses, error=why)
    unloaded: Any = stage if stage in ("code", "model") else ""
    return Replay(witnesses, (broken,), whole="differs", where=where, unloaded=unloaded)
