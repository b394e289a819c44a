"""A Python module whose class accepts a state dict, from its names, shapes and dtypes alone.

What those cannot tell is marked `UNKNOWN` where it stands: strides, groups, activations, how many
heads, and in which order the modules are used.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Final

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Artifact, ModuleFact, StateDict, TensorFact
from loadstone.statedict.architecture import identify
from loadstone.statedict.constructors import constructor
from loadstone.statedict.layers import Part, layer

DEEPEST: Final = 64  # modules above a tensor
_LONGEST: Final = 6  # digits of an index
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


class UnwritableError(ValueError):
    """A name that no attribute of a module can have."""


@dataclass(slots=True)
class _Writer:
    classes: dict[tuple[object, ...], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)  # of classes, those that others use first


def scaffold(
    tensors: Mapping[str, TensorFact], name: str = "Net", told: Sequence[ModuleFact] = ()
) -> str:
    """Return the source of `class name(nn.Module)`, and of those that it is made of.

    `load_state_dict(strict=True)` of it accepts a state dict of these names and shapes. `told` are
    the modules as a whole pickled model holds them: layers are made as they were there.

    Raises `UnwritableError` where a name cannot be one of a module or parameter, or is of more than
    `DEEPEST` modules, or where a tensor and a module have the same.
    """
    root = Part(name)
    for item in told:
        _place(root, item)
    for key, fact in tensors.items():
        module = root
        *path, leaf = key.split(".")
        if len(path) > DEEPEST:
            raise UnwritableError(f"`{key[:60]}…` lies in {len(path):,} modules")
        for part in path:
            _require(part, key)
            if part in module.tensors:
                raise UnwritableError(f"`{key}` lies inside a tensor of the same name")
            module = module.children.setdefault(part, Part(part))
        _require(leaf, key)
        if fact.dtype not in TENSOR_DTYPES:
            raise UnwritableError(f"`{key}`: torch makes no parameter of {fact.dtype}")
        if leaf in module.children:
            raise UnwritableError(f"`{key}` is a tensor and a module")
        if leaf in _ATTRIBUTES:
            raise UnwritableError(f"`{key}`: modules have a `{leaf}` of their own")
        module.tensors[leaf] = fact
    if told:
        _drop_empty(root)
    writer = _Writer(taken={name, "nn", "torch"})
    _class(root, name, writer)
    return "\n\n\n".join(writer.texts) + "\n"


def _place(root: Part, item: ModuleFact) -> None:
    """Put a module that a pickle tells of where it lies; a name that none can have is left out."""
    path = item.path.split(".") if item.path else []
    if len(path) > DEEPEST:
        return
    module = root
    for part in path:
        try:
            _require(part, item.path)
        except UnwritableError:
            return
        module = module.children.setdefault(part, Part(part))
    module.told = item


def _drop_empty(module: Part) -> None:
    """Leave out what has no tensors and is not told: it may be anything."""
    for name, child in list(module.children.items()):
        _drop_empty(child)
        if not (child.tensors or child.children or (child.told and constructor(child.told, {}))):
            del module.children[name]


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
        "\n" + scaffold(state.tensors, told=_told(artifact, state)).rstrip("\n"),
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


def _told(artifact: Artifact, state: StateDict) -> Sequence[ModuleFact]:
    """Return the modules that the pickle holds, where the state dict is that of its one model."""
    whole = artifact.content == "module" and not state.path
    return artifact.modules if whole and len(artifact.state_dicts) == 1 else ()


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


def _class(module: Part, name: str, writer: _Writer) -> None:
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
    whole = not fact.dtype.startswith(("float", "bfloat", "complex"))
    if fact.kind == "buffer" or whole or (key in _BUFFERS and fact.kind == "tensor"):
        return [f"self.register_buffer({key!r}, {empty})"]
    if _is_attribute(key):
        mark = "  # UNKNOWN: parameter or buffer" if fact.kind == "tensor" else ""
        return [f"self.{key} = nn.Parameter({empty}){mark}"]
    return [f"self.register_parameter({key!r}, nn.Parameter({empty}))"]


def _sizes(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''}), "


def _value(child: Part, parent: Part, writer: _Writer, before: tuple[int, ...]) -> tuple[str, str]:
    """Return the expression that makes a module, and what about it is unknown."""
    if child.told and (call := constructor(child.told, child.tensors)):
        return call, ""
    if not child.children or "out_proj" in child.children:
        known = layer(child, before)
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


def _class_name(child: Part, parent: Part, taken: set[str]) -> str:
    said = parent.name if child.name.isdecimal() else child.name
    words = [word for word in re.split(r"[^0-9a-zA-Z]+", said) if word]
    name = "".join(word[0].upper() + word[1:] for word in words)
    name = name if name.isidentifier() and not keyword.iskeyword(name) else f"Part{name}"
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free


def _list(module: Part, writer: _Writer) -> str | None:
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
