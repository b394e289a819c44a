"""What merging a LoRA adapter does to the tensors of its base: names, shapes and settings in.

https://github.com/huggingface/peft/blob/main/src/peft/tuners/lora/layer.py, `merge`
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import TensorFact
from loadstone.core.words import listed

FLOATS: Final = ("float16", "bfloat16", "float32", "float64")
_BEFORE = "base_model.model."
# settings that change nothing of how the matrices are merged, or are read below
_KNOWN = frozenset(
    (
        *("alpha_pattern", "auto_mapping", "base_model_name_or_path", "bias", "exclude_modules"),
        *("fan_in_fan_out", "inference_mode", "init_lora_weights", "layers_pattern"),
        *("layers_to_transform", "lora_alpha", "lora_bias", "lora_dropout", "megatron_core"),
        *("modules_to_save", "peft_type", "peft_version", "qalora_group_size", "r"),
        *("rank_pattern", "revision", "target_modules", "task_type", "use_rslora", "eva_config"),
        "use_dora",
    )
)
_PLAIN_STARTS = (True, False, "gaussian", "eva", "orthogonal", "true", "false")  # base unchanged
_PATTERN = re.compile(r"[\w.-]{1,200}")  # of a name, that can take no time to match


class CannotMergeError(ValueError):
    """The adapter does not fit, or changes its base in another way; the message says which."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two matrices that change one tensor, by their names in the adapter."""

    a: str
    b: str
    scale: float
    turned: bool = False  # the base keeps its weight as columns, as `Conv1D` and embeddings do
    lengths: str = ""  # of DoRA: the lengths that the rows have afterwards


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of the base: pairs are added, biases too, once what is replaced is replaced."""

    pairs: Mapping[str, Pair]
    biases: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)  # or added, where the base lacks it

    def tensors(
        self, adapter: Mapping[str, TensorFact], base: Mapping[str, TensorFact]
    ) -> dict[str, TensorFact]:
        """Return what the merged file holds: of a tensor that is there, its dtype stays."""
        added = {key: adapter[name] for key, name in self.replaced.items() if key not in base}
        return {**base, **added}


def plan(
    adapter: Mapping[str, TensorFact],
    settings: Mapping[str, Any],
    base: Mapping[str, TensorFact],
    *,
    tied: bool = False,
) -> Merge:
    """Return how the adapter is merged; every tensor of it is used once.

    `tied` says that the base uses its embeddings as its head too. Raises `CannotMergeError` where
    that is not sure.
    """
    _refuse_other_kinds(settings)
    names = {key: key.removeprefix(_BEFORE) for key in adapter}
    pairs = _paired(names)
    if not pairs:
        raise CannotMergeError("it holds no pair of `lora_A` and `lora_B`")
    if tied and any("lora_embedding" in a for _, a, _ in pairs):
        raise CannotMergeError("it changes the embeddings, which the base uses as its head too")
    rename = _renaming([module for module, _, _ in pairs], base)
    used: set[str] = set()
    found: dict[str, Pair] = {}
    biases: dict[str, tuple[str, float]] = {}
    replaced = _replaced(names, settings, base, rename)
    used.update(replaced.values())
    for module, a, b in pairs:
        key = f"{rename(module)}.weight"
        scale = _scale(module, adapter[a], settings)
        weight = base[key]
        turned = _turned(module, adapter[a], adapter[b], weight, embedding="lora_embedding" in a)
        lengths = _lengths(module, a, adapter, settings)
        found[key] = Pair(a, b, scale, turned is True, lengths)
        used |= {a, b, *([lengths] if lengths else [])}
        bias = b.removesuffix(".weight") + ".bias"
        if bias in adapter and b.endswith(".weight"):
            biases[f"{rename(module)}.bias"] = (bias, scale)
            used.add(bias)
    found = _squares(found, base, settings)
    _fitting(adapter, base, biases, replaced)
    left = sorted(set(adapter) - used)
    if left:
        raise CannotMergeError(f"what `{left[0]}` does to the base is not known")
    return Merge(found, biases, replaced)


def _refuse_other_kinds(settings: Mapping[str, Any]) -> None:
    if settings.get("peft_type") != "LORA":
        raise CannotMergeError(f"it is of {settings.get('peft_type') or 'no'} kind, not LoRA")
    start = settings.get("init_lora_weights", True)
    if start not in _PLAIN_STARTS:
        raise CannotMergeError(f"`init_lora_weights={start}` changed the base before the training")
    other = sorted(key for key, value in settings.items() if value and key not in _KNOWN)
    if other:
        raise CannotMergeError(f"what {listed(other)} in its settings does is not known")


def _paired(names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return for each module the two matrices, by their names in the file."""
    found = []
    for key, name in names.items():
        module, mark, rest = name.partition(".lora_A.weight")
        other = f"{module}.lora_B.weight"
        if not mark:
            module, mark, rest = name.partition(".lora_embedding_A")
            other = f"{module}.lora_embedding_B"
        if not mark or rest:
            continue
        partner = next((b for b, told in names.items() if told == other), None)
        if partner is None:
            raise CannotMergeError(f"`{other}` is not beside `{name}`")
        found.append((module, key, partner))
    return found


class _Renaming:
    """Modules of the adapter as the base names them: a prefix is taken away, or put before."""

    def __init__(self, strip: str, add: str) -> None:
        self.strip, self.add = strip, add

    def __call__(self, name: str) -> str:
        return self.add + name.removeprefix(self.strip)


def _renaming(modules: list[str], base: Mapping[str, TensorFact]) -> _Renaming:
    """Return the one way in which every module has its weight in the base.

    A prefix is taken away where no name of the base has it, and added where all have it.
    """
    first = modules[0]
    parts = first.split(".")
    ways = [_Renaming("", "")]
    ways += [_Renaming(".".join(parts[:at]) + ".", "") for at in range(1, len(parts))]
    ending = f".{first}.weight"
    ways += [_Renaming("", key[: -len(ending) + 1]) for key in base if key.endswith(ending)]
    fitting = [
        way
        for way in ways
        if all(item.startswith(way.strip) and f"{way(item)}.weight" in base for item in modules)
        and not (way.strip and any(key.startswith(way.strip) for key in base))
        and all(key.startswith(way.add) for key in base)
    ]
    if len(fitting) > 1 and fitting[0] is ways[0]:
        return ways[0]  # its own names, each of which the base has
    if len(fitting) != 1:
        lost = next((item for item in modules if f"{item}.weight" not in base), first)
        raise CannotMergeError(
            f"the base holds no `{lost}.weight`"
            if not fitting
            else f"several tensors of the base could be `{lost}.weight`"
        )
    return fitting[0]


def _scale(module: str, a: TensorFact, settings: Mapping[str, Any]) -> float:
    rank = _of_module(module, settings, "rank_pattern", "r")
    alpha = _of_module(module, settings, "alpha_pattern", "lora_alpha")
    if not isinstance(rank, int) or not a.shape or a.shape[0] != rank:
        raise CannotMergeError(
            f"`{module}` has {a.shape[:1]} rows, and its settings say rank {rank}"
        )
    if not isinstance(alpha, (int, float)) or not math.isfinite(alpha):
        raise CannotMergeError("`lora_alpha` is no number")
    return alpha / math.sqrt(rank) if settings.get("use_rslora") else alpha / rank


def _lengths(
    module: str, a: str, adapter: Mapping[str, TensorFact], settings: Mapping[str, Any]
) -> str:
    """Return where DoRA keeps the lengths of the rows of a module; "" without DoRA."""
    if not settings.get("use_dora"):
        return ""
    stem, mark, _ = a.partition(".lora_A.weight")
    names = [f"{stem}.lora_magnitude_vector{end}" for end in ("", ".weight")]
    found = [name for name in names if name in adapter]
    if not mark or len(adapter[a].shape) != 2 or len(found) != 1:
        raise CannotMergeError(f"what DoRA does to `{module}`, no linear layer, is not known")
    rows = adapter[a.replace(".lora_A.", ".lora_B.")].shape[:1]
    if adapter[found[0]].shape != rows or adapter[found[0]].dtype not in FLOATS:
        raise CannotMergeError(f"`{found[0]}` is {adapter[found[0]]}, not one length a row")
    return found[0]


def _of_module(module: str, settings: Mapping[str, Any], pattern: str, usual: str) -> Any:
    """Return a setting of one module: the first pattern that ends its name says it, as in peft."""
    patterns = settings.get(pattern) or {}
    if not isinstance(patterns, Mapping):
        raise CannotMergeError(f"`{pattern}` is not what PEFT writes")
    for key, value in patterns.items():
        if not _PATTERN.fullmatch(key):
            raise CannotMergeError(f"`{pattern}` names modules by `{key[:60]}`, which is not plain")
        if re.match(rf"(.*\.)?({key})$", module):
            return value
    return settings.get(usual)


def _turned(
    module: str, a: TensorFact, b: TensorFact, weight: TensorFact, *, embedding: bool
) -> bool | None:
    """Return whether the product is transposed before it is added; None where both would fit."""
    odd = [fact for fact in (a, b, weight) if fact.dtype not in FLOATS]
    if odd:
        raise CannotMergeError(f"`{module}` is of {odd[0].dtype}, which nothing is added to")
    shape = (b.shape[:1] + a.shape[1:]) if len(b.shape) == len(a.shape) else ()
    fits = len(a.shape) in (2, 3, 4, 5) and b.shape[1:] == (a.shape[0], *(1,) * (len(a.shape) - 2))
    if fits and embedding and weight.shape == shape[::-1]:
        return True
    if fits and not embedding and weight.shape == shape:
        square = len(shape) == 2 and shape[0] == shape[1]
        return None if square else False
    if fits and not embedding and len(shape) == 2 and weight.shape == shape[::-1]:
        return True
    raise CannotMergeError(f"`{module}.weight` of the base is {weight}, the adapter's {b} and {a}")


def _squares(
    found: Mapping[str, Pair],
    base: Mapping[str, TensorFact],
    settings: Mapping[str, Any],
) -> dict[str, Pair]:
    """Turn square products as the settings say, where no other weight shows them to be wrong."""
    told = bool(settings.get("fan_in_fan_out"))
    plain = {
        key: pair
        for key, pair in found.items()
        if "lora_embedding" not in pair.a and len(base[key].shape) == 2
    }
    square = {key for key in plain if base[key].shape[0] == base[key].shape[1]}
    against = [key for key, pair in plain.items() if key not in square and pair.turned is not told]
    if square and against:
        raise CannotMergeError(
            f"`fan_in_fan_out` is not true of `{against[0]}`: "
            f"whether `{min(square)}` is transposed is not told"
        )
    return {
        key: replace(pair, turned=told) if key in square else pair for key, pair in found.items()
    }


def _replaced(
    names: Mapping[str, str],
    settings: Mapping[str, Any],
    base: Mapping[str, TensorFact],
    rename: _Renaming,
) -> dict[str, str]:
    """Return what the adapter holds whole: modules that were trained as they are, and biases."""
    kept = settings.get("modules_to_save") or []
    if not isinstance(kept, list):
        raise CannotMergeError("`modules_to_save` is not what PEFT writes")
    biases = settings.get("bias") in ("all", "lora_only")
    found: dict[str, str] = {}
    for key, name in names.items():
        if ".lora_" in name:
            continue
        plain = name.replace(".base_layer.", ".")
        saved = any(f".{item}." in f".{plain}" for item in kept if isinstance(item, str))
        if not saved and plain == name and not (biases and name.endswith(".bias")):
            continue
        target = rename(plain)
        if target in found:
            raise CannotMergeError(f"`{plain}` is in it twice")
        if target not in base and not saved:
            raise CannotMergeError(f"the base holds no `{target}`")
        found[target] = key
    return found


def _fitting(
    adapter: Mapping[str, TensorFact],
    base: Mapping[str, TensorFact],
    biases: Mapping[str, tuple[str, float]],
    replaced: Mapping[str, str],
) -> None:
    added = {key: name for key, (name, _) in biases.items()}
    for key, name in (*added.items(), *replaced.items()):
        if key not in base and key in replaced and key not in added:
            continue
        if key not in base:
            raise CannotMergeError(f"the base holds no `{key}`")
        if base[key].shape != adapter[name].shape or adapter[name].dtype not in FLOATS:
            raise CannotMergeError(f"`{key}` of the base is {base[key]}, `{name}` {adapter[name]}")
        if base[key].dtype not in FLOATS:
            raise CannotMergeError(f"`{key}` of the base is {base[key]}")
