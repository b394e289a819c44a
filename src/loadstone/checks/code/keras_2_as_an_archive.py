"""LS335: a whole model of Keras 2 that was asked for as the archive of Keras 3."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Archived, ArchiveModel, Artifact, Finding, Fix, Row, check
from loadstone.core.words import count


@check(
    "LS335",
    since="0.2",
    severity="warning",
    supersedes=("LS131", "LS322", "LS328"),
    covers=("tensorflow/c10", "tensorflow/c11"),
)
def keras_2_as_an_archive(artifact: Artifact, archived: Archived) -> Iterator[Finding]:
    """A whole model of Keras 2 was asked for as the `.keras` archive of Keras 3.

    ## Why it breaks
    Keras 3 has no `load_model` for SavedModels (`File format not supported`), takes HDF5 for an old
    format, and has none of the layers `TFOpLambda` and `SlicingOpLambda` that functions of
    TensorFlow make. It is asked for by `loadstone check MODEL --fix -o NAME.keras`, where the
    model is sequential or functional and its configuration is in the file.

    ## Example
    ```python fails=LS335
    artifact("model.h5", format="keras-h5", content="model", framework="keras")
    archived(rows=16, variables=4)
    ```

    ## Fix
    Safe, where it predicts what the original does in the environment that it was made in, which is
    rebuilt, or else the outputs that are expected of examples: of rows that are made from the
    inputs of the model, and those given with `-i`. What counts as the same is four times how far
    predictions move where weights, inputs and outputs are numbers beside what they are, at least a
    hundred-thousandth of the largest. Every variable is compared with the file's, before it is
    written and after it is read back.

    Unsafe (`--unsafe-fixes`), where neither can be had: then layers and variables are proved, and
    predictions are not.

    How it was trained is left out. Layers and functions of TensorFlow that Keras 3 was not tried
    with are declined.

    ## See also
    <https://keras.io/guides/migrating_to_keras_3/>
    """
    if archived.error:
        yield _declined(artifact, archived.error)
    elif archived.replay is not None and not archived.same:
        stage = archived.replay.stages[0]
        told = f"{stage.moved:,} of {count(archived.replay.witnesses, 'row')} moved"
        why = f"it then predicts something else: {stage.error or told}"
        yield _declined(artifact, why, stage.example)
    else:
        yield _offered(artifact, archived)


def _offered(artifact: Artifact, archived: Archived) -> Finding:
    variables = f"{count(archived.variables, 'variable')} as the file has them"
    parts = [variables]
    if archived.operations:
        became = count(archived.operations, "function")
        parts.append(f"{became} of TensorFlow became operations of Keras 3")
    proved = archived.same and archived.replay is not None
    whose = "the outputs expected" if archived.expected else "the rebuilt original"
    if archived.replay is not None:
        rows = count(archived.given + archived.made, "row")
        proof = f"{rows}: {archived.replay.whole} to {whose}; {variables}"
    else:
        proof = f"predictions are unproven; {variables}"
        parts.append(f"predictions are unproven: {archived.unasked}")
    return Finding(
        f"`{artifact.name}` is of Keras 2, and goes into `{archived.name}`",
        at=here(artifact),
        notes=tuple(parts),
        fix=Fix(
            f"write `{archived.name}` for Keras 3",
            (ArchiveModel(archived.name),),
            safety="safe" if proved else "unsafe",
            proof=proof,
        ),
    )


def _declined(artifact: Artifact, why: str, example: str = "") -> Finding:
    trust = " --trust" if artifact.detail.get("lambdas") else ""
    return Finding(
        f"`{artifact.name}` was not written for Keras 3",
        at=here(artifact),
        headings=("what was predicted", ""),
        rows=(Row(example),) if example else (),
        notes=(why,),
        fix=Fix(
            "predict with it where it was made",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i rows.json --env isolated{trust}",
        ),
        severity="error",
        explains_rest=False,
    )
