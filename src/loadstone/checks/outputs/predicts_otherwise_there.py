"""LS618: on the device that it was given on, the model predicts otherwise than on the CPU."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, SaveFacts, check


@check("LS618", since="0.2")
def predicts_otherwise_there(artifact: Artifact, saving: SaveFacts) -> Iterator[Finding]:
    """The model predicts something else on its GPU than on the CPU.

    ## Why it breaks
    A bundle is recorded on the CPU, so that it can be predicted again anywhere. The same model gave
    outputs on its accelerator that are apart by more than one hundredth of the largest: more than
    rounding, which is told as a note. TF32, in which CUDA multiplies in convolutions unless it is
    told not to, moves outputs by about one thousandth; half precision, or a kernel that computes
    something else there, by more.

    ## Example
    ```python fails=LS618
    artifact("net.lode", format="bundle", content="bundle")
    saving(device="cuda:0", differs_there=0.3, other_there=True)
    ```

    ## Fix
    Find which of the two is meant: compare the outputs module by module on both devices. Where the
    CPU's are right, accept them; where the accelerator's are, save with examples that the CPU
    computes in the same precision.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/numerical_accuracy.html>
    """
    off = saving.differs_there
    if not saving.device or off is None or not (saving.other_there or off):
        return
    if saving.other_there:
        yield Finding(
            f"on `{saving.device}` the model predicts otherwise than on the CPU: the largest "
            f"difference is {off:.3g}",
            at=here(artifact),
            fix=Fix("compare what both devices give, module by module", safety="manual"),
        )
        return
    yield Finding(
        f"it was recorded on the CPU; on `{saving.device}` outputs are up to {off:.3g} apart",
        at=here(artifact),
        severity="note",
        notes=(f"so far apart counts as the same on `{saving.device}`, and only there",),
    )
