"""What many checks share: places, suffixes, damage of a kind, quoted commands."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Final

from loadstone.core.facts import Artifact, Damage, GlobalFact, Target
from loadstone.core.findings import Fix, Place

TORCH_SUFFIXES: Final = (".pt", ".pth", ".bin", ".ckpt", ".tar")
PICKLE_SUFFIXES: Final = (".pkl", ".pickle", ".joblib", ".sav")
MODEL_SUFFIXES: Final = (
    *TORCH_SUFFIXES,
    ".safetensors",
    ".pkl",
    ".pickle",
    ".joblib",
    ".pt2",
    ".onnx",
    ".gguf",
    ".h5",
    ".hdf5",
    ".keras",
    ".npz",
    ".npy",
)
TORCH_ARCHIVES: Final = ("torch-zip", "torch-legacy", "torch-tar")


WITH_TOKENIZER = ("transformers", "sentence-transformers")  # folders of a model and its tokenizer


def here(artifact: Artifact, name: str | None = None, offset: int | None = None) -> Place:
    """Return a place in the artifact."""
    return Place(artifact.path, name=name or None, offset=offset)


def suffix(artifact: Artifact) -> str:
    """Return the last suffix of the name, in lower case; "" where it has none."""
    _, dot, last = artifact.name.rpartition(".")
    return f".{last.lower()}" if dot else ""


def damage(artifact: Artifact, *kinds: str) -> tuple[Damage, ...]:
    """Return what the reader saw wrong of these kinds, in its order."""
    return tuple(item for item in artifact.damage if item.kind in kinds)


def quoted(path: str) -> str:
    """Return a path as a shell takes it."""
    return shlex.quote(path)


def elsewhere_predicted(artifact: Artifact) -> Fix | None:
    """Return how an estimator of another scikit-learn is predicted with, None for other files."""
    if artifact.framework != "sklearn" or not artifact.producer.get("scikit-learn"):
        return None
    in_place = ", or bring it here: `--fix`" if artifact.format in ("pickle", "joblib") else ""
    return Fix(
        f"predict with the versions that wrote it{in_place}",
        safety="manual",
        shell=f"loadstone predict {quoted(artifact.path)} -i rows.json",
    )


def number(detail: Mapping[str, object], key: str) -> int | None:
    """Return a whole number of a detail, if it is there."""
    value = detail.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(detail: Mapping[str, object], key: str) -> str:
    """Return a text of a detail, "" if it is not there."""
    value = detail.get(key)
    return value if isinstance(value, str) else ""


def version(number: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: (2, 13, 0) of `2.13.0+cpu`."""
    parts = []
    for part in number.split("+", maxsplit=1)[0].split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        parts.append(int(digits))
    return tuple(parts)


def top(item: GlobalFact) -> str:
    """Return the top-level package of a global."""
    return item.module.partition(".")[0]


def held_names(artifact: Artifact) -> tuple[str, ...]:
    """Return the files that the reader of an archive or a folder named, models first."""
    names = text(artifact.detail, "candidates") or text(artifact.detail, "members")
    return tuple(name for name in names.split(", ") if name)


def is_torch_use(artifact: Artifact, target: Target | None) -> bool:
    """Whether torch is asked to read it: by its suffix, or because a target was given."""
    return target is not None or suffix(artifact) in TORCH_SUFFIXES
