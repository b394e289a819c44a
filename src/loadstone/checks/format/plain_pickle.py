"""LS102: a pickle that another library wrote is given to torch."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, is_torch_use
from loadstone.checks._nested import is_nested, on_cpu
from loadstone.core import Artifact, ExtractTensors, Finding, Fix, Target, Weights, check
from loadstone.core.words import count

WRITERS = {"pickle": "`pickle.dump`", "joblib": "`joblib.dump`"}


@check("LS102", since="0.1", supersedes=("LS109",), covers=("torch/A23", "torch/A24"))
def plain_pickle(
    artifact: Artifact, target: Target | None, weights: Weights | None
) -> Iterator[Finding]:
    """The file was written by `pickle` or `joblib`, and not by `torch.save`.

    ## Why it breaks
    A file of `torch.save` is an archive with a pickle inside. For a bare pickle `torch.load` says
    `Unsupported operand 149` or `Invalid magic number; corrupt file?`, and it is neither.

    ## Example
    ```python fails=LS102
    artifact("weights.pt", format="pickle", content="object")
    ```

    ## Fix
    Safe where the tensors can be read without running the pickle: they are written as they are.
    Otherwise load it with the library that wrote it, if you trust its source, and save the
    `state_dict()` with `torch.save`.

    ## See also
    <https://docs.python.org/3/library/pickle.html>
    """
    if artifact.format not in WRITERS or not is_torch_use(artifact, target):
        return
    if damage(artifact, "truncated"):  # a file of `torch.save` that is cut off begins alike
        return
    writer = WRITERS[artifact.format]
    library = artifact.format
    opened = "with open(path, 'rb') as file:\n    state = pickle.load(file)"
    opened = opened if library == "pickle" else "state = joblib.load(path)"
    code = (
        f"import {library}\n\nimport torch\n\n"
        f"path = {artifact.path!r}\n{opened}  # runs what the file says\n"
        f"{_converted(artifact)}torch.save(state, path + '.pth')\n"
    )
    if library == "pickle" and is_nested(artifact) and set(artifact.devices) - {"cpu"}:
        code = on_cpu(artifact)
    bare = weights if weights and all(fact.extent for fact in weights.values()) else None
    yield Finding(
        f"`{artifact.name}` was written by {writer}, which `torch.load` does not read",
        at=here(artifact),
        fix=Fix(
            f"write {count(len(bare), 'tensor')} as safetensors",
            (ExtractTensors("archive"),),
            proof="every tensor lies wholly inside the file, and no code of it was run",
        )
        if bare
        else Fix(
            f"if you trust its source, load it with `{library}` and save it with torch",
            safety="manual",
            python=code,
        ),
        covers=("torch/A23" if library == "pickle" else "torch/A24",),
    )


def _converted(artifact: Artifact) -> str:
    """Return the line that makes tensors of numpy arrays, which a state dict may not hold."""
    if artifact.framework != "numpy" or artifact.content != "state-dict":
        return ""
    return "state = {key: torch.as_tensor(value) for key, value in state.items()}\n"
