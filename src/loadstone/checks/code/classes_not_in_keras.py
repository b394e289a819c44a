"""LS320: the model has layers or functions that Keras does not have itself."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here
from loadstone.core import Artifact, Code, Finding, Fix, Load, Row, check
from loadstone.core.words import listed

COVERS = (
    "tensorflow/d02",
    "tensorflow/d04",
    "tensorflow/d11",
    "tensorflow/d12",
    "tensorflow/d16",
    "tensorflow/c46",
)


@check("LS320", since="0.2", severity="warning", covers=COVERS)
def classes_not_in_keras(
    artifact: Artifact, code: Code | None, load: Load | None
) -> Iterator[Finding]:
    """The model is made of classes or functions that are somebody's own.

    ## Why it breaks
    The file holds the name of a class and its configuration, never its code. Where the name was
    not registered before the load, Keras says `Unknown layer: 'Scale'`, or `could not be
    deserialized properly` with `Could not locate class 'Scale'` further down. A class that is
    registered under a package has the package in its name, `my_pkg>Shift`, and is looked up by
    the whole of it.

    ## Example
    ```python fails=LS320
    artifact(
        "model.h5",
        format="keras-h5",
        content="model",
        framework="keras",
        detail={"holds": "model", "generation": 2, "custom": "Scale, my_pkg>Shift"},
    )
    ```

    ## Fix
    Give Loadstone the source: `--into my_pkg.layers:Scale` or `--code my_pkg/layers.py`. What that
    file imports of the same folder comes along, all of it runs where the model does, in whichever
    environment that is, and `loadstone save` keeps it in the bundle. `loadstone check` loads the
    model with it here, and compares every variable with the file. Without Loadstone, import the
    classes, and hand them over under the names that stand in the file. Their `get_config` has to
    give back every argument of `__init__`. Where the model was also compiled with a loss of one's
    own, it is loaded without compiling it.

    ## See also
    <https://keras.io/guides/serialization_and_saving/>
    """
    names = _keras.names(artifact, "custom")
    if not names or not _keras.is_model(artifact) or (load is not None and load.loaded):
        return
    if set(names) <= set(_keras.refusing(artifact, load)):
        return
    places = _keras.places(artifact, code)
    imports, argument = _keras.custom(names, places)
    trained = ("compile=False",) if _keras.names(artifact, "custom_training") else ()
    call = _keras.load(artifact, argument, *trained)
    yield Finding(
        f"`{artifact.name}` needs {listed(names)}, which Keras does not have",
        at=here(artifact, names[0]),
        headings=("named in the file", "where it is"),
        rows=tuple(Row(name, places.get(name.rpartition(">")[2], "")) for name in names[:6]),
        more=max(0, len(names) - 6),
        fix=Fix(
            "hand them over by the names that stand in the file",
            safety="manual",
            python=f"{_keras.imported(artifact)}{imports}\n{call}",
            shell=_given(artifact, names, places, code),
        ),
        covers=_rows(names),
    )


def _given(artifact: Artifact, names: list[str], places: dict[str, str], code: Code | None) -> str:
    """Return the command that is given the source, or gets the library that has it."""
    modules = {places.get(name.rpartition(">")[2], "") for name in names} - {"", "__main__"}
    if modules & set(_keras.HUB.values()):
        return ""
    known = [item for item in (code.names if code else ()) if item.module in modules]
    of_library = [item for item in known if item.distribution]
    if of_library:
        lacking = {item.distribution for item in of_library if item.state == "module-missing"}
        return f"pip install {' '.join(sorted(map(str, lacking)))}" if lacking else ""
    files = sorted(f"{module.replace('.', '/')}.py" for module in modules) or ["FILE.py"]
    given = " ".join(f"--code {file}" for file in files[:4])
    return f"loadstone predict {artifact.path} -i ROWS.json {given}"


def _rows(names: list[str]) -> tuple[str, ...]:
    if "KerasLayer" in names:
        return ("tensorflow/c46",)
    if any(">" in name for name in names):
        return ("tensorflow/d11",)
    if not any(name[:1].isupper() for name in names):
        return ("tensorflow/d16",)
    return ("tensorflow/d02", "tensorflow/d04", "tensorflow/d12")
