"""LS016: files inside the model's folder are git-LFS pointers."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, quoted, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count, listed

SUPERSEDES = ("LS013", "LS014", "LS015", "LS400", "LS406")


@check("LS016", since="0.1", supersedes=SUPERSEDES, covers=("tensorflow/a17",))
def member_pointer(artifact: Artifact) -> Iterator[Finding]:
    """Files of the model are git-LFS pointers: they were never downloaded.

    ## Why it breaks
    A repository cloned without git-LFS holds a text of about 130 bytes for every large file. The
    small files of a model are then there, and those that hold its values are not: TensorFlow says
    `Data loss: … not an sstable (bad magic number)` or `Read less bytes than requested`.

    ## Example
    ```python fails=LS016
    artifact(
        "export",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        is_folder=True,
        damage=[
            damage("missing-member", member="variables/variables.data-00000-of-00001", pointer=True)
        ],
    )
    ```

    ## Fix
    Fetch the files that the pointers name.

    ## See also
    <https://git-lfs.com>
    """
    found = [item for item in damage(artifact, "missing-member") if item.detail.get("pointer")]
    if not found:
        return
    names = [text(item.detail, "member") for item in found]
    path = artifact.path.replace("\\", "/")
    folder = path if artifact.is_folder else path.rpartition("/")[0] or "."
    yield Finding(
        f"{count(len(names), 'file')} of the model {'is a' if len(names) == 1 else 'are'} "
        f"git-LFS pointer{'' if len(names) == 1 else 's'}: {listed(names)}",
        at=here(artifact, names[0]),
        headings=("pointer", ""),
        rows=tuple(Row(name) for name in names[:4]),
        more=max(0, len(names) - 4),
        fix=Fix(
            "fetch the files that the pointers name",
            safety="manual",
            shell=f"git lfs install && git -C {quoted(folder)} lfs pull",
        ),
    )
