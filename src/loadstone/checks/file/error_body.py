"""LS003: the text of a failed download saved under the name of a model."""

from collections.abc import Iterator

from loadstone.checks._common import MODEL_SUFFIXES, PICKLE_SUFFIXES, here, quoted, suffix, text
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import count

LONGEST = 65_536  # bytes: an error text is short


KERAS = (".h5", ".hdf5", ".keras")
COVERS = ("torch/A03", "torch/A15", "sklearn/A08", "tensorflow/a17")


@check("LS003", since="0.1", covers=COVERS)
def error_body(artifact: Artifact) -> Iterator[Finding]:
    """The file is a short text, as a server sends it instead of a file.

    ## Why it breaks
    A tool that does not look at the HTTP status saves the body of the error. torch takes its
    first letter for a pickle opcode (`Unsupported operand 69` is the `E` of `Entry not found`),
    and its message speaks of `weights_only`, which has nothing to do with it.

    ## Example
    ```python fails=LS003
    artifact(format="text", content="none", size=15, detail={"first": "Entry not found"})
    ```

    ## Fix
    Check the address, and the token if the model is gated; download it with a tool that fails on
    an HTTP error.

    ## See also
    <https://huggingface.co/docs/hub/models-gated>
    """
    if artifact.format not in ("json", "text") or artifact.content != "none":
        return
    if artifact.size > LONGEST or suffix(artifact) not in MODEL_SUFFIXES:
        return
    if text(artifact.detail, "kind"):
        return  # a file of its own, and no answer of a server
    line = text(artifact.detail, "message") or text(artifact.detail, "first")
    kind = "JSON" if artifact.format == "json" else "text"
    yield Finding(
        f"`{artifact.name}` is {count(artifact.size, 'byte')} of {kind}, not a model"
        + (f": `{line}`" if line else ""),
        at=here(artifact),
        fix=Fix(
            "download it again, with a tool that fails on an HTTP error",
            safety="manual",
            shell=f"rm {quoted(artifact.path)} && curl --fail --location "
            f"--output {quoted(artifact.path)} ADDRESS_OF_THE_FILE",
        ),
        covers=_rows(artifact),
    )


def _rows(artifact: Artifact) -> tuple[str, ...]:
    given = suffix(artifact)
    if given in PICKLE_SUFFIXES and artifact.format == "json":
        return ("sklearn/A08",)
    if given in KERAS:
        return ("tensorflow/a17",)
    return ("torch/A15" if given == ".safetensors" else "torch/A03",)
