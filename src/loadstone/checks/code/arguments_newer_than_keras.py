"""LS327: the file has arguments of layers that the Keras here does not know yet."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, text, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check


@check("LS327", since="0.2", covers=("tensorflow/a31", "tensorflow/c16"))
def arguments_newer_than_keras(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """A newer Keras 3 wrote the file, with arguments that the one here does not take.

    ## Why it breaks
    Keras writes every argument of a layer, those that were left alone too. An older one refuses
    what it does not know, `Unrecognized keyword arguments passed to Dense:
    {'quantization_config': None}`, below a first line that tells to look at one's own classes.

    ## Example
    ```python fails=LS327
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        producer={"keras": "3.15.0"},
        detail={
            "holds": "model",
            "generation": 3,
            "newest_argument": "input_axes",
            "argument_since": "3.15.0",
        },
    )
    environment(installed={"keras": "3.10.0"})
    ```

    ## Fix
    Load it with a Keras that takes the argument.

    ## See also
    <https://github.com/keras-team/keras/releases>
    """
    name, since = text(artifact.detail, "newest_argument"), text(artifact.detail, "argument_since")
    installed = _keras.here(environment, "keras")
    if not name or not _keras.is_model(artifact) or not (3,) <= installed < version(since):
        return
    dotted = ".".join(map(str, installed))
    keras = artifact.producer.get("keras") or f"{since} or later"
    yield Finding(
        f"`{artifact.name}` gives `{name}` to layers, which Keras {dotted} does not know",
        at=here(artifact, name),
        headings=("saved with", "here"),
        rows=(Row(f"Keras {keras}", f"Keras {dotted}"),),
        fix=Fix(
            "load it with a newer Keras",
            safety="manual",
            shell=f"pip install 'keras>={since}'",
        ),
    )
