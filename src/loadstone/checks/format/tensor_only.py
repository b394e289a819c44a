"""LS112: tensors without names where a state dict is expected."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Target, check


@check("LS112", since="0.1")
def tensor_only(artifact: Artifact, target: Target) -> Iterator[Finding]:
    """The file holds tensors without names, or no tensor, and no state dict.

    ## Why it breaks
    A prediction, an embedding, an input or a setting was saved, not a model. `load_state_dict` says
    `Expected state_dict to be dict-like, got <class 'torch.Tensor'>`.

    ## Example
    ```python fails=LS112
    artifact("embeddings.pt", content="tensor")
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Give the file that `torch.save(model.state_dict(), …)` wrote.

    ## See also
    <https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html>
    """
    if artifact.framework != "torch" or artifact.damage:
        return
    plain = artifact.content == "object" and not artifact.tensors and not artifact.globals
    if artifact.content != "tensor" and not plain:
        return
    held = "no tensor at all" if plain else "tensors without names"
    yield Finding(
        f"`{artifact.name}` holds {held}, not a state dict for `{target.name}`",
        at=here(artifact),
        fix=Fix("give the file that holds the model's state dict", safety="manual"),
    )
