"""LS443: weights hold NaN."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, NotNumbers, Row, check
from loadstone.core.words import count


@check("LS443", since="0.2", severity="warning", covers=("tensorflow/e24",))
def values_not_numbers(artifact: Artifact, odd: NotNumbers) -> Iterator[Finding]:
    """Weights hold NaN, and what is computed of them is NaN, or looks like a number.

    ## Why it breaks
    A loss that diverged leaves NaN in the weights, and they are saved without a word. Nothing
    raises at the load either. Most outputs are NaN then, but not all: a fused ReLU of TensorFlow
    makes 0 of it, `argmax` gives a class, and both look like predictions.

    ## Example
    ```python fails=LS443
    artifact("model.keras", format="keras", content="model", framework="keras")
    not_numbers({"layers/dense/vars/0": 12}, total=4)
    ```

    ## Fix
    Take a checkpoint of before the loss became NaN, or train again with a smaller learning rate.
    `keras.callbacks.TerminateOnNaN` stops there. Infinite values are not counted: masks hold them.

    ## See also
    <https://keras.io/api/callbacks/terminate_on_nan/>
    """
    names = list(odd.tensors)
    some = f"{len(names):,} of the {odd.total:,} tensors"
    which = "every tensor" if len(names) == odd.total else some
    yield Finding(
        f"`{artifact.name}` holds NaN, in {which}",
        at=here(artifact, names[0]),
        rows=tuple(Row(name, count(odd.tensors[name], "NaN", "NaN")) for name in names[:4]),
        headings=("tensor", "of its values"),
        more=max(0, len(names) - 4),
        fix=Fix("take a checkpoint of before the loss became NaN", safety="manual"),
    )
