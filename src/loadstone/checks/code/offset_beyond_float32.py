"""LS316: an ONNX graph subtracts offsets from float32 inputs that float32 cannot tell apart."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, check

MUCH = 0.01  # of a standard deviation, where it was fitted on that


@check("LS316", since="0.2", severity="warning", covers=("sklearn/O18",))
def offset_beyond_float32(artifact: Artifact) -> Iterator[Finding]:
    """The graph takes float32, and its columns are too large for their spread.

    ## Why it breaks
    skl2onnx casts inputs to float32, which holds 24 bits: seconds since 1970 are rounded to 128 of
    them. A `Scaler` that then subtracts the mean gives steps where scikit-learn, in float64, gave
    a line. Labels of 91 rows of 200 were others, and nothing was raised.

    ## Example
    ```python fails=LS316
    artifact(
        "model.onnx",
        format="onnx",
        content="program",
        framework="onnx",
        detail={"rounded_off": 1.75},
    )
    ```

    ## Fix
    Subtract the offset in float64 before the model, fit on that, and export it again. So exported,
    the same 200 rows gave scikit-learn's labels.

    ## See also
    <https://onnx.ai/sklearn-onnx/auto_tutorial/plot_ebegin_float_double.html>
    """
    lost = artifact.detail.get("rounded_off")
    if artifact.format != "onnx" or not isinstance(lost, float) or lost < MUCH:
        return
    taken = {port.dtype for signature in artifact.signatures for port in signature.inputs}
    if taken and "float32" not in taken:
        return
    yield Finding(
        f"its inputs are float32, which rounds a column by up to {lost:.3g} of its scale",
        at=here(artifact),
        notes=("the offset that a `Scaler` subtracts is too large for the digits of float32",),
        fix=Fix(
            "subtract the offset in float64 before the model, fit on that, and export it again",
            safety="manual",
            python="from skl2onnx import to_onnx\n\n"
            "near = rows - offset  # in float64, here and where it predicts\n"
            "model = to_onnx(estimator.fit(near, labels), near[:1].astype('float32'))\n",
        ),
    )
