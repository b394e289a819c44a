"""LS100: the suffix names one format and the bytes are another."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, TORCH_SUFFIXES, here, quoted, suffix
from loadstone.core import Artifact, ExtractTensors, Finding, Fix, Row, Weights, check
from loadstone.core.words import count

PICKLE_NAMES = (".pkl", ".pickle")
TORCH_NAMES = (*TORCH_SUFFIXES, *PICKLE_NAMES)
COVERS = ("torch/A13", "torch/A14", "torch/A25", "torch/A26")


@check("LS100", since="0.1", supersedes=("LS020",), covers=COVERS)
def suffix_misleads(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The name says one format, the content is another.

    ## Why it breaks
    Loaders are chosen by name. `torch.load` on safetensors bytes says `invalid load key`; the
    safetensors library on a torch file says `header too large`, and from torch 2.13 on so does
    `torch.load` itself for a name that ends in `.safetensors`. `pickle.load` on a file of
    `torch.save` says `A load persistent id instruction was encountered`, and of one of before
    torch 1.6 it returns a number without a word.

    ## Example
    ```python fails=LS100
    artifact("model.pt", format="safetensors", state={"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Safe: the tensors are written as they are into a safetensors file that is named so. Renaming
    the file, or the loader shown, does as well.

    ## See also
    <https://github.com/huggingface/safetensors>
    """
    given = suffix(artifact)
    if artifact.damage:
        return
    if artifact.format in ("torch-zip", "torch-legacy") and given in PICKLE_NAMES:
        yield _named_pickle(artifact)
        return
    if artifact.format == "safetensors" and given in TORCH_NAMES:
        covers, kind, right = "torch/A13", "safetensors", ".safetensors"
        code = f"from safetensors.torch import load_file\n\nstate = load_file({artifact.path!r})\n"
    elif artifact.format in TORCH_ARCHIVES and given == ".safetensors":
        covers, kind, right = "torch/A14", "a file of `torch.save`", ".pth"
        code = (
            "import torch\n\n"
            f"with open({artifact.path!r}, 'rb') as file:  # by its content, not its name\n"
            "    state = torch.load(file)\n"
        )
    else:
        return
    base = artifact.path.removesuffix(artifact.path[-len(given) :])
    rename = f"mv {quoted(artifact.path)} {quoted(base + right)}"
    yield Finding(
        f"`{artifact.name}` is {kind}, whatever its suffix says",
        at=here(artifact),
        headings=("named", "is"),
        rows=(Row(f"{given}", kind.replace("`", "")),),
        fix=_fix(weights, code, rename),
        covers=(covers,),
    )


def _named_pickle(artifact: Artifact) -> Finding:
    """`torch.load` reads it whatever its name, and whoever goes by the name does not."""
    return Finding(
        f"`{artifact.name}` is a file of `torch.save`: `torch.load` reads it, and `pickle.load` "
        "does not",
        at=here(artifact),
        severity="note",
        fix=Fix(
            "load it with torch",
            safety="manual",
            python=f"import torch\n\nstate = torch.load({artifact.path!r})\n",
        ),
        covers=("torch/A25" if artifact.format == "torch-zip" else "torch/A26",),
    )


def _fix(weights: Weights | None, code: str, rename: str) -> Fix:
    if weights is None:
        title = "give it the name of what it is, or read it by its content"
        return Fix(title, safety="manual", python=code, shell=rename)
    return Fix(
        f"write {count(len(weights), 'tensor')} as safetensors, named so",
        (ExtractTensors("archive"),),
        proof="every tensor lies wholly inside the file",
        python=code,
        shell=rename,
    )
