"""LS324: a layer of the model loads another model, from a path that stands in the file."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count


@check(
    "LS324",
    since="0.2",
    severity="warning",
    covers=("tensorflow/b19", "tensorflow/c47"),
)
def model_outside_the_file(artifact: Artifact) -> Iterator[Finding]:
    """A layer loads another model, from a path that stands in the file.

    ## Why it breaks
    `TFSMLayer` and `hub.KerasLayer` keep the path or address of another model, not the model.
    Keras 3 refuses the first: `Requested the deserialization of a TFSMLayer, which loads an
    external SavedModel`. Where it is allowed, and the path leads nowhere here, it says `SavedModel
    file does not exist at`.

    ## Example
    ```python fails=LS324
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        detail={"holds": "model", "external": "TFSMLayer at `inner` loads `export/1`"},
        opening_runs_code="unknown",
    )
    ```

    ## Fix
    Fetch the SavedModel that is named, and put it at that path, from where the script runs. Since
    it is a program of its own, `load_model` then wants `safe_mode=False`, which lets all that is in
    the file run: only for files of somebody you trust.

    ## See also
    <https://keras.io/api/layers/backend_specific_layers/tfsm_layer/>
    """
    held = [item for item in text(artifact.detail, "external").split("; ") if item]
    if not held or not _keras.is_model(artifact):
        return
    hub = any(item.startswith("KerasLayer") for item in held)
    yield Finding(
        f"`{artifact.name}` is not whole: {count(len(held), 'layer')} of it "
        f"{'loads' if len(held) == 1 else 'load'} another model",
        at=here(artifact),
        headings=("layer", ""),
        rows=tuple(Row(item.replace("`", "")) for item in held[:6]),
        more=max(0, len(held) - 6),
        fix=Fix("fetch the model that is named, and put it at that path", safety="manual"),
        covers=("tensorflow/c47",) if hub else ("tensorflow/b19",),
    )
