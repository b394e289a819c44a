"""LS703: layers of a Keras model are Python bytecode."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number, quoted, text
from loadstone.core import Artifact, Finding, Fix, Load, Row, check
from loadstone.core.words import count

RUN = "tf.keras runs it without asking, and so does Keras 3.4; Keras 3.15 refuses it"
REFUSED = "`load_model` refuses it since TensorFlow 2.13"
OLD = "Keras 3 does not read a Lambda of Keras 2 in an archive, asked to or not"


@check(
    "LS703",
    since="0.2",
    severity="warning",
    supersedes=("LS700",),
    covers=("tensorflow/c26", "tensorflow/c27"),
)
def lambda_layers(artifact: Artifact, load: Load | None) -> Iterator[Finding]:
    """The function of a Lambda layer is in the file, as bytecode that Python runs.

    ## Why it breaks
    A Lambda layer that was given a `lambda` is saved by value. Loading and calling it runs what
    whoever wrote the file put there. Newer versions refuse: `Requested the deserialization of a
    Lambda layer whose function is a Python lambda`.

    ## Example
    ```python fails=LS703
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 3, "lambdas": 1, "lambda_paths": "double"},
        opening_runs_code="yes",
        calls=["the bytecode of `double`"],
    )
    ```

    ## Fix
    Have the function written as a layer, with a class and a `get_config`, and the model saved
    again. Only for a file of somebody you trust, `loadstone predict` takes `--trust`, and
    `load_model` takes `safe_mode=False`: both then run all that is in it.

    ## See also
    <https://keras.io/api/layers/core_layers/lambda/>
    """
    lambdas = number(artifact.detail, "lambdas") or 0
    if not lambdas or artifact.framework != "keras":
        return
    paths = _keras.names(artifact, "lambda_paths")
    python = text(artifact.detail, "bytecode_of")
    archive = artifact.format == "keras"
    notes = [REFUSED if archive else RUN]
    if archive and number(artifact.detail, "generation") == 2:
        notes.append(OLD)
    refused = load is not None and (not load.trusted or _keras.refuses_lambdas(artifact, load))
    fix = Fix(
        "have the function written as a layer with a class, and the model saved again",
        safety="manual",
    )
    if refused:
        fix = Fix(
            "load it only if you trust whoever made it: it runs what is in the file",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i ROWS --trust",
        )
    yield Finding(
        f"{count(lambdas, 'layer')} of `{artifact.name}` {'is' if lambdas == 1 else 'are'} Python "
        "bytecode, which loading the model runs",
        at=here(artifact, paths[0] if paths else None),
        headings=("Lambda layer", f"bytecode of Python {python}" if python else ""),
        rows=tuple(Row(path) for path in paths[:6]),
        more=max(0, lambdas - 6),
        notes=tuple(notes),
        fix=fix,
        severity="error" if refused else None,
        covers=("tensorflow/c26", "tensorflow/c27") if archive else (),
    )
