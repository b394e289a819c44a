"""LS216: an ONNX model of a later version than the ONNX Runtime here reads."""

from collections.abc import Iterator

from loadstone.checks._common import here, number, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

# (release, highest IR version, highest opset) that a session of it accepts: tried with a graph of
# one Identity. Of releases before the first, the table of onnxruntime's documentation.
READS = (
    ((1, 0), 6, 11),
    ((1, 3), 6, 12),
    ((1, 6), 7, 13),
    ((1, 8), 7, 14),
    ((1, 9), 7, 15),
    ((1, 15), 9, 18),
    ((1, 16), 9, 19),
    ((1, 17), 9, 20),
    ((1, 18), 10, 21),
    ((1, 21), 10, 22),
    ((1, 23), 11, 23),
    ((1, 24), 13, 25),
    ((1, 25), 13, 26),
    ((1, 32), 14, 28),
)
UNTRIED = ((1, 12), (1, 15))  # from the first, and before the second
NAMES = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml")
COVERS = ("sklearn/O01", "sklearn/O02", "sklearn/O03")


@check("LS216", since="0.2", covers=COVERS)
def onnx_newer_than_runtime(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The ONNX model is of a later version than the ONNX Runtime that is installed.

    ## Why it breaks
    A model says its IR version and its opset, and each release of ONNX Runtime reads up to one of
    each: `Unsupported model IR version: 14, max supported IR version: 9`, or `ONNX Runtime only
    *guarantees* support for models stamped with official released onnx opset versions`. Exporters
    write the latest that they know.

    ## Example
    ```python fails=LS216
    artifact(
        "model.onnx",
        format="onnx",
        content="program",
        framework="onnx",
        detail={"ir_version": 14, "opset": 20},
    )
    environment(installed={"onnxruntime": "1.17.3", "numpy": "1.26.4"})
    ```

    ## Fix
    Update ONNX Runtime, or export again with `target_opset` and `ir_version` of what it reads.

    ## See also
    <https://onnxruntime.ai/docs/reference/compatibility.html>
    """
    found = next((name for name in NAMES if name in environment.distributions), "")
    release = environment.distributions.get(found, "")
    limits = _reads(version(release)) if found else None
    if artifact.format != "onnx" or limits is None:
        return
    ir, opset = number(artifact.detail, "ir_version"), number(artifact.detail, "opset")
    over = [
        (word, needed, most)
        for word, needed, most in (("IR version", ir, limits[0]), ("opset", opset, limits[1]))
        if needed is not None and needed > most
    ]
    if not over:
        return
    word, needed, _ = over[0]
    yield Finding(
        f"`{artifact.name}` is of {word} {needed}, which {found} {release} does not read",
        at=here(artifact),
        headings=("saved", f"{found} {release} reads up to"),
        rows=tuple(Row(f"{word} {needed}", f"{word} {most}") for word, needed, most in over),
        fix=Fix(
            "update ONNX Runtime, or export for an older one",
            safety="manual",
            shell=_upgrade(found, ir or 0, opset or 0),
        ),
        covers=("sklearn/O01",) if word == "IR version" else ("sklearn/O02", "sklearn/O03"),
    )


def _reads(release: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the highest IR version and opset of a release, where they are known."""
    if not release or UNTRIED[0] <= release[:2] < UNTRIED[1]:
        return None
    known = [(ir, opset) for first, ir, opset in READS if first <= release[:2]]
    return known[-1] if known else None


def _upgrade(name: str, ir: int, opset: int) -> str:
    first = next((at for at, reads, most in READS if ir <= reads and opset <= most), None)
    if first is None:
        return f"pip install --upgrade {name}"
    return f"pip install '{name}>={first[0]}.{first[1]}'"
