"""LS205: the file holds bytecode of another Python."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, text, version
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

SUPERSEDES = ("LS302", "LS307", "LS323", "LS700", "LS703")
COVERS = ("sklearn/B11", "sklearn/B13", "sklearn/B17", "sklearn/B18")


@check("LS205", since="0.1", supersedes=SUPERSEDES, covers=("torch/B13", *COVERS))
def bytecode_python_version(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Functions are in the file as bytecode of another Python.

    ## Why it breaks
    cloudpickle and dill write functions by value, as bytecode, and bytecode belongs to one minor
    version of Python. Elsewhere it says `code expected at most 16 arguments, got 18`, or the
    process ends with a segmentation fault and no message at all. Keras does the same with the
    function of a Lambda layer: `bad marshal data (unknown type code)`.

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
    Open it with the Python that wrote it, and save the `state_dict()` there; of a Keras model, with
    a layer class in place of the Lambda.

    ## See also
    <https://github.com/cloudpipe/cloudpickle#cloudpickle>
    """
    by_value = [str(item) for item in artifact.globals if str(item) in CODE]
    by_value += [f"the function of `{path}`" for path in _keras.names(artifact, "lambda_paths")]
    now = version(environment.python)[:2]
    saved = _saved(artifact, now)
    if not by_value or not saved or not now:
        return
    yield Finding(
        f"the file holds functions as bytecode of Python {saved}, and this is Python "
        f"{_dotted(now)}",
        at=here(artifact, by_value[0]),
        headings=("saved with", "here"),
        rows=(Row(f"Python {saved}", f"Python {_dotted(now)}"),),
        notes=("bytecode of another Python can end the process without a message",),
        fix=_fix(artifact, saved, by_value[0]),
    )


def _fix(artifact: Artifact, saved: str, first: str) -> Fix:
    if artifact.framework != "keras":
        return Fix(
            f"open it with Python {saved} and save the state dict there",
            safety="manual",
            shell=f"uv run --python {saved.partition(' ')[0]} --with torch "
            f"--with {first.partition('.')[0]} python",
        )
    keras = artifact.producer.get("keras") or ""
    package = {"2": f"tensorflow=={'.'.join(keras.split('.')[:2])}.*", "3": f"keras=={keras}"}
    asked = package.get(keras[:1]) if version(keras)[:2] >= (2, 4) else None
    return Fix(
        f"load it with Python {saved}, and save it there with a layer in place of the Lambda",
        safety="manual",
        shell=f"uv run --python {saved.rpartition(' ')[2]} --with '{asked}' python"
        if asked
        else "",
    )


def _saved(artifact: Artifact, now: tuple[int, ...]) -> str:
    """Return the Python that wrote the bytecode, "" where it may be this one.

    The number of arguments of a code object tells it apart at 3.8 and at 3.11, its opcodes after.
    """
    writer = version(artifact.producer.get("python") or "")[:2]
    if writer:
        return "" if writer == now else _dotted(writer)
    words = [text(artifact.detail, "code_python"), *_keras.names(artifact, "bytecode_of")]
    fits = {
        "2": now < (3,),
        "3.7 or older": now <= (3, 7),
        "3.4 to 3.7": (3, 4) <= now <= (3, 7),
        "3.8 to 3.10": (3, 8) <= now <= (3, 10),
        "3.11 or newer": now >= (3, 11),
        "3.11": now == (3, 11),
        "3.12": now == (3, 12),
        "3.11 or 3.12": now in ((3, 11), (3, 12)),
        "3.13": now == (3, 13),
        "3.14": now == (3, 14),
        "3.14 or newer": now >= (3, 14),
    }
    return next((word for word in words if not fits.get(word, True)), "")


def _dotted(parts: tuple[int, ...]) -> str:
    return ".".join(map(str, parts))
