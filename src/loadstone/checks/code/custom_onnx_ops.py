"""LS312: an ONNX model has operators that neither ONNX nor ONNX Runtime defines."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count, listed

EXTENSIONS = "ai.onnx.contrib"  # of onnxruntime-extensions


@check("LS312", since="0.2", severity="warning", covers=("sklearn/O15",))
def custom_onnx_ops(artifact: Artifact) -> Iterator[Finding]:
    """The model has operators that ONNX Runtime does not have by itself.

    ## Why it breaks
    An operator belongs to a domain. Those of ONNX and of ONNX Runtime are built in, and any other
    has to be registered before the session is made: `ai.onnx.contrib:StringUpper(-1) is not a
    registered function/op`.

    ## Example
    ```python fails=LS312
    artifact(
        "model.onnx",
        format="onnx",
        content="program",
        framework="onnx",
        ops={"ai.onnx.contrib::StringUpper": 1, "Identity": 2},
        detail={"custom_domains": "ai.onnx.contrib"},
    )
    ```

    ## Fix
    Register the library of the domain with the session. That of `ai.onnx.contrib` is
    onnxruntime-extensions.

    ## See also
    <https://onnxruntime.ai/docs/extensions/add-op.html>
    """
    domains = [name for name in text(artifact.detail, "custom_domains").split(", ") if name]
    if artifact.format != "onnx" or not domains:
        return
    ops = [name for name in artifact.ops if name.partition("::")[0] in domains and "::" in name]
    known = domains == [EXTENSIONS]
    yield Finding(
        f"the model uses {count(len(ops), 'operator')} that ONNX Runtime does not have: "
        f"{listed(ops)}",
        at=here(artifact),
        headings=("operator", "used"),
        rows=tuple(Row(name, f"×{artifact.ops[name]:,}") for name in ops[:8]),
        more=max(0, len(ops) - 8),
        fix=Fix(
            f"register the library of {listed(domains)} with the session",
            safety="manual",
            shell="pip install onnxruntime-extensions" if known else "",
            python=_code(artifact.path, known=known),
        ),
    )


def _code(path: str, *, known: bool) -> str:
    imports = "import onnxruntime\n" + ("import onnxruntime_extensions\n" if known else "")
    library = "onnxruntime_extensions.get_library_path()" if known else "'LIBRARY.so'"
    return (
        f"{imports}\noptions = onnxruntime.SessionOptions()\n"
        f"options.register_custom_ops_library({library})\n"
        f"session = onnxruntime.InferenceSession({path!r}, options)\n"
    )
