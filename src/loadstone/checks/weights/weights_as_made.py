"""LS444: every vector of a Keras model is as Keras makes it."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, AsMade, Finding, Fix, Row, check


@check("LS444", since="0.2", severity="warning", covers=("tensorflow/e23",))
def weights_as_made(artifact: Artifact, made: AsMade) -> Iterator[Finding]:
    """Every bias of the Keras model is 0 and every scale 1, as before it is trained.

    ## Why it breaks
    Keras makes biases 0, and BatchNormalization with the mean 0, the variance 1, the scale 1 and
    the shift 0. Training changes them in the first step. Where all are so in a model that was
    compiled, and no optimizer that took a step is in the file, it was saved before `fit`, or was
    built again and not loaded. It predicts without a word, at random.

    ## Example
    ```python fails=LS444
    artifact("model.keras", format="keras", content="model", framework="keras")
    as_made(zeros=["layers/dense/vars/1", "layers/dense_1/vars/1"])
    ```

    ## Fix
    Take the file that was saved after training. A model whose biases were not to be trained is as
    it should be: `--accept LS444=REASON`. Nothing is said of one that was never compiled: it may be
    made of weights that had no biases.

    ## See also
    <https://keras.io/api/layers/initializers/>
    """
    names = (*made.zeros, *made.ones)
    rows = [Row(name, "0") for name in made.zeros[:3]] + [Row(name, "1") for name in made.ones[:3]]
    yield Finding(
        f"`{artifact.name}` was compiled and not trained: each bias is as Keras makes it",
        at=here(artifact, names[0]),
        rows=tuple(rows),
        headings=("biases, scales, statistics", "holds"),
        more=len(names) - len(rows),
        fix=Fix("take the file that was saved after training", safety="manual"),
    )
