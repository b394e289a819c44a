"""LS200: the framework of the model is not installed."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Environment, Finding, Fix, TargetProblem, check
from loadstone.core.findings import Place


@check("LS200", since="0.1")
def framework_missing(
    artifact: Artifact, environment: Environment, problem: TargetProblem | None
) -> Iterator[Finding]:
    """The framework that the model belongs to is not installed here.

    ## Why it breaks
    Reading a file needs no framework, and building a model and predicting with it does.

    ## Example
    ```python fails=LS200
    save({"fc.weight": zeros(2, 3)})
    environment(torch=None)
    ```

    ## Fix
    Install the framework into the Python that runs Loadstone.

    ## See also
    <https://pytorch.org/get-started/locally/>
    """
    asked = problem is not None and problem.kind == "framework-missing"
    absent = bool(environment.distributions) and "torch" not in environment.distributions
    if not asked and not (artifact.framework == "torch" and absent):
        return
    library = "Keras" if artifact.framework in ("keras", "tensorflow") else "torch"
    install = (
        "pip install keras tensorflow-cpu"
        if library == "Keras"
        else "pip install torch safetensors"
    )
    yield Finding(
        f"{library} is not installed here, and `{problem.reference}` is built with it"
        if asked and problem is not None
        else "torch is not installed here: the file is read, and nothing is predicted",
        at=here(artifact),
        code_at=Place(problem.file, line=problem.line) if problem and problem.file else None,
        fix=Fix(f"install {library}", safety="manual", shell=install),
        severity=None if asked else "note",
    )
