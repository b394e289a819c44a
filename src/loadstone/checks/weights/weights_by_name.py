"""LS415: weights of Keras fit by their names, and not in the order in which Keras takes them."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.checks.weights._places import ORDER, by_name, place, rows
from loadstone.core import Artifact, Assignment, Finding, Fix, check
from loadstone.core.words import count, listed


@check("LS415", since="0.2", covers=("tensorflow/e09",))
def weights_by_name(artifact: Artifact, assignment: Assignment) -> Iterator[Finding]:
    """Weights fit the model by the names of layers, and not by their order.

    ## Why it breaks
    HDF5 lists what is trained of a model inside a model before what is frozen. `load_weights` takes
    that list in order: with another `trainable` than at the save, `Shape mismatch in layer #0`, or,
    where shapes are equal, wrong weights without a word. So it is where layers of other shapes were
    listed in another order. By their names all of them fit.

    ## Example
    ```python fails=LS415
    artifact(
        "weights.h5",
        format="keras-h5",
        content="state-dict",
        framework="keras",
        detail={"holds": "weights", "layout": "named"},
    )
    assignment("net:build", moved=[("norm/moving_mean", "out/kernel", "norm/moving_mean")])
    ```

    ## Fix
    Safe: `loadstone check FILE --into NET --fix` writes weights beside the file that `load_weights`
    takes, each variable where its name leads. Every one is compared with the file, and again after
    the model took what was written. `loadstone predict` and `loadstone save` do it in memory with
    `--fix`.

    ## See also
    <https://keras.io/getting_started/faq/#how-can-i-freeze-layers-and-do-finetuning>
    """
    if not assignment.moved or not assignment.fits:
        return
    many = f"{count(len(assignment.moved), 'place')} of the file"
    verb = "belongs" if len(assignment.moved) == 1 else "belong"
    names = listed([item[0] for item in assignment.moved[:4]])
    edit = by_name(artifact, assignment.moved)
    yield Finding(
        f"by name, {many} {verb} elsewhere than Keras would put them: {names}",
        at=here(artifact, assignment.moved[0][0]),
        code_at=place(assignment),
        headings=("in the file", "by place → by name"),
        rows=rows(assignment.moved),
        more=max(0, len(assignment.moved) - 4),
        notes=(ORDER[assignment.layout], *_left(assignment)),
        fix=Fix(f"write `{edit.name}` with each one in the place of its name", (edit,)),
    )


def _left(found: Assignment) -> tuple[str, ...]:
    if all(taken for _, taken, _ in found.moved):
        return ()
    return ("what finds no place is left as it was made, at random, where a load does not refuse",)
