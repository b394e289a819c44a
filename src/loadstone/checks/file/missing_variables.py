"""LS015: files that hold the values of a TensorFlow model are missing or cut off."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.facts import Damage
from loadstone.core.words import count, listed

FORMATS = ("savedmodel", "tf-checkpoint", "tfjs")
PROGRAMS = ("saved_model.pb", "saved_model.pbtxt", "keras_metadata.pb")
COVERS = (
    "tensorflow/a20",
    "tensorflow/a21",
    "tensorflow/a22",
    "tensorflow/e19",
    "tensorflow/e20",
)


@check("LS015", since="0.1", supersedes=("LS006", "LS014", "LS400", "LS406"), covers=COVERS)
def missing_variables(artifact: Artifact) -> Iterator[Finding]:
    """Files that hold the values of the model are not there, or are cut off.

    ## Why it breaks
    TensorFlow keeps the program, the index of the variables and their values in several files.
    Without `variables/` it says `Unsuccessful TensorSliceReader constructor: Failed to find any
    matching files`, without a shard `No such file or directory`, of a short one `Read less bytes
    than requested`. A `.gitignore` that lists `*.data*`, or a partial copy, is the usual reason.

    ## Example
    ```python fails=LS015
    artifact(
        "export",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        is_folder=True,
        damage=[damage("missing-member", member="variables/variables.index", variables=4)],
    )
    ```

    ## Fix
    Copy the files that are named from where the model was saved. The values are nowhere else.

    ## See also
    <https://www.tensorflow.org/guide/saved_model#the_savedmodel_format_on_disk>
    """
    if artifact.format not in FORMATS:
        return
    found = [
        item
        for item in damage(artifact, "missing-member", "truncated")
        if text(item.detail, "member") and text(item.detail, "member") not in PROGRAMS
        if not item.detail.get("pointer")
    ]
    if not found:
        return
    names = [text(item.detail, "member") for item in found]
    short = [item for item in found if item.kind == "truncated"]
    what = "is cut off" if len(short) == len(found) else "is not here"
    many = "are cut off" if len(short) == len(found) else "are not here or cut off"
    yield Finding(
        f"{count(len(names), 'file')} of the model {what if len(names) == 1 else many}: "
        f"{listed(names)}",
        at=here(artifact, names[0]),
        headings=("here", "needed"),
        rows=tuple(_row(item) for item in found[:4]),
        more=max(0, len(found) - 4),
        notes=(*_whole(short), *(item.why for item in found if item.detail.get("variables"))),
        fix=Fix(f"copy {listed(names)} again, into the same place", safety="manual"),
        covers=_covers(found[0], artifact.format) if artifact.format != "tfjs" else (),
    )


def _row(item: Damage) -> Row:
    have, need = number(item.detail, "have"), number(item.detail, "need")
    name = text(item.detail, "member")
    if item.kind == "truncated" and have is not None and need is not None:
        return Row(f"{have:,} bytes", f"{need:,} bytes", name)
    return Row("missing", name if not need else f"{need:,} bytes", name if need else "")


def _whole(short: list[Damage]) -> tuple[str, ...]:
    notes = []
    for item in short[:4]:
        whole, of = number(item.detail, "whole"), number(item.detail, "of")
        if whole is not None and of:
            notes.append(f"{whole:,} of {count(of, 'tensor')} lie wholly before the cut")
    return tuple(notes)


def _covers(first: Damage, format_: str) -> tuple[str, ...]:
    if first.kind == "truncated":
        return ("tensorflow/a22",)
    checkpoint = format_ == "tf-checkpoint"
    if text(first.detail, "member").endswith(".index"):
        return ("tensorflow/e20",) if checkpoint else ("tensorflow/a20",)
    return ("tensorflow/a21", "tensorflow/e19") if checkpoint else ("tensorflow/a21",)
