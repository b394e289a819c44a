"""LS154: the model lies in a container, of MLflow, TorchServe, Stable Baselines or another."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted, text
from loadstone.core import Artifact, Finding, Fix, Target, check

NAMES = {
    "mlflow": "a model of MLflow",
    "bentoml": "a model or a service of BentoML",
    "mlem": "the description of a model by MLEM",
    "torchserve": "an archive for TorchServe",
    "stable-baselines3": "an archive of Stable Baselines, with a policy and its settings",
}
COVERS = ("sklearn/M02", "sklearn/M03")


@check("LS154", since="0.2", supersedes=("LS012",), covers=COVERS)
def model_container(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The model is kept in a container, which its own tool loads.

    ## Why it breaks
    The folder or the archive holds the model, what it was made with, and how to call it. The
    loader of the framework reads the file inside and not the container. MLflow looks for `MLmodel`
    in the very folder that is given: `Could not find an "MLmodel" configuration file`; and
    `mlflow.pyfunc` wants the flavor of that name: `Model does not have the "python_function"
    flavor`.

    ## Example
    ```python fails=LS154
    artifact(
        "model",
        format="mlflow",
        content="container",
        is_folder=True,
        detail={"inner": "model.pkl", "flavors": "python_function, sklearn"},
    )
    ```

    ## Fix
    Use the loader shown, in an environment with what the container asks for.

    ## See also
    <https://mlflow.org/docs/latest/ml/model/>
    """
    if artifact.format == "folder":
        yield from _deeper(artifact)
    if artifact.format not in NAMES:
        return
    inner = text(artifact.detail, "inner")
    flavors = text(artifact.detail, "flavors").split(", ")
    own = artifact.format == "mlflow" and "python_function" not in flavors
    held = f": the model in it is `{inner}`" if inner else ""
    notes = (
        ["it has no flavor `python_function`, so `mlflow.pyfunc` does not load it"] if own else []
    )
    if target:
        notes.append(f"it is not loaded into `{target.name}` as it is")
    yield Finding(
        f"`{artifact.name}` is {NAMES[artifact.format]}{held}",
        at=here(artifact, inner or None),
        severity="error" if target else "note",
        notes=tuple(notes),
        fix=_fix(artifact, flavors),
        covers=("sklearn/M02",) if own else (),
    )


def _deeper(artifact: Artifact) -> Iterator[Finding]:
    """A folder above that of the model: MLflow does not look further down."""
    below = [part.path for part in artifact.parts if part.path.endswith("/MLmodel")]
    if len(below) != 1:
        return
    path = f"{artifact.path.rstrip('/')}/{below[0].removesuffix('/MLmodel')}"
    yield Finding(
        f"the model of MLflow lies deeper in `{artifact.name}`: "
        f"`{below[0].removesuffix('/MLmodel')}`",
        at=here(artifact, below[0]),
        fix=Fix(
            "name that folder",
            safety="manual",
            shell=f"loadstone check {quoted(path)}",
            python=f"import mlflow\n\nmodel = mlflow.pyfunc.load_model({path!r})\n",
        ),
        covers=("sklearn/M03",),
    )


def _fix(artifact: Artifact, flavors: list[str]) -> Fix:
    title, path = "use its own loader", artifact.path
    if artifact.format == "torchserve":
        folder, _, name = path.replace("\\", "/").rpartition("/")
        command = (
            f"torchserve --start --model-store {quoted(folder or '.')} --models {quoted(name)}"
        )
        return Fix(
            "serve it with TorchServe, if you trust its author", safety="manual", shell=command
        )
    if artifact.format == "stable-baselines3":
        usual = "stable_baselines3" if artifact.framework == "torch" else "stable_baselines"
        package = text(artifact.detail, "package") or usual
        name = text(artifact.detail, "algorithm")
        told = "" if name else "  # or what it was trained with"
        name = name or "PPO"
        code = (
            f"from {package} import {name}{told}\n\n"
            f"model = {name}.load({path.removesuffix('.zip')!r})\n"
        )
        return Fix("use its own loader, if you trust its author", safety="manual", python=code)
    code = f"import mlflow\n\nmodel = mlflow.pyfunc.load_model({path!r})\n"
    if artifact.format == "mlflow" and "python_function" not in flavors:
        own = next((name for name in flavors if name.isidentifier()), "pyfunc")
        code = f"import mlflow\n\nmodel = mlflow.{own}.load_model({path!r})\n"
    elif artifact.format == "mlem":
        code = f"from mlem.api import load\n\nmodel = load({path.removesuffix('.mlem')!r})\n"
    elif artifact.format == "bentoml":
        if text(artifact.detail, "service"):
            return Fix(
                "serve it, if you trust its author",
                safety="manual",
                shell=f"bentoml serve {quoted(path)}",
            )
        tag = f"{text(artifact.detail, 'name')}:{text(artifact.detail, 'version')}"
        module = text(artifact.detail, "module")
        code = f"import {module}\n\nmodel = {module}.load_model({tag!r})  # from its store\n"
        if not module:  # whoever made it filled the folder, and loads it by their own code
            code = f"import bentoml\n\nfolder = bentoml.models.get({tag!r}).path\n"
    return Fix(title, safety="manual", python=code)
