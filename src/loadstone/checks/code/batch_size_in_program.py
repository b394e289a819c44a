"""LS329: the program is for batches of one size."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.checks._tensorflow import port, serving
from loadstone.core import Artifact, Finding, Fix, Row, check

FORMATS = ("savedmodel", "tf-graph", "keras-h5", "keras")
COVERS = ("tensorflow/b07", "tensorflow/b08", "tensorflow/f20", "tensorflow/f21")


@check("LS329", since="0.2", severity="warning", covers=COVERS, own_loader=True)
def batch_size_in_program(artifact: Artifact) -> Iterator[Finding]:
    """The model takes batches of one size, and its signature does not refuse others.

    ## Why it breaks
    A model that was built with a batch size (`batch_size=32`, `batch_input_shape`, a `TensorSpec`
    with a number first) has it in its program. A function then says `Python inputs incompatible
    with input_signature`, Keras `Graph execution error`. A signature compares nothing: with another
    number of rows it may raise, or give something else without a word.

    ## Example
    ```python fails=LS329
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        signatures=[signature("serving_default", x=("float32", (32, 4)))],
    )
    ```

    ## Fix
    Give it batches of that size, the last one filled up, and cut what comes out. `loadstone
    predict` does, and refuses where what fills up a batch changes what the other rows get. Or build
    the model again with `None` there, and load the weights into it.

    ## See also
    <https://keras.io/getting_started/faq/#how-can-i-use-stateful-rnns>
    """
    found = serving(artifact)
    inputs = found.inputs if found is not None else ()
    sizes = {item.shape[0] if item.shape else None for item in inputs}
    size = next(iter(sizes)) if len(sizes) == 1 else None
    if artifact.format not in FORMATS or not isinstance(size, int) or size < 2:
        return
    yield Finding(
        f"`{artifact.name}` takes batches of {size} rows, no more and no less",
        at=here(artifact, inputs[0].name),
        headings=("input", "rows"),
        rows=tuple(Row(port(item), str(size)) for item in inputs[:4]),
        fix=Fix(
            "predict in batches of that size",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i ROWS",
        ),
    )
