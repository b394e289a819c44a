"""LS017: the file that holds a program's weights is not beside it, or is too short."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.facts import Damage
from loadstone.core.words import count, listed

PROGRAMS = {
    "onnx": "ONNX model",
    "openvino": "OpenVINO model",
    "paddle": "PaddlePaddle program",
    "paddle-json": "PaddlePaddle program",
}
COVERS = ("sklearn/O04", "sklearn/O06")


@check("LS017", since="0.1", supersedes=("LS013", "LS014"), covers=COVERS)
def external_data_missing(artifact: Artifact) -> Iterator[Finding]:
    """The weights of the program are in another file, which is not there or is cut.

    ## Why it breaks
    A large ONNX model keeps its tensors in files beside it, named inside it: `model.onnx.data`.
    OpenVINO's `.xml` has its `.bin`, a PaddlePaddle program its `.pdiparams`. Copy one without the
    other, and ONNX Runtime says `External data path validation failed for initializer`; of a file
    that was cut, `Deserialize tensor W failed`.

    ## Example
    ```python fails=LS017
    artifact(
        "model.onnx",
        format="onnx",
        content="program",
        framework="onnx",
        damage=[damage("missing-member", member="model.onnx.data", tensors=2, need=3300)],
    )
    ```

    ## Fix
    Copy the file into the same folder, under the name that the model says.

    ## See also
    <https://github.com/onnx/onnx/blob/main/docs/ExternalData.md>
    """
    seen = damage(artifact, "missing-member", "short-member", "outside")
    if artifact.format not in PROGRAMS or not seen:
        return
    first = seen[0]
    names = [text(item.detail, "member") for item in seen if item.kind == first.kind]
    yield Finding(
        f"{_what(first.kind, names)}: the {PROGRAMS[artifact.format]} `{artifact.name}` keeps "
        f"{_held(first)} there",
        at=here(artifact, names[0]),
        headings=("file", "state"),
        rows=tuple(Row(text(item.detail, "member"), _state(item)) for item in seen[:4]),
        more=max(0, len(seen) - 4),
        fix=Fix(_mend(first.kind, names), safety="manual"),
        covers=_covers(artifact, first),
    )


def _what(kind: str, names: list[str]) -> str:
    verb = "is" if len(names) == 1 else "are"
    said = {"missing-member": "not here", "short-member": "too short"}
    return f"{listed(names)} {verb} {said.get(kind, 'outside the folder of the model')}"


def _held(item: Damage) -> str:
    tensors = number(item.detail, "tensors")
    return "its weights" if tensors is None else count(tensors, "tensor")


def _state(item: Damage) -> str:
    have, need = number(item.detail, "have"), number(item.detail, "need")
    if have is not None and need is not None:
        return f"{have} of {need} bytes"
    return "missing" if item.kind == "missing-member" else "outside the folder"


def _mend(kind: str, names: list[str]) -> str:
    if kind == "outside":
        return "save the model again with its data in the same folder"
    again = "copy" if kind == "missing-member" else "copy again"
    return f"{again} {listed(names)} into the folder of the model"


def _covers(artifact: Artifact, first: Damage) -> tuple[str, ...]:
    rows = {"missing-member": ("sklearn/O04",), "short-member": ("sklearn/O06",)}
    return rows.get(first.kind, ()) if artifact.format == "onnx" else ()
