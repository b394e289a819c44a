"""LS011: the model is inside an archive or a compressed file."""

from collections.abc import Iterator

from loadstone.checks._common import held_names, here, quoted
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import listed

UNPACK = {
    "tar": "tar -xf {path}",
    "zip": "unzip {path} -d {folder}",
    "gzip": "gunzip --keep --stdout {path} > {folder}",
    "bzip2": "bunzip2 --keep --stdout {path} > {folder}",
    "xz": "unxz --keep --stdout {path} > {folder}",
    "zstd": "unzstd --keep {path} -o {folder}",
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
    Unpack it and load what is inside.

    ## See also
    <https://github.com/facebookresearch/dinov3/issues/63>
    """
    unpack = UNPACK.get(artifact.format)
    if unpack is None:
        return
    held = held_names(artifact)
    tarred = artifact.name.lower().endswith((".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"))
    command = UNPACK["tar"] if tarred else unpack
    yield Finding(
        f"`{artifact.name}` is a {artifact.format} archive around the model"
        if artifact.format in ("tar", "zip")
        else f"`{artifact.name}` is compressed with {artifact.format}",
        at=here(artifact),
        notes=(f"it holds {listed(held)}",) if held else (),
        fix=Fix(
            "unpack it and load what is inside",
            safety="manual",
            shell=command.format(path=quoted(artifact.path), folder=quoted(_inside(artifact.path))),
        ),
    )


def _inside(path: str) -> str:
    head, dot, tail = path.rpartition(".")
    if dot and tail.lower() in ("gz", "bz2", "xz", "zst", "zip"):
        return head
    return f"{path}.unpacked"
