"""LS424: the weights in the file are quantised, and the target's are not."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.classes import dataclass
from loadstone.core.words import count

ROWS = 4
SUPERSEDES = ("LS400", "LS401", "LS403", "LS404", "LS405", "LS406")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a library names what it quantised."""

    name: str
    mark: str  # that the last parts of a name match
    how: str
    python: str


SCHEMES: Final = (
    Scheme(
        "torch.ao.quantization",
        r"\._packed_params(\._packed_params)?$",
        "quantise the model as it was before it was saved, and load into that",
        "model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear})\n"
        "model.load_state_dict(state)  # where it was quantised dynamically\n",
    ),
    Scheme(
        "bitsandbytes in 4 bits",
        r"\.quant_state\.bitsandbytes__(nf4|fp4)$",
        "load the folder with transformers and bitsandbytes, which knows how they are packed",
        "model = transformers.AutoModel.from_pretrained('FOLDER')\nmodel.dequantize()\n",
    ),
    Scheme(
        "bitsandbytes in 8 bits",
        r"\.SCB$",
        "load the folder with transformers and bitsandbytes, which knows how they are packed",
        "model = transformers.AutoModel.from_pretrained('FOLDER')\nmodel.dequantize()\n",
    ),
    Scheme(
        "GPTQ or AWQ",
        r"\.qweight$",
        "load the folder with transformers and the library of its `quantization_config`",
        "model = transformers.AutoModel.from_pretrained('FOLDER')\n",
    ),
)


@check("LS424", since="0.2", supersedes=SUPERSEDES, covers=("torch/J17", "torch/J19"))
def quantised(weights: Weights, target: Target) -> Iterator[Finding]:
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
    Numbers that were rounded are not brought back: a model that is not quantised predicts
    something else even with all of them unpacked.

    ## See also
    <https://docs.pytorch.org/docs/stable/quantization.html>
    """
    named: Mapping[str, object] = {**weights.tensors, **weights.others}
    for scheme in SCHEMES:
        marks = [key for key in named if re.search(scheme.mark, key)]
        if not marks or any(re.search(scheme.mark, key) for key in (*target, *target.extras)):
            continue
        yield Finding(
            f"the file holds {count(len(marks), 'layer')} quantised by {scheme.name}, and "
            f"`{target.name}` is not quantised",
            at=weights_place(weights, marks[0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=tuple(Row(f"{key}  {named[key]}", "—") for key in marks[:ROWS]),
            more=max(0, len(marks) - ROWS),
            notes=("what quantisation rounded away is not in the file",),
            fix=Fix(scheme.how, safety="manual", python=scheme.python),
        )
