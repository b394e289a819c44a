"""LS218: a SavedModel of a later TensorFlow than the one that is installed."""

from collections.abc import Iterator

from loadstone.checks._common import here, text, version
from loadstone.checks._tensorflow import operators
from loadstone.core import Artifact, DropOperator, Environment, Finding, Fix, Row, Target, check
from loadstone.core.words import count, listed

NAMES = ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tensorflow-intel")
PROOF = (
    "only the function that writes checkpoints has it; it gives no value, and nothing but the "
    "saver runs that function; all else of the program stays byte for byte, and is read back"
)
PROMISED = "TensorFlow promises that the same version or a later one of its major release reads it"


@check("LS218", since="0.2", supersedes=("LS131",), covers=("tensorflow/c01", "tensorflow/c02"))
def tensorflow_older_than_program(
    artifact: Artifact, environment: Environment, target: Target | None
) -> Iterator[Finding]:
    """The SavedModel is of a later TensorFlow than the one that is installed.

    ## Why it breaks
    A program names operators, and an older TensorFlow may not have them all: `Op type not
    registered 'DisableCopyOnRead' in binary`. From 2.11 on that one is in every SavedModel, and
    2.9 and older do not have it. Where the older one has every operator the program mostly loads
    and predicts the same, as 2.10 in 2.8 does, and nothing promises it.

    ## Example
    ```python fails=LS218
    artifact(
        "model",
        format="savedmodel",
        content="program",
        framework="tensorflow",
        producer={"tensorflow": "2.15.1"},
        ops={"MatMul": 2, "DisableCopyOnRead": 4},
    )
    environment(installed={"tensorflow": "2.8.4"}, numpy="1.26.4")
    ```

    ## Fix
    Use a TensorFlow that is as new as the one that saved it. `loadstone predict` builds that
    environment and asks the model there.

    Safe, where `DisableCopyOnRead` is all that is missing: a copy of the folder without it. It is
    offered only if the file itself proves that it serves saving alone: it stands in the function
    that writes checkpoints, nothing takes a value from it, and nothing but the saver runs that
    function. All other bytes stay as they are, but for `fingerprint.pb`, which is left out: it is
    of the program as it was.

    ## See also
    <https://www.tensorflow.org/guide/versions>
    """
    told = artifact.producer.get("tensorflow") or ""
    installed = next(filter(None, map(environment.distributions.get, NAMES)), "")
    saved, now = version(told)[:2], version(installed)[:2]
    if artifact.format != "savedmodel" or not saved or not now or saved <= now:
        return
    since = operators()
    missing = [op for op in artifact.ops if op in since and version(since[op])[:2] > now]
    lacks = f"does not have {count(len(missing), 'operator')} that it uses: {listed(missing)}"
    yield Finding(
        f"`{artifact.name}` was saved by TensorFlow {told}, and TensorFlow {installed} "
        + (lacks if missing else "is older"),
        at=here(artifact),
        headings=("saved by", "here"),
        rows=(Row(f"TensorFlow {told}", f"TensorFlow {installed}"),),
        notes=(PROMISED,) if missing else (PROMISED, "every operator that it uses is here"),
        severity="error" if missing else "warning",
        covers=("tensorflow/c01", "tensorflow/c02") if missing else (),
        fix=_without(artifact, missing) or _newer(artifact, saved),
        explains_rest=bool(missing) and target is None,  # its own loader does not load it here
    )


def _without(artifact: Artifact, missing: list[str]) -> Fix | None:
    """Return a copy without what is missing, where saving alone needs it."""
    whole = artifact.detail.get("given") == "folder" and artifact.name.strip(".")
    if not whole or missing != [text(artifact.detail, "saving_only")] or artifact.damage:
        return None
    name = f"{artifact.name}.fixed"
    title = f"write `{name}`, without `{missing[0]}`, which serves saving only"
    return Fix(title, (DropOperator(name, missing[0]),), proof=PROOF)


def _newer(artifact: Artifact, saved: tuple[int, ...]) -> Fix:
    return Fix(
        "predict in the TensorFlow that saved it, or install one that is as new",
        safety="manual",
        shell=f"loadstone predict {artifact.path} -i rows.json\n"
        f"pip install 'tensorflow>={saved[0]}.{saved[1]}'",
    )
