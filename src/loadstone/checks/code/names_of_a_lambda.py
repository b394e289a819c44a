"""LS323: the function of a Lambda layer uses names that the file does not hold."""

import builtins
from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import listed

# what stands in the modules of Keras that give a Lambda its names, in one version or another
KNOWN = {*dir(builtins), "K", "backend", "keras", "np", "tf"}


@check(
    "LS323",
    since="0.2",
    severity="warning",
    covers=("tensorflow/c25", "tensorflow/c54"),
)
def names_of_a_lambda(artifact: Artifact) -> Iterator[Finding]:
    """A Lambda layer's function looks up names of the script that made it.

    ## Why it breaks
    The file holds the bytecode of the function and not what it uses around it. Loaded elsewhere,
    it says `name 'SHIFT' is not defined` when it is called, which building the model does; Keras 3
    may swallow that and say `Layer count mismatch` instead.

    ## Example
    ```python fails=LS323
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 2, "lambda_names": "SHIFT"},
    )
    ```

    ## Fix
    Of an HDF5 file, Keras 2 takes the values in `custom_objects`. Of a `.keras` archive, and in
    Keras 3, nothing hands them over: have the function written as a layer, and the model saved
    again.

    ## See also
    <https://keras.io/api/layers/core_layers/lambda/>
    """
    names = [name for name in _keras.names(artifact, "lambda_names") if name not in KNOWN]
    if not names or not _keras.is_model(artifact):
        return
    generation = number(artifact.detail, "generation")
    handed = artifact.format == "keras-h5" and generation is not None and generation < 3
    values = ", ".join(f"{name!r}: {name}" for name in names[:8])
    yield Finding(
        f"a Lambda layer of `{artifact.name}` uses {listed(names)}, which the file does not hold",
        at=here(artifact, names[0]),
        fix=Fix(
            "hand over the values that they had",
            safety="manual",
            python=f"{_keras.TWO}\n"
            + "".join(f"{name} = ...  # as it was\n" for name in names[:8])
            + _keras.load(artifact, f"custom_objects={{{values}}}"),
        )
        if handed
        else Fix(
            "have whoever made it write the function as a layer that holds them, and save it again",
            safety="manual",
        ),
        covers=("tensorflow/c25",) if generation == 3 else ("tensorflow/c25", "tensorflow/c54"),
    )
