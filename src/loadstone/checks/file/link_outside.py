"""LS018: a file of the model is a link that leads out of the folder, and was not read."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, quoted, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import listed


@check("LS018", since="0.2", severity="warning", supersedes=("LS400", "LS401", "LS406"))
def link_outside(artifact: Artifact) -> Iterator[Finding]:
    """A link in the folder of the model leads to a file outside of it.

    ## Why it breaks
    A folder from elsewhere may hold a link to any file of this machine, so a link that leads out
    is not followed, and what it leads to was not judged. A library follows it: the model loads
    here, and no longer where the folder is copied to. Links into the cache of `huggingface_hub`
    are followed, and so is the path that is given itself.

    ## Example
    ```python fails=LS018
    artifact(
        "bert",
        format="transformers",
        content="model",
        is_folder=True,
        damage=[damage("link-outside", member="model.safetensors", target="/disk2/bert")],
    )
    ```

    ## Fix
    Put the files themselves in the folder: `cp -rL` copies a folder with what its links lead to.
    Or check the file that the link leads to, by its own path.

    ## See also
    <https://huggingface.co/docs/huggingface_hub/guides/manage-cache>
    """
    links = damage(artifact, "link-outside")
    if not links:
        return
    names = [text(item.detail, "member") for item in links]
    what = "is a link that leads" if len(names) == 1 else "are links that lead"
    yield Finding(
        f"{listed(names)} {what} out of the folder",
        at=here(artifact, names[0]),
        headings=("link", "leads to"),
        rows=tuple(Row(text(i.detail, "member"), text(i.detail, "target")) for i in links[:4]),
        more=max(0, len(links) - 4),
        notes=("such a link is not followed: what it leads to was not read, and is not judged",),
        fix=Fix(
            "copy the folder with what its links lead to",
            safety="manual",
            shell=f"cp -rL {quoted(artifact.path)} {quoted(artifact.path.rstrip('/') + '.whole')}",
        )
        if artifact.is_folder
        else Fix(f"put {listed(names)} itself in the folder", safety="manual"),
    )
