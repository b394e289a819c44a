"""LS228: a LightGBM text with training parameters that the LightGBM at hand does not know."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix, text, version
from loadstone.core import Artifact, DropParameters, Environment, Finding, Fix, check
from loadstone.core.words import listed

REFUSES = ((4, 0), (4, 2))  # from this version, before that one
PROOF = "no line of a tree is changed; what is left out says how it was trained"


@check("LS228", since="0.2", covers=("sklearn/G09",))
def parameters_unknown_to_lightgbm(
    artifact: Artifact, environment: Environment
) -> Iterator[Finding]:
    """LightGBM 4.0 and 4.1 refuse parameters of training that they do not know.

    ## Why it breaks
    The text ends with the parameters that the model was trained with. LightGBM 4.0 and 4.1 look
    each of them up, and fail for some of 2.3 and of 4.5: `unordered_map::at`. Versions before and
    after read the same file.

    ## Example
    ```python fails=LS228
    artifact(
        "model.txt",
        format="lightgbm-text",
        content="model",
        framework="lightgbm",
        detail={"not_of_4_1": "max_position, sparse_threshold"},
    )
    environment(installed={"lightgbm": "4.1.0"})
    ```

    ## Fix
    Safe: a copy without the block of parameters, which predicting does not need. Files of 2.3 and
    4.7 were predicted so in 4.0 and 4.1, and gave the same bits. Or install LightGBM 4.2 or later.

    ## See also
    <https://lightgbm.readthedocs.io/en/stable/Parameters.html>
    """
    names = [name for name in text(artifact.detail, "not_of_4_1").split(", ") if name]
    installed = environment.distributions.get("lightgbm", "")
    if artifact.format != "lightgbm-text" or not names or artifact.damage:
        return
    if not REFUSES[0] <= version(installed) < REFUSES[1]:
        return
    given = suffix(artifact)
    name = f"{artifact.name.removesuffix(given)}.fixed{given or '.txt'}"
    yield Finding(
        f"`{artifact.name}` tells {listed(names)} of its training, "
        f"which LightGBM {installed} does not know",
        at=here(artifact, names[0]),
        fix=Fix(f"write `{name}` without the parameters", (DropParameters(name),), proof=PROOF),
    )
