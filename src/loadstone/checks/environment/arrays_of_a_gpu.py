"""LS219: arrays of CuPy in a pickle, where there is no GPU."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Environment, Finding, Fix, check

UNPICKLER = """\
import pickle

import numpy as np


class AsNumpy(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("cupy._core.core", "array"):
            return np.asarray
        return super().find_class(module, name)


with open({path}, "rb") as file:
    value = AsNumpy(file).load()  # runs what the file says: only if you trust its source
"""


@check("LS219", since="0.2", supersedes=("LS302",))
def arrays_of_a_gpu(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The pickle holds arrays of CuPy, which are made on a GPU.

    ## Why it breaks
    A pickle of CuPy holds the numbers as an array of numpy, and makes one on a GPU of it when it is
    opened. Where there is none, CuPy says `cudaErrorNoDevice: no CUDA-capable device is detected`:
    to install it helps nothing.

    ## Example
    ```python fails=LS219
    artifact(
        "model.pkl", format="pickle", content="object", globals=["cupy._core.core.array"]
    )
    environment(devices=["cpu"])
    ```

    ## Fix
    Open it with an unpickler that leaves the arrays numpy's, if you trust its source, and save them
    as such. On a machine with a GPU, `cupy.asnumpy` before saving does the same.

    ## See also
    <https://docs.cupy.dev/en/stable/reference/generated/cupy.asnumpy.html>
    """
    named = [str(item) for item in artifact.globals]
    arrays = [name for name in named if name == "cupy._core.core.array"]
    if not arrays or any(device.startswith("cuda") for device in environment.devices):
        return
    yield Finding(
        "arrays of CuPy are made on a GPU when the pickle is opened, and there is none here",
        at=here(artifact, arrays[0]),
        fix=Fix(
            "open it with an unpickler that leaves the arrays numpy's",
            safety="manual",
            python=UNPICKLER.replace("{path}", repr(artifact.path)),
        ),
    )
