"""LS205: the file holds bytecode of another Python."""

from collections.abc import Iterator

from loadstone.checks._common import here, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

CODE = (
    "cloudpickle.cloudpickle._make_function",
    "cloudpickle.cloudpickle._builtin_type",
    "cloudpickle.cloudpickle._make_skel_func",
    "cloudpickle.cloudpickle._fill_function",
    "dill._dill._create_code",
    "dill._dill._create_function",
    "types.CodeType",
)


@check("LS205", since="0.1", supersedes=("LS302", "LS307", "LS700"), covers=("torch/B13",))
def bytecode_python_version(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Functions are in the file as bytecode of another Python.

    ## Why it breaks
    cloudpickle and dill write functions by value, as bytecode, and bytecode belongs to one minor
    version of Python. Elsewhere it says `code expected at most 16 arguments, got 18`, or the
    process ends with a segmentation fault and no message at all.

    ## Example
    ```python fails=LS205
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        globals=["cloudpickle.cloudpickle._make_function"],
        producer={"python": "3.12"},
    )
    environment(python="3.13.1")
    ```

    ## Fix
    Open it with the Python that wrote it, and save the `state_dict()` there.

    ## See also
    <https://github.com/cloudpipe/cloudpickle#cloudpickle>
    """
    writer = artifact.producer.get("python") or ""
    by_value = [str(item) for item in artifact.globals if str(item) in CODE]
    if not by_value or not writer or not environment.python:
        return
    saved, now = version(writer)[:2], version(environment.python)[:2]
    if saved == now:
        return
    yield Finding(
        f"the file holds functions as bytecode of Python {_dotted(saved)}, and this is Python "
        f"{_dotted(now)}",
        at=here(artifact, by_value[0]),
        headings=("saved with", "here"),
        rows=(Row(f"Python {_dotted(saved)}", f"Python {_dotted(now)}"),),
        notes=("bytecode of another Python can end the process without a message",),
        fix=Fix(
            f"open it with Python {_dotted(saved)} and save the state dict there",
            safety="manual",
            shell=f"uv run --python {_dotted(saved)} --with torch --with cloudpickle python",
        ),
    )


def _dotted(parts: tuple[int, ...]) -> str:
    return ".".join(map(str, parts))
