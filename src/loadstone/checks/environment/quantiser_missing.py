"""LS230: the config asks for a library of quantised weights that is not installed."""

from collections.abc import Iterator
from typing import Final

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Environment, Finding, Fix, Row, Target, check
from loadstone.core.words import listed

# What transformers 5.24 asks for on a CPU, method by method, each seen in its ImportError; of those
# in one group any will do.
NEEDS: Final = {
    "aqlm": (("accelerate",), ("aqlm",)),
    "auto-round": (("auto-round",),),
    "awq": (("gptqmodel", "autoawq"),),
    "bitsandbytes": (("accelerate",), ("bitsandbytes",)),
    "bitnet": (("accelerate",),),
    "compressed-tensors": (("compressed-tensors",),),
    "eetq": (("kernels", "eetq"),),
    "fp8": (("accelerate",),),
    "gptq": (("optimum",), ("gptqmodel", "auto-gptq")),
    "hqq": (("hqq",),),
    "mxfp4": (("accelerate",),),
    "quanto": (("optimum-quanto",),),
    "torchao": (("torchao",),),
    "vptq": (("accelerate",), ("vptq",)),
}


@check("LS230", since="0.2", covers=("torch/K28",))
def quantiser_missing(
    artifact: Artifact, environment: Environment, target: Target | None
) -> Iterator[Finding]:
    """The config names a way of quantising whose library is not installed here.

    ## Why it breaks
    transformers leaves quantised weights to other libraries, and the config of the model says to
    which: `ImportError: Using bitsandbytes 8-bit quantization requires bitsandbytes`.

    ## Example
    ```python fails=LS230
    artifact(
        "llm",
        format="transformers",
        content="model",
        is_folder=True,
        detail={"quantization": "bitsandbytes", "weights": "model.safetensors"},
    )
    environment(installed={"transformers": "5.24.0", "accelerate": "1.12.0"})
    ```

    ## Fix
    Install what is named. Where the weights can be made plain, `--into` a class that is not
    quantised says so.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/quantization>
    """
    method = text(artifact.detail, "quantization")
    installed = environment.distributions
    if artifact.format != "transformers" or "transformers" not in installed or target is not None:
        return
    absent = [group for group in NEEDS.get(method, ()) if not set(group) & set(installed)]
    if not absent:
        return
    names = [group[0] for group in absent]
    yield Finding(
        f"the weights are quantised by {method}, and {listed(names)} "
        f"{'is' if len(names) == 1 else 'are'} not installed here",
        at=here(artifact, "config.json"),
        headings=("the config asks for", "here"),
        rows=tuple(Row(" or ".join(group), "not installed") for group in absent),
        fix=Fix(
            f"install {listed(names)}", safety="manual", shell=f"pip install {' '.join(names)}"
        ),
    )
