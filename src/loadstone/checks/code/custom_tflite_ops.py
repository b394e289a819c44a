"""LS325: a TFLite model has operators that the plain interpreter does not have."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count, listed


@check("LS325", since="0.1", severity="warning", supersedes=("LS131",), covers=("tensorflow/b24",))
def custom_tflite_ops(artifact: Artifact) -> Iterator[Finding]:
    """The model has operators that are not built into the TFLite interpreter.

    ## Why it breaks
    A converter that was allowed to keeps operators of TensorFlow (`Flex…`) or of its own. The
    interpreter of full TensorFlow runs the first; `tflite_runtime` and `ai_edge_litert` say
    `Select TensorFlow op(s), included in the given model, is(are) not supported by this
    interpreter`. A custom operator needs the library that registers it.

    ## Example
    ```python fails=LS325
    artifact(
        "model.tflite",
        format="tflite",
        content="program",
        framework="tensorflow",
        ops={"flex::MatrixInverse": 1, "ADD": 2},
    )
    ```

    ## Fix
    Run it with the interpreter of the full TensorFlow package, or convert it again without them.

    ## See also
    <https://ai.google.dev/edge/litert/models/ops_select>
    """
    if artifact.format != "tflite":
        return
    flex = [name.removeprefix("flex::") for name in artifact.ops if name.startswith("flex::")]
    own = [name.removeprefix("custom::") for name in artifact.ops if name.startswith("custom::")]
    if not flex and not own:
        return
    rows = [Row(name, "the full TensorFlow package") for name in flex]
    rows += [Row(name, "the library that registers it") for name in own]
    yield Finding(
        f"the model uses {count(len(rows), 'operator')} that TFLite does not have: "
        f"{listed([*own, *flex])}",
        at=here(artifact),
        headings=("operator", "needs"),
        rows=tuple(rows[:8]),
        more=max(0, len(rows) - 8),
        fix=Fix(
            "register the custom operators with the interpreter"
            if own
            else "run it with the interpreter of the full TensorFlow package",
            safety="manual",
            python="import tensorflow as tf\n\n"
            f"interpreter = tf.lite.Interpreter(model_path={artifact.path!r})\n"
            "interpreter.allocate_tensors()\n",
        ),
    )
