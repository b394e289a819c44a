"""The layers of `torch.nn` that are told by their tensors alone, and what these do not tell."""

from __future__ import annotations

import re
from typing import Final

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import ModuleFact, TensorFact

MADE: Final = frozenset({"float16", "bfloat16", "float32", "float64"})  # what layers start with
_TABLES: Final = re.compile(r"emb|^w[tp]e$|token|vocab", re.IGNORECASE)
_GATES: Final = {1: "RNN", 3: "GRU", 4: "LSTM"}
_RECURRENT: Final = re.compile(
    r"(weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)_l([0-9]{1,6})(_reverse)?"
)


@dataclass(slots=True)
class Part:
    """A module of a state dict, by its names and what a pickle tells of it."""

    name: str
    tensors: dict[str, TensorFact] = field(default_factory=dict)
    children: dict[str, Part] = field(default_factory=dict)
    told: ModuleFact | None = None

    @property
    def same(self) -> tuple[object, ...]:
        """Equal for modules that one class can stand for."""
        return (
            tuple((key, fact.dtype, fact.shape) for key, fact in self.tensors.items()),
            tuple((key, child.same) for key, child in self.children.items()),
            self.told and (self.told.module, self.told.name, tuple(self.told.attributes.items())),
        )


def layer(module: Part, before: tuple[int, ...]) -> tuple[str, str] | None:
    """Return the layer of `torch.nn` that has just these tensors, all of one dtype."""
    held = [*module.tensors.items()]
    held += [item for child in module.children.values() for item in child.tensors.items()]
    dtypes = {fact.dtype for key, fact in held if key != "num_batches_tracked"}
    if len(dtypes) != 1 or not dtypes <= MADE:
        return None
    for find in (_recurrent, _attention, _batch_norm, _plain):
        if found := find(module, before):
            value, unknown = found
            return _of_dtype(value, dtypes.pop()), unknown
    return None


def _of_dtype(value: str, dtype: str) -> str:
    if dtype == "float32":
        return value
    return f"{value[:-1]}{'' if value.endswith('()') else ', '}dtype=torch.{dtype})"


def _plain(module: Part, _: tuple[int, ...]) -> tuple[str, str] | None:
    shapes = {key: fact.shape for key, fact in module.tensors.items()}
    weight, bias = shapes.get("weight"), shapes.get("bias")
    if module.children or weight is None or shapes.keys() - {"weight", "bias"} or 0 in weight:
        return None
    if bias is not None and len(bias) != 1:
        return None
    if len(weight) == 1:
        return _norm(weight[0], bias)
    if len(weight) == 2:
        return _dense(module.name, weight, bias)
    if len(weight) in (3, 4, 5):
        return _convolution(weight, bias)
    return None


def _norm(size: int, bias: tuple[int, ...] | None) -> tuple[str, str] | None:
    if bias is None:
        if size == 1:
            return "nn.PReLU()", "PReLU or RMSNorm"
        return f"nn.RMSNorm({size})", "RMSNorm or PReLU; its epsilon"
    if bias != (size,):
        return None
    return f"nn.LayerNorm({size})", "LayerNorm or GroupNorm; its epsilon"


def _dense(
    name: str, weight: tuple[int, ...], bias: tuple[int, ...] | None
) -> tuple[str, str] | None:
    rows, columns = weight
    if bias is None and _TABLES.search(name):
        return f"nn.Embedding({rows}, {columns})", "Embedding or Linear; padding_idx"
    if bias is None:
        return f"nn.Linear({columns}, {rows}, bias=False)", "Linear or Embedding"
    return (f"nn.Linear({columns}, {rows})", "") if bias == (rows,) else None


def _convolution(weight: tuple[int, ...], bias: tuple[int, ...] | None) -> tuple[str, str] | None:
    first, second, *kernel = weight
    kind = f"Conv{len(kernel)}d"
    size = str(kernel[0]) if len(set(kernel)) == 1 else f"({', '.join(map(str, kernel))})"
    unknown = "stride, padding, dilation, groups"
    if bias is None:
        return f"nn.{kind}({second}, {first}, {size}, bias=False)", unknown
    if bias == (first,):
        return f"nn.{kind}({second}, {first}, {size})", unknown
    if bias == (second,):  # of a transposed one the second axis is that of the outputs
        return f"nn.ConvTranspose{len(kernel)}d({first}, {second}, {size})", unknown
    return None


def _batch_norm(module: Part, before: tuple[int, ...]) -> tuple[str, str] | None:
    shapes = {key: fact.shape for key, fact in module.tensors.items()}
    mean = shapes.get("running_mean")
    if module.children or mean is None or len(mean) != 1:
        return None
    affine = {"weight": mean, "bias": mean} if "weight" in shapes else {}
    if shapes != {"running_mean": mean, "running_var": mean, "num_batches_tracked": (), **affine}:
        return None
    axes = len(before) - 2 if before else 1
    end = "" if affine else ", affine=False"
    return f"nn.BatchNorm{axes}d({mean[0]}{end})", "momentum, epsilon"


def _attention(module: Part, _: tuple[int, ...]) -> tuple[str, str] | None:
    shapes = {key: fact.shape for key, fact in module.tensors.items()}
    weight = shapes.pop("in_proj_weight", None)
    out = module.children.get("out_proj")
    if weight is None or out is None or len(module.children) > 1 or len(weight) != 2:
        return None
    size = weight[1]
    bias = shapes == {"in_proj_bias": (3 * size,)}
    wanted = {"weight": (size, size), **({"bias": (size,)} if bias else {})}
    given = {key: fact.shape for key, fact in out.tensors.items()}
    if weight[0] != 3 * size or out.children or given != wanted or (shapes and not bias):
        return None
    end = "" if bias else ", bias=False"
    return f"nn.MultiheadAttention({size}, 1{end})", "the number of heads"


def _recurrent(module: Part, _: tuple[int, ...]) -> tuple[str, str] | None:
    shapes = {key: fact.shape for key, fact in module.tensors.items()}
    matched = [found for key in shapes if (found := _RECURRENT.fullmatch(key))]
    first, hidden = shapes.get("weight_ih_l0", ()), shapes.get("weight_hh_l0", ())
    if module.children or len(matched) < len(shapes) or len(first) != 2 or len(hidden) != 2:
        return None
    projected = shapes.get("weight_hr_l0", ())
    out = hidden[1]
    size = projected[1] if len(projected) == 2 else out
    gates = first[0] // size if size else 0
    layers = 1 + max(int(found[2]) for found in matched)
    kinds = {found[1] for found in matched}
    ends = sorted({found[3] or "" for found in matched})
    if gates not in _GATES or (projected and gates != 4) or layers * len(ends) > len(shapes):
        return None
    wanted: dict[str, tuple[int, ...]] = {}
    for layer in range(layers):
        width = out * len(ends) if layer else first[1]
        each = {
            "weight_ih": (gates * size, width),
            "weight_hh": (gates * size, out),
            "weight_hr": (out, size),
        }
        for end in ends:
            for kind in kinds:
                wanted[f"{kind}_l{layer}{end}"] = each.get(kind, (gates * size,))
    if shapes != wanted or len(kinds & {"bias_ih", "bias_hh"}) == 1:
        return None
    options = [f"num_layers={layers}"] * (layers > 1) + ["bias=False"] * ("bias_ih" not in kinds)
    options += ["bidirectional=True"] * (len(ends) > 1)
    options += [f"proj_size={out}"] if projected else []
    unknown = "batch_first, dropout" + ("; the activation" if gates == 1 else "")
    return f"nn.{_GATES[gates]}({', '.join([str(first[1]), str(size), *options])})", unknown
