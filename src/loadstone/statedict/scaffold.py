"""A Python module whose class accepts a state dict, from its names, shapes and dtypes alone.

What those cannot tell is marked `UNKNOWN` where it stands: strides, groups, activations, how many
heads, and in which order the modules are used.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Final

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Artifact, StateDict, TensorFact
from loadstone.statedict.architecture import identify

DEEPEST: Final = 64  # modules above a tensor
_LONGEST: Final = 6  # digits of an index
_MADE: Final = frozenset({"float16", "bfloat16", "float32", "float64"})  # what layers start with
MOST_GAPS: Final = 64  # indices of a list without tensors that are filled in
TENSOR_DTYPES: Final = frozenset(
    {
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "bfloat16", "float32", "float64", "complex32", "complex64", "complex128"),
        *("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz"),
    }
)
# attributes of `torch.nn.Module` (2.13), which no tensor can be; and those that no module can be
_ATTRIBUTES: Final = frozenset(
    {
        *("T_destination", "_apply", "_buffers", "_call_impl", "_compiled_call_impl"),
        *("_get_backward_hooks", "_get_backward_pre_hooks", "_get_name", "_load_from_state_dict"),
        *("_load_state_dict_post_hooks", "_load_state_dict_pre_hooks"),
        *("_maybe_warn_non_full_backward_hook", "_modules", "_named_members", "_parameters"),
        *("_register_load_state_dict_pre_hook", "_register_state_dict_hook"),
        *("_replicate_for_data_parallel", "_save_to_state_dict", "_slow_forward"),
        *("_state_dict_hooks", "_state_dict_pre_hooks", "_version", "_wrapped_call_impl"),
        *("add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile"),
        *("cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward"),
        *("get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu"),
        *("load_state_dict", "modules", "mtia", "named_buffers", "named_children"),
        *("named_modules", "named_parameters", "parameters", "register_backward_hook"),
        *("register_buffer", "register_forward_hook", "register_forward_pre_hook"),
        *("register_full_backward_hook", "register_full_backward_pre_hook"),
        *("register_load_state_dict_post_hook", "register_load_state_dict_pre_hook"),
        *("register_module", "register_parameter", "register_state_dict_post_hook"),
        *("register_state_dict_pre_hook", "requires_grad_", "set_extra_state", "set_submodule"),
        *("share_memory", "state_dict", "to", "to_empty", "train", "type", "xpu", "zero_grad"),
    }
)
_HOLDERS: Final = frozenset(
    {
        *("_buffers", "_load_state_dict_post_hooks", "_load_state_dict_pre_hooks", "_modules"),
        *("_parameters", "_state_dict_hooks", "_state_dict_pre_hooks"),
    }
)
_NORM: Final = {"running_mean", "running_var", "num_batches_tracked"}
_BUFFERS: Final = (*_NORM, "position_ids", "inv_freq", "relative_position_index", "attn_mask")
_TABLES: Final = re.compile(r"emb|^w[tp]e$|token|vocab", re.IGNORECASE)
_RECURRENT: Final = re.compile(
    r"(weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)_l([0-9]{1,6})(_reverse)?"
)
_GATES: Final = {1: "RNN", 3: "GRU", 4: "LSTM"}


class UnwritableError(ValueError):
    """A name that no attribute of a module can have."""


@dataclass(slots=True)
class _Module:
    name: str
    tensors: dict[str, TensorFact] = field(default_factory=dict)
    children: dict[str, _Module] = field(default_factory=dict)

    @property
    def same(self) -> tuple[object, ...]:
        """Equal for modules that one class can stand for."""
        return (
            tuple((key, fact.dtype, fact.shape) for key, fact in self.tensors.items()),
            tuple((key, child.same) for key, child in self.children.items()),
        )


@dataclass(slots=True)
class _Writer:
    classes: dict[tuple[object, ...], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)  # of classes, those that others use first


def scaffold(tensors: Mapping[str, TensorFact], name: str = "Net") -> str:
    """Return the source of `class name(nn.Module)`, and of those that it is made of.

    `load_state_dict(strict=True)` of it accepts a state dict of these names and shapes.

    Raises `UnwritableError` where a name cannot be one of a module or parameter, or is of more than
    `DEEPEST` modules, or where a tensor and a module have the same.
    """
    root = _Module(name)
    for key, fact in tensors.items():
        module = root
        *path, leaf = key.split(".")
        if len(path) > DEEPEST:
            raise UnwritableError(f"`{key[:60]}…` lies in {len(path):,} modules")
        for part in path:
            _require(part, key)
            if part in module.tensors:
                raise UnwritableError(f"`{key}` lies inside a tensor of the same name")
            module = module.children.setdefault(part, _Module(part))
        _require(leaf, key)
        if fact.dtype not in TENSOR_DTYPES:
            raise UnwritableError(f"`{key}`: torch makes no parameter of {fact.dtype}")
        if leaf in module.children:
            raise UnwritableError(f"`{key}` is a tensor and a module")
        if leaf in _ATTRIBUTES:
            raise UnwritableError(f"`{key}`: modules have a `{leaf}` of their own")
        module.tensors[leaf] = fact
    writer = _Writer(taken={name, "nn", "torch"})
    _class(root, name, writer)
    return "\n\n\n".join(writer.texts) + "\n"


def module(artifact: Artifact, state: StateDict) -> str:
    """Return the source of a Python module with the class `Net`, and with `load` where it can be.

    Raises `UnwritableError` as `scaffold` does.
    """
    known = identify(state.tensors)
    about = [f"Modules with the names, shapes and dtypes of {_said(artifact.name)}.", ""]
    if known and known.exact and not known.prefix:
        about += [f"They are those of {known.call}: use it, it knows the rest too.", ""]
    about += [
        "Net().load_state_dict(state, strict=True) accepts the file. What names and shapes do not",
        "tell is marked UNKNOWN. Nothing here is proved to predict: that needs `forward`, and",
        "known outputs to compare with.",
    ]
    parts = [
        '"""' + "\n".join(about) + '\n"""',
        "from __future__ import annotations\n\nimport torch\nfrom torch import nn",
        "\n" + scaffold(state.tensors).rstrip("\n"),
    ]
    reading = _reading(artifact, state)
    if reading:
        imported = "import safetensors.torch\n" if reading.startswith("safetensors") else ""
        parts[1] = parts[1].replace("import torch\n", f"{imported}import torch\n")
        parts.append(
            f"\ndef load(path: str = {artifact.name!r}) -> Net:\n"
            f"    state = {reading}\n"
            "    net = Net()\n"
            "    net.load_state_dict(state, strict=True)\n"
            "    return net.eval()"
        )
    return "\n\n".join(parts) + "\n"


def _said(name: str) -> str:
    """Return a file's name as it can stand in a docstring."""
    return re.sub(r"[^\w.\- ]", "?", name, flags=re.ASCII)


def _reading(artifact: Artifact, state: StateDict) -> str:
    """Return the expression that reads the state dict; "" where it takes more than one."""
    if artifact.format == "safetensors":
        return "safetensors.torch.load_file(path)"
    if artifact.format.startswith("torch") and artifact.content in ("state-dict", "checkpoint"):
        keys = "".join(f"[{key!r}]" for key in state.path.split(".") if state.path)
        return f'torch.load(path, map_location="cpu", weights_only=True){keys}'
    return ""


def _require(part: str, key: str) -> None:
    if not part or part.startswith("__") or part in _HOLDERS:
        raise UnwritableError(f"`{key}`: no module or parameter can be named `{part}`")


def _class(module: _Module, name: str, writer: _Writer) -> None:
    """Add the class of a module, after those of its children."""
    body: list[str] = []
    for key, fact in module.tensors.items():
        body += _tensor(key, fact)
    before: tuple[int, ...] = ()
    for key, child in module.children.items():
        value, unknown = _value(child, module, writer, before)
        weight = child.tensors.get("weight")
        before = weight.shape if weight and len(weight.shape) > 2 else before
        body.append(_assigned(key, value, unknown))
    text = [
        f"class {name}(nn.Module):",
        "    def __init__(self) -> None:",
        "        super().__init__()",
        *(f"        {line}" for line in "\n".join(body).split("\n") if line),
        "",
        "    def forward(self, x: torch.Tensor) -> torch.Tensor:",
        '        raise NotImplementedError("UNKNOWN: in which order the modules are used")',
    ]
    writer.texts.append("\n".join(text))


def _assigned(key: str, value: str, unknown: str) -> str:
    mark = f"  # UNKNOWN: {unknown}" if unknown else ""
    head, *rest = value.split("\n")
    if _is_attribute(key):
        start, end = f"self.{key} = ", ""
    else:
        start, end = f"self.add_module({key!r}, ", ")"
    if not rest:
        return f"{start}{head}{end}{mark}"
    return "\n".join([f"{start}{head}", *rest[:-1], f"{rest[-1]}{end}"])


def _is_attribute(key: str) -> bool:
    return key.isidentifier() and key.isascii() and not keyword.iskeyword(key)


def _tensor(key: str, fact: TensorFact) -> list[str]:
    empty = f"torch.empty({_sizes(fact.shape)}dtype=torch.{fact.dtype})"
    if key in _BUFFERS or not fact.dtype.startswith(("float", "bfloat", "complex")):
        return [f"self.register_buffer({key!r}, {empty})"]
    if _is_attribute(key):
        return [f"self.{key} = nn.Parameter({empty})  # UNKNOWN: parameter or buffer"]
    return [f"self.register_parameter({key!r}, nn.Parameter({empty}))"]


def _sizes(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''}), "


def _value(
    child: _Module, parent: _Module, writer: _Writer, before: tuple[int, ...]
) -> tuple[str, str]:
    """Return the expression that makes a module, and what about it is unknown."""
    if not child.children or "out_proj" in child.children:
        known = _layer(child, before)
        if known:
            return known
    if child.children and not child.tensors and all(map(str.isdecimal, child.children)):
        listed = _list(child, writer)
        if listed:
            return listed, ""
    same = child.same
    if same not in writer.classes:
        name = _class_name(child, parent, writer.taken)
        _class(child, name, writer)
        writer.classes[same] = name
    return f"{writer.classes[same]}()", ""


def _class_name(child: _Module, parent: _Module, taken: set[str]) -> str:
    said = parent.name if child.name.isdecimal() else child.name
    words = [word for word in re.split(r"[^0-9a-zA-Z]+", said) if word]
    name = "".join(word[0].upper() + word[1:] for word in words)
    name = name if name.isidentifier() and not keyword.iskeyword(name) else f"Part{name}"
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free


def _list(module: _Module, writer: _Writer) -> str | None:
    """Return a list of modules; indices without tensors are modules without parameters."""
    if max(map(len, module.children)) > _LONGEST:
        return None
    items = {int(key): child for key, child in module.children.items()}
    last = max(items)
    if len(items) < len(module.children) or last + 1 - len(items) > MOST_GAPS:
        return None
    if any(str(int(key)) != key for key in module.children):
        return None
    order = sorted(items)
    if list(module.children) != [str(number) for number in order]:
        return None  # registered in another order than that of the numbers
    first = items[order[0]]
    if (
        len(items) > 1
        and len(items) == last + 1
        and all(item.same == first.same for item in items.values())
    ):
        value, unknown = _value(first, module, writer, ())
        mark = f"  # UNKNOWN: {unknown}" if unknown else ""
        return f"nn.ModuleList(\n    {value} for _ in range({last + 1}){mark}\n)"
    lines: list[str] = []
    before: tuple[int, ...] = ()
    for number in range(last + 1):
        if number in items:
            value, unknown = _value(items[number], module, writer, before)
            weight = items[number].tensors.get("weight")
            before = weight.shape if weight and len(weight.shape) > 2 else before
        else:
            value, unknown = "nn.Identity()", "a module without tensors: an activation, dropout …"
        mark = f"  # UNKNOWN: {unknown}" if unknown else ""
        head, *rest = value.split("\n")
        lines += [f"    {line}" for line in (head, *rest)]
        lines[-1] += f",{mark}"
    return "\n".join(["nn.Sequential(", *lines, ")"])


def _layer(module: _Module, before: tuple[int, ...]) -> tuple[str, str] | None:
    """Return the layer of `torch.nn` that has just these tensors, all of one dtype."""
    held = [*module.tensors.items()]
    held += [item for child in module.children.values() for item in child.tensors.items()]
    dtypes = {fact.dtype for key, fact in held if key != "num_batches_tracked"}
    if len(dtypes) != 1 or not dtypes <= _MADE:
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


def _plain(module: _Module, _: tuple[int, ...]) -> tuple[str, str] | None:
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


def _batch_norm(module: _Module, before: tuple[int, ...]) -> tuple[str, str] | None:
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


def _attention(module: _Module, _: tuple[int, ...]) -> tuple[str, str] | None:
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


def _recurrent(module: _Module, _: tuple[int, ...]) -> tuple[str, str] | None:
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
