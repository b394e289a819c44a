"""LS327: the file has arguments of layers that the Keras here does not know yet."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, number, quoted, text, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

THREE = ("tensorflow/a31", "tensorflow/c16")
TWO = {  # 2.8 does not take the first, and 2.10 does; 2.10 not the second, and 2.15 does
    "Normalization": ("invert", (2, 9), "tensorflow/c28"),
    "TextVectorization": ("encoding", (2, 11), "tensorflow/c29"),
}
RAW = "a SavedModel predicts by its signature there: only `load_model` wants the layer"


@check(
    "LS327",
    since="0.2",
    covers=(*THREE, "tensorflow/c28", "tensorflow/c29"),
)
def arguments_newer_than_keras(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """A newer Keras wrote the file, with arguments that the one here does not take.

    ## Why it breaks
    Keras writes every argument of a layer, those that were left alone too. An older one refuses
    what it does not know, `Unrecognized keyword arguments passed to Dense:
    {'quantization_config': None}`, below a first line that tells to look at one's own classes. So
    it is with `invert` of `Normalization` and `encoding` of `TextVectorization` in older versions
    of Keras 2: `Keyword argument not understood`, and of a SavedModel `Unable to restore object of
    class 'Normalization' likely due to name conflict with built-in Keras class`.

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
    yield from _of_keras_2(artifact, environment)
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
        covers=THREE,
    )


def _of_keras_2(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Yield the arguments that layers of Keras 2 were given later than the Keras here."""
    installed = _keras.here(environment, "keras")
    saved = _keras.is_saved(artifact)
    if not installed or not (saved or _keras.is_model(artifact)):
        return
    if not saved and number(artifact.detail, "generation") != 2:
        return
    held = {item.name: item for item in artifact.modules if item.name in TWO}
    found = {
        name: TWO[name]
        for name, item in held.items()
        if TWO[name][0] in item.attributes and installed < TWO[name][1]
    }
    if not found:
        return
    dotted = ".".join(map(str, installed))
    first = next(iter(found))
    yield Finding(
        f"`{artifact.name}` gives `{found[first][0]}` to `{first}`, which Keras {dotted} does not "
        "know",
        at=here(artifact, held[first].path),
        headings=("saved with", "here"),
        rows=(Row(f"Keras {artifact.producer.get('keras') or '2'}", f"Keras {dotted}"),),
        notes=(RAW,) if saved else (),
        severity="warning" if saved else None,
        fix=Fix(
            "predict with it where it was made",
            safety="manual",
            shell=f"loadstone predict {quoted(artifact.path)} -i ROWS",
        ),
        covers=tuple(row for _, _, row in found.values()),
    )
