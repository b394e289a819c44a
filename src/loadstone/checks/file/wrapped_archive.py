"""LS011: the model is inside an archive or a compressed file."""

from collections.abc import Iterator

from loadstone.checks._common import damage, held_names, here, number, quoted, text
from loadstone.core import Artifact, Finding, Fix, Unwrap, check
from loadstone.core.words import listed

UNPACK = {
    "tar": "tar -xf {path}",
    "zip": "unzip {path} -d {folder}",
    "gzip": "gunzip --keep --stdout {path} > {folder}",
    "bzip2": "bunzip2 --keep --stdout {path} > {folder}",
    "xz": "unxz --keep --stdout {path} > {folder}",
    "7z": "7z x {path}",
    "rar": "unrar x {path}",
    "zstd": "unzstd --keep {path} -o {folder}",
}
OTHERS = {"html": "a web page", "xml": "XML", "json": "JSON", "text": "text"}
_CHECKED = "it is kept only if the {} of the archive match and it reads back the same"
PROOF = {
    "tar": "it is kept only if it is there in full and reads back the same; a tar has no checksums",
    "zip": _CHECKED.format("size and the CRC"),
    "gzip": _CHECKED.format("size and the CRC"),
    "bzip2": _CHECKED.format("CRCs"),
    "xz": _CHECKED.format("checksums"),
}


@check("LS011", since="0.1", covers=("torch/A19",))
def wrapped_archive(artifact: Artifact) -> Iterator[Finding]:
    r"""The model is packed in an archive, or compressed.

    ## Why it breaks
    `torch.load` reads a model, not an archive around one. A compressed file gives
    `invalid load key, '\x1f'` or `Unsupported operand 31`; a tar gives `files saved in the legacy
    .tar format`, although it is not of that format.

    ## Example
    ```python fails=LS011
    artifact("weights.pth.gz", format="gzip", content="container", framework=None)
    ```

    ## Fix
    Safe, where one model file is inside: it is written beside the archive under its own name, never
    over another file, and only if every size and checksum that the archive has matches. Else
    unpack it and load what is inside.

    ## See also
    <https://github.com/facebookresearch/dinov3/issues/63>
    """
    unpack = UNPACK.get(artifact.format)
    if unpack is None or (artifact.format == "zip" and damage(artifact, "truncated")):
        return
    held = held_names(artifact)
    tarred = artifact.name.lower().endswith((".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"))
    tarred = tarred or text(artifact.detail, "inner") == "tar"
    command = UNPACK["tar"] if tarred else unpack
    title, command = _of_a_tool(artifact, held) or ("unpack it and load what is inside", command)
    yield Finding(
        f"`{artifact.name}` is a {artifact.format} archive around the model"
        if artifact.format in ("tar", "zip", "7z", "rar")
        else f"`{artifact.name}` is compressed with {artifact.format}",
        at=here(artifact),
        notes=_notes(artifact, held),
        fix=_unwrap(artifact)
        or Fix(
            title,
            safety="manual",
            shell=command.format(
                path=quoted(artifact.path),
                folder=quoted(_inside(artifact.path)),
                store=quoted(artifact.path.rpartition("/")[0] or "."),
                name=quoted(artifact.name),
            ),
        ),
    )


def _of_a_tool(artifact: Artifact, held: tuple[str, ...]) -> tuple[str, str] | None:
    """Return how a tool takes the archives that it packs itself."""
    if artifact.format == "xz" and any(name.rpartition("/")[2] == "model.yaml" for name in held):
        return "import it into BentoML's store", "bentoml models import {path}"
    if artifact.format == "gzip" and any(name.endswith("MAR-INF/MANIFEST.json") for name in held):
        served = "torchserve --start --model-store {store} --models {name}"
        return "serve it with TorchServe, if you trust its author", served
    return None


def _notes(artifact: Artifact, held: tuple[str, ...]) -> tuple[str, ...]:
    other = OTHERS.get(text(artifact.detail, "inner"))
    if other:
        return (f"inside is {other}, and no model",)
    total = number(artifact.detail, "count")
    return (f"it holds {listed(held, total=total)}",) if held else ()


def _unwrap(artifact: Artifact) -> Fix | None:
    """Return the fix, where one model is inside, under a name that leads nowhere else."""
    member = artifact.detail.get("model")
    if not isinstance(member, str) or artifact.damage or artifact.disagreements:
        return None
    name = member.rpartition("/")[2] if member else _inside(artifact.name)
    odd = set(member) & set("\\:") or not member.isprintable() or name.startswith(".")
    if odd or member.startswith("/") or ".." in member.split("/") or not name:
        return None
    if name == artifact.name:
        name = _unpacked(name)
    return Fix(
        f"write the model inside as `{name}`",
        (Unwrap(name, member),),
        proof=PROOF[artifact.format],
    )


def _inside(path: str) -> str:
    head, dot, tail = path.rpartition(".")
    if dot and tail.lower() in ("gz", "bz2", "xz", "zst", "zip"):
        return head
    return _unpacked(path)


def _unpacked(path: str) -> str:
    head, dot, tail = path.rpartition(".")
    return f"{head}.unpacked.{tail}" if dot and head and "/" not in tail else f"{path}.unpacked"
