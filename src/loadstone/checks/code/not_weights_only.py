"""LS307: names in the file that the default load of torch refuses."""

from collections.abc import Iterator, Mapping

from loadstone.checks._common import TORCH_ARCHIVES, here, quoted, version
from loadstone.checks._globals import NUMPY, STANDARD, harmful, refused
from loadstone.core import (
    Artifact,
    Environment,
    Finding,
    Fix,
    Row,
    Target,
    Weights,
    check,
)
from loadstone.core.words import count, listed

ROWS = 8
DEFAULT_SINCE = (2, 6)
DTYPES = '"?bhilqBHILQefdgFDSUMO"'
COVERS = (
    *(f"torch/C{number:02}" for number in (2, 3, 4, 6, 7, 8, 9, 15)),
    "torch/E33",  # where arrays stand in place of the tensors
)
ARRAY = "numpy array"  # as `Artifact.entries` describes one


@check("LS307", since="0.1", supersedes=("LS700",), covers=COVERS)
def not_weights_only(
    artifact: Artifact,
    environment: Environment | None,
    weights: Weights | None,
    target: Target | None,
) -> Iterator[Finding]:
    """The file names more than weights, which `torch.load` refuses by default.

    ## Why it breaks
    Since torch 2.6 the default load accepts tensors and plain containers only. A numpy number, a
    config object or a path beside the weights is refused (`Unsupported global`), and the message
    names one of them at a time. Here is the whole list.

    ## Example
    ```python fails=LS307
    artifact(
        content="checkpoint",
        entries={"model": "dict of 2", "best_acc": "numpy.float64"},
        globals=["numpy._core.multiarray.scalar", "numpy.dtype"],
    )
    ```

    ## Fix
    numpy values and a few plain classes of the standard library can be allowed by name: the code
    shown lists all that this file needs, each under the name that the file has. numpy renamed its
    modules, so a file may need the form `(object, "name in the file")`; numpy's dtypes have a class
    each, which the message never names. Anything else is code: take only the tensors
    (`loadstone check … --fix`). Where nothing else is left and the source is trusted,
    `torch.load(path, weights_only=False)` runs what the file says.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html#weights-only>
    """
    if artifact.format not in TORCH_ARCHIVES:
        return
    names = refused(artifact)
    if not names or any(harmful(name) for name in names):
        return
    installed = version((environment.distributions if environment else {}).get("torch", ""))
    by_default = not installed or installed >= DEFAULT_SINCE
    readable = target is not None and weights is not None
    yield Finding(
        f"`torch.load` refuses {count(len(names), 'name')} in the file by default: {listed(names)}",
        at=here(artifact, names[0]),
        headings=("refused", "held by"),
        rows=tuple(Row(name, _held_by(artifact, name), _kind(name)) for name in names[:ROWS]),
        more=max(0, len(names) - ROWS),
        notes=("the tensors are read without them",) if weights else (),
        fix=_fix(artifact, names, weights),
        severity="warning" if readable or not by_default else None,
        covers=_covers(names, artifact.entries),
    )


def _kind(name: str) -> str:
    if name in NUMPY:
        return "numpy value"
    return "plain value" if name in STANDARD else "code"


def _held_by(artifact: Artifact, name: str) -> str:
    last = name.rpartition(".")[2]
    words = ("numpy",) if name in NUMPY else (name, last)
    held = [key for key, what in artifact.entries.items() if any(word in what for word in words)]
    return ", ".join(held[:4])


def _fix(artifact: Artifact, names: tuple[str, ...], weights: Weights | None) -> Fix:
    if all(name in NUMPY or name in STANDARD for name in names):
        converts = ", and make tensors of the arrays" if _converted(artifact) else ""
        return Fix(
            f"allow these names, and no others{converts}",
            safety="manual",
            python=allow(artifact, names),
        )
    if weights:
        return Fix(
            f"take only the {count(len(weights), 'tensor')}, and leave the rest behind",
            safety="manual",
            shell=f"loadstone check {quoted(artifact.path)} --into MODULE:CLASS --fix",
        )
    return Fix(
        "save the model again as a state dict, with nothing but tensors in it",
        safety="manual",
        python="torch.save(model.state_dict(), path)\n",
    )


def allow(artifact: Artifact, names: tuple[str, ...]) -> str:
    """Return code that loads the file with exactly these names allowed."""
    numpy = [name for name in names if name in NUMPY]
    modules = sorted({name.partition(".")[0] for name in names if name in STANDARD} - {"builtins"})
    imports = [f"import {name}" for name in modules] + [""] * bool(modules)
    imports += ["import numpy as np"] * bool(numpy) + ["import torch", ""]
    items = []
    for name in names:
        short = NUMPY.get(name)
        if short in ("scalar", "_reconstruct"):
            items.append(f'(multiarray.{short}, "{name}")')
        else:
            items.append(short or name.removeprefix("builtins."))
    if numpy:
        imports.append('multiarray = (np._core if hasattr(np, "_core") else np.core).multiarray')
        items.append(f"*{{type(np.dtype(code)) for code in {DTYPES}}}")
    listing = "".join(f"    {item},\n" for item in items)
    head = "\n".join(imports)
    return (
        f"{head}\nallowed = [\n{listing}]\n"
        "with torch.serialization.safe_globals(allowed):\n"
        f"    checkpoint = torch.load({artifact.path!r})\n"
        f"{_converted(artifact)}"
    )


def _converted(artifact: Artifact) -> str:
    """Return the line that makes tensors of the arrays, where the file is a dictionary of them."""
    held = artifact.entries.values()
    arrays = any(what.startswith("numpy array") for what in held)
    if not arrays or not all(what.startswith(("numpy array", "tensor")) for what in held):
        return ""
    return "checkpoint = {key: torch.as_tensor(value) for key, value in checkpoint.items()}\n"


def _covers(names: tuple[str, ...], entries: Mapping[str, str]) -> tuple[str, ...]:
    rows = ["torch/C02"] * (len(names) > 1)
    if entries and all(told.startswith(ARRAY) for told in entries.values()):
        rows.append("torch/E33")
    if any(name.endswith(".multiarray.scalar") for name in names):
        rows.append("torch/C03")
    if any(name.startswith("numpy.core.") for name in names):
        rows.append("torch/C04")
    if any(name.endswith("._reconstruct") for name in names):
        rows.append("torch/C06")
    if any(name in ("argparse.Namespace", "types.SimpleNamespace") for name in names):
        rows.append("torch/C07")
    if "builtins.getattr" in names:
        rows.append("torch/C09")
    if any(name.startswith("torch.distributed") for name in names):
        rows.append("torch/C15")
    extras = [name for name in names if name not in NUMPY and "Namespace" not in name]
    if extras and "torch/C09" not in rows and "torch/C15" not in rows:
        rows.append("torch/C08")
    return tuple(rows)
