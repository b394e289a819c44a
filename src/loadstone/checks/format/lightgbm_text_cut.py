"""LS151: a LightGBM text whose trees are not where its header says."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import count


@check(
    "LS151",
    since="0.2",
    supersedes=("LS006", "LS008", "LS014"),
    covers=("sklearn/G04", "sklearn/G05", "sklearn/G17"),
)
def lightgbm_text_cut(artifact: Artifact) -> Iterator[Finding]:
    r"""The text of a LightGBM model was cut, or its line endings were changed.

    ## Why it breaks
    Its header gives the size of every tree in bytes, and the loader jumps by them. Where a tree is
    not there, lightgbm 3.1 to 4.7 does not raise: it prints `Model format error, expect a tree
    here`, and the process ends with signal 6. Cut after the last tree it loads, and what it knew of
    pandas' categories is gone.

    ## Example
    ```python fails=LS151
    artifact(
        "model.txt",
        format="lightgbm-text",
        content="model",
        framework="lightgbm",
        damage=[damage("truncated", have=3000, need=4000, whole=2, trees=3)],
    )
    ```

    ## Fix
    Copy it again, in binary mode. Where the line endings alone were changed, undoing that is
    offered only if every tree then starts where the header says.

    ## See also
    <https://github.com/lightgbm-org/LightGBM/issues/3733>
    """
    found = damage(artifact, "truncated", "crlf", "malformed")
    if artifact.format != "lightgbm-text" or not found:
        return
    item = found[0]
    if item.kind == "crlf":
        yield _converted(artifact, item.at, proved=item.detail.get("recovers") is True)
        return
    whole, trees = number(item.detail, "whole"), number(item.detail, "trees")
    notes = [item.why]
    inside = "part" not in item.detail
    if inside and whole is not None and trees is not None and whole < trees:
        notes.append(f"{whole:,} of {count(trees, 'tree')} are whole")
    if inside:
        notes.append("loading it ends the process, without an exception: try it in another one")
    yield Finding(
        f"the text of `{artifact.name}` is cut off"
        if item.kind == "truncated"
        else f"the text of `{artifact.name}` was edited after it was saved",
        at=here(artifact, offset=item.at),
        severity=None if inside else "warning",
        notes=tuple(notes),
        fix=Fix("copy it again, and compare the size", safety="manual"),
        covers=("sklearn/G04",) if inside else ("sklearn/G05",),
    )


def _converted(artifact: Artifact, at: int | None, *, proved: bool) -> Finding:
    head, dot, tail = artifact.path.rpartition(".")
    beside = f"{head}.restored.{tail}" if dot else f"{artifact.path}.restored"
    undo = (
        "from pathlib import Path\n\n"
        f"data = Path({artifact.path!r}).read_bytes()\n"
        f"Path({beside!r}).write_bytes(data.replace(b'\\r\\n', b'\\n'))\n"
    )
    return Finding(
        f"a text-mode transfer converted the line endings of `{artifact.name}`",
        at=here(artifact, offset=at),
        notes=("loading it ends the process, without an exception",),
        fix=Fix(
            "undo the change, or transfer it again in binary mode"
            if proved
            else "transfer it again in binary mode",
            safety="manual",
            proof="every tree starts where the header says once it is undone" if proved else "",
            python=undo if proved else "",
        ),
        covers=("sklearn/G17",),
    )
