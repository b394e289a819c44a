"""LS439: a convolution and its BatchNorm are one layer on one side, and two on the other."""

from collections.abc import Iterator, Mapping

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, TensorFact, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match

BATCHNORM = frozenset(("weight", "bias", "running_mean", "running_var"))
COUNT = "num_batches_tracked"
SUPERSEDES = ("LS400", "LS401", "LS406", "LS409")


@check("LS439", since="0.2", supersedes=SUPERSEDES, covers=("torch/E23",))
def batchnorm_folded(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """BatchNorm is folded into the layer before it on one side only.

    ## Why it breaks
    For inference, `fuse_conv_bn_eval`, YOLO's `fuse` or RepVGG's `switch_to_deploy` put each
    BatchNorm into the convolution before it, which gets a bias. A file of the form for training
    does not fit the form for inference, nor the other way round.

    ## Example
    ```python fails=LS439
    norm = {f"bn.{leaf}": zeros(8) for leaf in ("weight", "bias", "running_mean", "running_var")}
    save({"conv.weight": zeros(8, 3, 3, 3), **norm})
    load_into({"conv.weight": zeros(8, 3, 3, 3), "conv.bias": zeros(8)})
    ```

    ## Fix
    Load a file of the form for training into that form, and fold the loaded model. What is folded
    cannot be taken apart again: such a file needs the form for inference.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.fusion.fuse_conv_bn_eval.html>
    """
    ours, theirs = _left(match.unexpected, match.tensors), _left(match.missing, target)
    for trained, folded, in_file in ((ours, theirs, True), (theirs, ours, False)):
        norms, biases = _norms(trained), _biases(folded, match.tensors if in_file else target)
        sizes = sorted(fact.shape for fact in biases.values())
        if not norms or sizes != sorted(norms.values()) or len(biases) != len(folded):
            continue
        many = count(len(norms), "BatchNorm", "BatchNorms")
        where = "the file" if in_file else f"`{target.name}`"
        other = f"`{target.name}`" if in_file else "the file"
        rest = {key for path in norms for key in trained if key.rpartition(".")[0] == path}
        yield Finding(
            f"{many} of {where} {'is' if len(norms) == 1 else 'are'} folded into the layers before "
            f"in {other}",
            at=weights_place(weights, next(iter(ours), None)),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=(
                *(Row(f"{key}  {fact}", "—") for key, fact in list(ours.items())[:2]),
                *(Row("—", f"{key}  {fact}") for key, fact in list(theirs.items())[:2]),
            ),
            more=max(0, len(ours) + len(theirs) - 4),
            fix=Fix(
                "load it into the class as it was trained, and fold that: "
                "`torch.nn.utils.fusion.fuse_conv_bn_eval`, or the model's own `fuse`"
                if in_file
                else "build the model in its form for inference: folded layers are not taken apart",
                safety="manual",
            ),
            explains_rest=len(rest) == len(trained) and not match.mismatched,
        )
        return


def _left(keys: tuple[str, ...], of: Mapping[str, TensorFact]) -> dict[str, TensorFact]:
    return {key: of[key] for key in keys}


def _norms(left: Mapping[str, TensorFact]) -> dict[str, tuple[int, ...]]:
    """Return the BatchNorms that are left whole, with their shapes."""
    leaves: dict[str, dict[str, tuple[int, ...]]] = {}
    for key, fact in left.items():
        path, _, leaf = key.rpartition(".")
        leaves.setdefault(path, {})[leaf] = fact.shape
    return {
        path: held["weight"]
        for path, held in leaves.items()
        if held.keys() - {COUNT} == BATCHNORM and len({held[leaf] for leaf in BATCHNORM}) == 1
    }


def _biases(
    left: Mapping[str, TensorFact], others: Mapping[str, TensorFact]
) -> dict[str, TensorFact]:
    """Return the biases of layers whose weights are on both sides."""
    return {
        key: fact
        for key, fact in left.items()
        if key.endswith("bias") and f"{key.removesuffix('bias')}weight" in others
    }
