"""LS012: nothing in the file or folder is a model."""

from collections.abc import Iterator

from loadstone.checks._common import (
    MODEL_SUFFIXES,
    PICKLE_SUFFIXES,
    held_names,
    here,
    quoted,
    suffix,
    text,
)
from loadstone.checks.file.error_body import LONGEST
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import listed

COMMANDS = 8  # models of a folder that one command checks


@check("LS012", since="0.1", covers=("sklearn/A34",))
def not_a_model(artifact: Artifact) -> Iterator[Finding]:
    """The file or folder is none of the formats that models are kept in.

    ## Why it breaks
    The content decides what a file is, and this content is no model: a table, a log, a folder of
    a project. Loaders answer with the first byte that they do not understand.

    ## Example
    ```python fails=LS012
    artifact("runs", format="folder", content="none", is_folder=True)
    ```

    ## Fix
    Name the model file itself. For a folder, the files in it that could be models are listed.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    if artifact.content not in ("none", "container"):
        return
    if artifact.format == "folder":
        yield _folder(artifact)
    elif artifact.format in ("text", "json"):
        kind = text(artifact.detail, "kind")
        if kind or artifact.size > LONGEST or suffix(artifact) not in MODEL_SUFFIXES:
            yield _file(artifact, f"`{artifact.name}` is {kind or artifact.format}, not a model")
    elif artifact.format == "unknown" and not artifact.damage:
        kind = text(artifact.detail, "kind")
        yield _file(
            artifact,
            f"`{artifact.name}` is {kind}, not a model"
            if kind
            else f"`{artifact.name}` is of no format that a model is kept in",
        )


def _file(artifact: Artifact, message: str) -> Finding:
    line = text(artifact.detail, "message") or text(artifact.detail, "first")
    return Finding(
        message,
        at=here(artifact),
        notes=(f"it begins with `{line}`",) if line else (),
        fix=Fix("name the model file itself", safety="manual"),
        covers=("sklearn/A34",)
        if text(artifact.detail, "kind") == "a table of values"
        and suffix(artifact) in PICKLE_SUFFIXES
        else (),
    )


def _folder(artifact: Artifact) -> Finding:
    held = held_names(artifact)
    root = artifact.path.rstrip("/")
    left = text(artifact.detail, "not_looked_into")
    paths = " ".join(quoted(f"{root}/{name}") for name in held[:COMMANDS])
    return Finding(
        f"the folder `{artifact.name}` is not a model"
        + (f"; it holds {listed(held)}" if held else ", and holds no file that could be one"),
        at=here(artifact),
        notes=(f"what lies deeper was not looked at: `{left}`",) if left else (),
        fix=Fix(
            _title(held),
            safety="manual",
            shell=f"loadstone check {paths}" if held else "",
        ),
    )


def _title(held: tuple[str, ...]) -> str:
    if not held:
        return "name the model file itself"
    return "name the model in it" if len(held) == 1 else "name the model that is meant"
