"""LS231: the transformers that is installed does not know the model type of the folder."""

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, ModelType, Row, Target, check


@check("LS231", since="0.2", covers=("torch/K10",))
def model_type_unknown(
    artifact: Artifact, model_type: ModelType, target: Target | None
) -> Iterator[Finding]:
    """The transformers that is installed here has no model of the folder's type.

    ## Why it breaks
    `model_type` in the config says which class of the library the weights are of. A release has the
    types of its day: `The checkpoint you are trying to load has model type X but Transformers does
    not recognize this architecture`.

    ## Example
    ```python fails=LS231
    artifact(
        "new",
        format="transformers",
        content="model",
        is_folder=True,
        producer={"transformers": "9.0.0"},
        detail={"model_type": "of_tomorrow"},
    )
    model_type("of_tomorrow", "5.24.0", known=False)
    ```

    ## Fix
    Install the release that wrote the config, or a newer one; `loadstone predict` builds it beside
    yours. A type that the installed release should have had is of other code, or was taken out.

    ## See also
    <https://huggingface.co/docs/transformers/model_doc/auto>
    """
    if model_type.known or text(artifact.detail, "auto_map") or target is not None:
        return
    written = artifact.producer.get("transformers") or ""
    newer = _newer(written, model_type.installed)
    note = (
        f"the config was written by {written}, which is newer"
        if newer
        else f"the config was written by {written}, which is no newer: "
        "the type is of other code, or a release since then took it out"
        if written
        else "the config does not say which release wrote it"
    )
    fix = (
        Fix(
            f"install transformers {written} or newer",
            safety="manual",
            shell=f"pip install 'transformers>={written}'",
        )
        if newer
        else Fix("install the release or the code that it was written with", safety="manual")
    )
    yield Finding(
        f"transformers {model_type.installed} has no model of the type `{model_type.name}`",
        at=here(artifact, "config.json"),
        headings=("in the config", "here"),
        rows=(
            Row(
                f"transformers {written or 'of no version'}", f"transformers {model_type.installed}"
            ),
        ),
        notes=(note,),
        fix=fix,
    )


def _newer(written: str, installed: str) -> bool:
    try:
        return Version(written) > Version(installed)
    except InvalidVersion:
        return False
