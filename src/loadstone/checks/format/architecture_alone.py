"""LS137: the architecture of a Keras model, without its weights."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here
from loadstone.core import Artifact, Code, Finding, Fix, check


@check("LS137", since="0.2", severity="warning", covers=("tensorflow/a32",))
def architecture_alone(artifact: Artifact, code: Code | None) -> Iterator[Finding]:
    """The file holds the layers of a Keras model and no weights.

    ## Why it breaks
    `model.to_json()` writes how the layers are put together. `model_from_json` builds them with
    new random weights, and predicts without a word of warning. `model_from_yaml` is gone since
    TensorFlow 2.6, because opening such a text could run any function that it names.

    ## Example
    ```python fails=LS137
    artifact(
        "model.json",
        format="keras-json",
        content="architecture",
        framework="keras",
        detail={"holds": "architecture", "generation": 2},
    )
    ```

    ## Fix
    Load the weights that were saved beside it. Where there are none, they are lost.

    ## See also
    <https://keras.io/api/models/model_saving_apis/model_config_serialization/>
    """
    if artifact.content != "architecture" or artifact.framework != "keras":
        return
    yield Finding(
        f"`{artifact.name}` holds the layers of a model and no weights: what is built from it "
        "predicts at random",
        at=here(artifact),
        fix=Fix(
            "build the model, and load the weights that were saved beside it",
            safety="manual",
            python=_code(artifact, code),
        ),
    )


def _code(artifact: Artifact, code: Code | None) -> str:
    names = _keras.names(artifact, "custom")
    imports, argument = _keras.custom(names, _keras.places(artifact, code)) if names else ("", "")
    given = f", {argument}" if argument else ""
    path = artifact.path
    if artifact.format == "keras-yaml":
        return (
            f"import yaml\n{_keras.imported(artifact)}{imports}\n"
            f"with open({path!r}) as file:\n"
            "    config = yaml.load(file, Loader=yaml.FullLoader)  # makes tuples, and no objects\n"
            f"model = keras.models.model_from_config(config{given})\n"
            "model.load_weights('WEIGHTS.h5')\n"
        )
    return (
        f"{_keras.imported(artifact)}{imports}\n"
        f"with open({path!r}) as file:\n"
        f"    model = keras.models.model_from_json(file.read(){given})\n"
        "model.load_weights('WEIGHTS.h5')\n"
    )
