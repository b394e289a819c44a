"""LS134: Keras weights without a model, which `load_model` does not take."""

from collections.abc import Iterator

from loadstone.checks._common import here, is_torch_use, text
from loadstone.core import Artifact, Assignment, Finding, Fix, Target, TargetProblem, check


@check("LS134", since="0.2", severity="warning", covers=("tensorflow/a06", "tensorflow/a07"))
def keras_weights_alone(
    artifact: Artifact,
    target: Target | None,
    assignment: Assignment | None,
    problem: TargetProblem | None,
) -> Iterator[Finding]:
    """The file holds Keras weights and no model: they go into one that is built again.

    ## Why it breaks
    `save_weights`, and `ModelCheckpoint(save_weights_only=True)`, write the variables alone.
    `load_model` then says `No model config found in the file`: layers, activations and the order
    of use are nowhere in it.

    ## Example
    ```python fails=LS134
    artifact(
        "weights.h5",
        format="keras-h5",
        content="state-dict",
        framework="keras",
        detail={"holds": "weights", "layout": "named"},
        state={"dense/kernel:0": zeros(4, 2)},
    )
    ```

    ## Fix
    Build the model with the code that made it: `--into pkg.module:build`, or `--into model.json`
    where `to_json` wrote its architecture. `loadstone check` then says what fits, `predict` and
    `save` load it and compare every variable. Or have whoever trained it write the whole model:
    `model.save("model.keras")`.

    ## See also
    <https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/>
    """
    if artifact.framework != "keras" or artifact.detail.get("holds") != "weights":
        return
    if assignment is not None or problem is not None:
        return
    if artifact.damage or is_torch_use(artifact, target):
        return
    index = text(artifact.detail, "index")
    path = f"{artifact.path.rstrip('/')}/{index}" if index else artifact.path
    yield Finding(
        f"`{artifact.name}` holds weights alone: `load_model` finds no model in it",
        at=here(artifact),
        fix=Fix(
            "build the model by its own code, and load the weights into it",
            safety="manual",
            python=f"model = build()  # by its own code, as it was\nmodel.load_weights({path!r})\n",
        ),
    )
