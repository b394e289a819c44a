"""LS318: a TorchScript program calls operators that torch does not have by itself."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Environment, Finding, Fix, Target, check
from loadstone.core.words import count, listed

# the name space of a library's operators, and its module
LIBRARIES = {
    "torchvision": "torchvision",
    "torchaudio": "torchaudio",
    "torch_scatter": "torch_scatter",
    "torch_sparse": "torch_sparse",
    "torch_cluster": "torch_cluster",
    "fbgemm": "fbgemm_gpu",
}
OF_TORCH = ("quantized", "mkldnn", "mkldnn_prepacked", "prepacked", "xnnpack", "sparse", "aten")


@check("LS318", since="0.2", severity="warning", supersedes=("LS104",), covers=("torch/J03",))
def custom_torch_ops(
    artifact: Artifact, environment: Environment | None, target: Target | None
) -> Iterator[Finding]:
    """The program calls operators that a library registers when it is imported.

    ## Why it breaks
    `torch.jit.load` looks up every operator that the code names. Those of a library are there once
    it is imported; before that it says `Unknown builtin op: torchvision::nms`.

    ## Example
    ```python fails=LS318
    artifact(
        "model.pt", format="torchscript", content="program", detail={"ops": "torchvision.nms"}
    )
    ```

    ## Fix
    Import the library before the program is loaded. For operators of one's own, load the library
    that registers them: `torch.ops.load_library`.

    ## See also
    <https://docs.pytorch.org/tutorials/advanced/custom_ops_landing_page.html>
    """
    if artifact.format != "torchscript":
        return
    named = [name for name in text(artifact.detail, "ops").split(", ") if name]
    ops = [name for name in named if name.partition(".")[0] not in OF_TORCH]
    if not ops:
        return
    spaces = list(dict.fromkeys(name.partition(".")[0] for name in ops))
    modules = [LIBRARIES[space] for space in spaces if space in LIBRARIES]
    there = environment.distributions if environment else {}
    absent = [name for name in modules if environment and name.replace("_", "-") not in there]
    lines = [f"import {name}\n" for name in modules]
    lines += ["torch.ops.load_library('LIBRARY.so')\n"] * (len(modules) < len(spaces))
    yield Finding(
        f"the program calls {count(len(ops), 'operator')} that torch does not have by itself: "
        f"{listed(ops)}",
        at=here(artifact),
        notes=(f"{listed(absent)} not installed here",) if absent else (),
        fix=Fix(
            f"import what registers {listed(spaces)} before the program is loaded",
            safety="manual",
            python=f"import torch\n{''.join(lines)}\n"
            f"model = torch.jit.load({artifact.path!r}, map_location='cpu').eval()\n",
        ),
        explains_rest=target is None,
    )
