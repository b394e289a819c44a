"""LS424: the weights in the file are quantised, and the target's are not."""

from collections.abc import Iterator, Mapping
from typing import Final

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Artifact, Dequantise, Finding, Fix, Row, Target, Weights, check
from loadstone.core.classes import dataclass
from loadstone.core.facts import Dequantised
from loadstone.core.words import count
from loadstone.statedict.match import match
from loadstone.statedict.quantised import schemes

ROWS = 4
SUPERSEDES = ("LS400", "LS401", "LS403", "LS404", "LS405", "LS406")


@dataclass(frozen=True, slots=True)
class Loading:
    """How what a library quantised is loaded."""

    how: str
    python: str


_FOLDER = "model = transformers.AutoModel.from_pretrained('FOLDER')\n"
_BITS = Loading(
    "load the folder with transformers and bitsandbytes, which knows how they are packed",
    f"{_FOLDER}model.dequantize()\n",
)
LOADING: Final = {
    "torch.ao.quantization": Loading(
        "quantise the model as it was before it was saved, and load into that",
        "model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear})\n"
        "model.load_state_dict(state)  # where it was quantised dynamically\n",
    ),
    "bitsandbytes in 4 bits": _BITS,
    "bitsandbytes in 8 bits": _BITS,
    "GPTQ or AWQ": Loading(
        "load the folder with transformers and the library of its `quantization_config`", _FOLDER
    ),
}


@check("LS424", since="0.2", supersedes=SUPERSEDES, covers=("torch/J17", "torch/J19"))
def quantised(
    artifact: Artifact, weights: Weights, target: Target, dequantised: Dequantised | None
) -> Iterator[Finding]:
    """The file holds quantised weights, and the target expects plain ones.

    ## Why it breaks
    A quantised layer saves packed numbers with scales: `0._packed_params`, `weight.absmax`,
    `qweight`. torch names them unexpected and the weights missing. With `strict=False` the layers
    stay random, or packed bytes are read as weights.

    ## Example
    ```python fails=LS424
    save({"fc.weight": zeros(16, 1, dtype="uint8"), "fc.weight.absmax": zeros(1),
          "fc.weight.quant_state.bitsandbytes__nf4": zeros(82, dtype="uint8")})
    load_into({"fc.weight": zeros(4, 8)})
    ```

    ## Fix
    Build the model quantised in the same way, by the library that did it, and load into that.
    Unsafe: the weights of torch (one scale a tensor, or one a channel), of bitsandbytes (int8, nf4,
    fp4), and of GPTQ and AWQ (`gemm`) in a folder whose config tells how they are packed, are
    written as the floats that they stand for, where the target accepts them then.
    Numbers that were rounded are not brought back: such a model predicts something else than the
    one before it was quantised, and than the quantised one, which rounds what goes through it too.

    ## See also
    <https://docs.pytorch.org/docs/stable/quantization.html>
    """
    named: Mapping[str, object] = {**weights.tensors, **weights.others}
    for scheme, marks in schemes(weights, (*target, *target.extras)).items():
        loading = LOADING[scheme]
        plain, why = _plain(artifact, weights, target, dequantised)
        yield Finding(
            f"the file holds {count(len(marks), 'layer')} quantised by {scheme}, and "
            f"`{target.name}` is not quantised",
            at=weights_place(weights, marks[0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=tuple(Row(f"{key}  {named[key]}", "—") for key in marks[:ROWS]),
            more=max(0, len(marks) - ROWS),
            notes=("what quantisation rounded away is not in the file", *why),
            fix=plain or Fix(loading.how, safety="manual", python=loading.python),
        )


def _plain(
    artifact: Artifact, weights: Weights, target: Target, found: Dequantised | None
) -> tuple[Fix | None, tuple[str, ...]]:
    """Return how the weights become plain, where the target then accepts them; or why not."""
    if found is None:
        return None, ()
    if found.why:
        return None, (f"they are not made plain: {found.why}",)
    if not match(found.tensors, target).complete:
        return None, ("made plain, they would not have the names and shapes of the target",)
    stem = artifact.name.rpartition(".")[0] if not artifact.is_folder else artifact.name
    return Fix(
        "write the numbers that they stand for, as floats",
        (Dequantise(f"{stem or artifact.name}.plain.safetensors", weights.entry),),
        safety="unsafe",
        proof="they have the names and shapes of the target; each is its whole number times its "
        "scale, as the library itself makes it plain; the activations are not rounded any more",
    ), ()
