"""LS208: strings of Python 2 that are not ASCII."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here
from loadstone.core import Artifact, Finding, Fix, Weights, check


@check("LS208", since="0.1", covers=("torch/B07", "sklearn/A27"), own_loader=True)
def python_2_strings(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The file holds strings of Python 2 that are not ASCII.

    ## Why it breaks
    Python 2 did not tell text from bytes. Python 3 has to be told how to read such strings:
    `'utf-8' codec can't decode byte 0xe9`.

    ## Example
    ```python fails=LS208
    artifact("old.pkl", format="pickle", content="object", detail={"python2_strings": True})
    ```

    ## Fix
    `encoding="latin1"` reads every byte as a character, and loses none. Then save it again.

    ## See also
    <https://docs.python.org/3/library/pickle.html#pickle.load>
    """
    if artifact.detail.get("python2_strings") is not True:
        return
    archive = artifact.format in TORCH_ARCHIVES
    code = (
        f"import torch\n\nstate = torch.load({artifact.path!r}, encoding='latin1')\n"
        if archive
        else f"import pickle\n\nwith open({artifact.path!r}, 'rb') as file:\n"
        "    value = pickle.load(file, encoding='latin1')  # runs what the file says\n"
    )
    yield Finding(
        f"`{artifact.name}` holds strings of Python 2 that are not ASCII",
        at=here(artifact),
        fix=Fix("read them as latin-1, which loses no byte", safety="manual", python=code),
        severity="warning" if weights else None,
        covers=("torch/B07",) if archive or weights else ("sklearn/A27",),
    )
