"""LS413: layers of Keras go by their places into others than by their names."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.checks.weights._places import ORDER, by_name, place, rows
from loadstone.core import Artifact, Assignment, Finding, Fix, check
from loadstone.core.words import count, listed

ROWS = {
    "named": ("tensorflow/e07",),
    "placed": ("tensorflow/e08",),
    "variables": ("tensorflow/e07",),
    "objects": ("tensorflow/e07",),
}


@check("LS413", since="0.2", covers=("tensorflow/e07", "tensorflow/e08"))
def layers_in_another_order(artifact: Artifact, assignment: Assignment) -> Iterator[Finding]:
    """By their places, layers of the file would go into others than by their names.

    ## Why it breaks
    `load_weights` of Keras never compares names. HDF5 is taken in the order of the layers,
    `.weights.h5` by places that count layers of a class (`layers/dense_1`), a checkpoint by
    `layer_with_weights-1`. Where layers of equal shapes were exchanged in the code, each gets the
    other's weights without a word. Where only their names were, it gets its own. The file does not
    say which of the two happened.

    ## Example
    ```python fails=LS413
    artifact(
        "weights.h5",
        format="keras-h5",
        content="state-dict",
        framework="keras",
        detail={"holds": "weights", "layout": "named"},
    )
    assignment("net:build", open=[("left", "right", "left"), ("right", "left", "right")])
    ```

    ## Fix
    Build the layers in the order, and under the names, that they had. Or say which is meant:
    `predict` and `save` take the names with `--fix --unsafe-fixes` (`fix="unsafe"` in Python), the
    places with `--accept LS413=REASON`. With `examples` and the outputs expected of them,
    `loadstone check` says which one gives them. Where the names do, `loadstone check --fix` writes
    weights beside the file that `load_weights` takes; unproven, `--unsafe-fixes` does. Every
    variable is compared with the file, and again after the model took what was written.

    ## See also
    <https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/>
    """
    if not assignment.open or not assignment.fits:
        return
    names = listed([item[0] for item in assignment.open[:4]])
    many = count(len(assignment.open), "layer" if "/" not in assignment.open[0][0] else "variable")
    yield Finding(
        f"places and names of {many} disagree, and either may be meant: {names}",
        at=here(artifact, assignment.open[0][0]),
        code_at=place(assignment),
        headings=("in the file", "by place → by name"),
        rows=rows(assignment.open),
        more=max(0, len(assignment.open) - 4),
        notes=(ORDER[assignment.layout],),
        fix=_fix(artifact, assignment),
        covers=ROWS[assignment.layout],
    )


def _fix(artifact: Artifact, assignment: Assignment) -> Fix:
    edit = by_name(artifact, assignment.open)
    title = f"write `{edit.name}` with the layers in the places of their names"
    if assignment.reproduced == "names":
        return Fix(title, (edit,), proof="taken so, they give the outputs expected of the examples")
    if assignment.reproduced == "places":
        path, into = artifact.path, assignment.reference
        accept = "accept={'LS413': 'only the names changed'}"
        return Fix(
            "take the layers by their places: that gives the outputs expected of the examples",
            safety="manual",
            shell=f"loadstone predict {quoted(path)} --into {quoted(into)} -i ROWS "
            "--accept 'LS413=only the names changed'",
            python=f"loadstone.load({path!r}, into={into!r}, {accept})\n",
        )
    if assignment.reproduced == "neither":
        return Fix(
            "build the layers in the order, and under the names, that they had when it was saved: "
            "neither reading gives the outputs expected of the examples",
            safety="manual",
        )
    return Fix(f"{title}, if it is their order that changed", (edit,), safety="unsafe")
