"""LS319: a program of TorchScript or of TensorFlow 1 names a device."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix, text
from loadstone.core import Artifact, Environment, Finding, Fix, RetagProgram, Row, Target, check
from loadstone.core.words import listed

TORCH = ("torch/J04",)
TENSORFLOW = ("tensorflow/f30",)
GRAPHS = ("savedmodel", "tf-graph")


@check(
    "LS319",
    since="0.2",
    severity="warning",
    supersedes=("LS104",),
    covers=(*TORCH, *TENSORFLOW),
)
def device_in_program(
    artifact: Artifact, environment: Environment, target: Target | None
) -> Iterator[Finding]:
    """The code of the program makes tensors on a device that is not here.

    ## Why it breaks
    A trace writes down the device of each tensor that it saw made: `torch.device("cuda:0")`.
    `map_location` moves the tensors of the file, and not what stands in the code: it loads, and the
    first prediction says `The following operation failed in the TorchScript interpreter`. A graph
    of TensorFlow 1 has the device beside each node, and a session says `Cannot assign a device for
    operation`, or that restoring failed, `a mismatch between the current graph and the graph`.
    Objects of TensorFlow 2 go to what is there by themselves.

    ## Example
    ```python fails=LS319
    artifact("m.pt", format="torchscript", content="program", detail={"cuda_literals": "cuda:0"})
    environment(devices=["cpu"])
    ```

    ## Fix
    The program is written again for the CPU, with `torch.device("cpu")` in its code. Or trace or
    script the model on the CPU; a scripted one may take the device of its inputs
    (`torch.zeros(n, device=x.device)`), a traced one may not. A session of TensorFlow is told with
    `allow_soft_placement=True` to take what is there; Loadstone's are.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.jit.load.html>
    """
    if artifact.format in GRAPHS:
        yield from _of_tensorflow(artifact, environment)
        return
    named = [name for name in text(artifact.detail, "cuda_literals").split(", ") if name]
    if artifact.format != "torchscript" or not named:
        return
    if any(device.startswith("cuda") for device in environment.devices):
        return
    ending = suffix(artifact)
    fixed = f"{artifact.name.removesuffix(ending)}.fixed{ending}"
    yield Finding(
        f"the code of the program names {listed(named)}, and there is no such device here",
        at=here(artifact),
        headings=("in the code", "devices here"),
        rows=(Row(", ".join(named), ", ".join(environment.devices)),),
        notes=("`map_location` moves the tensors of the file, not what its code says",),
        fix=Fix(
            f"write `{fixed}` for the CPU: its tags, and the devices that stand in its code",
            (RetagProgram(fixed),),
            proof="no byte of a tensor changes",
        ),
        explains_rest=target is None,
        covers=TORCH,
    )


def _of_tensorflow(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Yield the devices that a graph of TensorFlow 1 asks for, and that are not here."""
    named = [name for name in text(artifact.detail, "devices").split(", ") if name[:3] != "cpu"]
    absent = [name for name in named if name and name not in environment.devices]
    if not absent or artifact.detail.get("tf_1") is False:
        return
    yield Finding(
        f"the graph puts nodes on {listed(absent)}, and there is no such device here",
        at=here(artifact),
        headings=("in the graph", "devices here"),
        rows=(Row(", ".join(absent), ", ".join(environment.devices)),),
        notes=("`loadstone predict` takes what is there",),
        fix=Fix(
            "let the session take what is there",
            safety="manual",
            python="config = tf.compat.v1.ConfigProto(allow_soft_placement=True)\n"
            "session = tf.compat.v1.Session(config=config)\n",
        ),
        covers=TENSORFLOW,
    )
