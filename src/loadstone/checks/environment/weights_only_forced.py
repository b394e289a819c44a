"""LS206: an environment variable overrides `weights_only` in the code."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here
from loadstone.checks._globals import NUMPY, STANDARD, refused
from loadstone.checks.code.not_weights_only import ROWS, allow
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.words import count

VARIABLE = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"


@check("LS206", since="0.1", severity="warning", supersedes=("LS307",), covers=("torch/C11",))
def weights_only_forced(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """An environment variable makes every load weights-only, whatever the code says.

    ## Why it breaks
    With `TORCH_FORCE_WEIGHTS_ONLY_LOAD=1`, torch ignores the argument of `torch.load`. The message
    advises the argument that is being ignored.

    ## Example
    ```python fails=LS206
    artifact(content="checkpoint", globals=["my_pkg.Config"])
    code("my_pkg.Config", "present")
    environment(variables={"TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1"})
    ```

    ## Fix
    Take only the tensors, or allow the names that the finding lists. Unset the variable only for
    a process that opens files which are trusted.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    value = environment.variables.get(VARIABLE, "")
    if value.lower() not in ("1", "y", "yes", "true") or artifact.format not in TORCH_ARCHIVES:
        return
    names = refused(artifact)
    if not names:
        return
    plain = all(name in NUMPY or name in STANDARD for name in names)
    yield Finding(
        f"`{VARIABLE}={value}` is set: `torch.load` refuses {count(len(names), 'name')} of this "
        "file whatever its arguments say",
        at=here(artifact, names[0]),
        headings=("refused", ""),
        rows=tuple(Row(name) for name in names[:ROWS]),
        more=max(0, len(names) - ROWS),
        fix=Fix("allow these names, and no others", safety="manual", python=allow(artifact, names))
        if plain
        else Fix(
            "unset the variable for this process, if you trust the source of the file",
            safety="manual",
            shell=f"unset {VARIABLE}",
        ),
    )
