"""Whether a folder is one model, or a place where several were put beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable

from loadstone.readers._records import FolderRecords
from loadstone.readers._roles import role
from loadstone.readers._suffixes import SUFFIXES

_NAMES, _KINDS = 16, 3  # no model that one tool writes has so many files of so many kinds
_INDEXES = 4
_OWNERS = (  # all that lies beside one of these belongs to it, whatever its name
    *("MLmodel", "bento.yaml", "model.yaml", "modules.json", "model_index.json"),
    *("meta.json", "_METADATA", "_CHECKPOINT_METADATA", "Manifest.json"),
)
_OWN = re.compile(  # as the tools name the files of one model
    r"(((tf|flax|rust|pytorch|openvino|adapter|encoder|decoder|diffusion_pytorch)_)?model"
    r"([._-](\d{1,20}|of|fp16|fp32|bf16|u?int8|q\d?[a-z]{0,8}|[kmsl]|quantized|optimized|O[1-4]|ema"
    r"|non_ema|merged|with_past|no_past|weights|optim_rng|group\d+))*"
    r"|consolidated[._-]?\d*|pytorch_lora_weights|vocab|data|group\d+-shard\d+of\d+"
    r"|(optimizer|scheduler|scaler|sampler|rng_state|random_states|custom_checkpoint|training_args)"
    r"(_\d+)*|(bf16_)?(zero_pp|mp|expp)_rank_\w+|layer_\d{1,9}[a-z_-][\w-]*|rank\d+|checkpoint)"
    r"\.[a-z0-9]+",
    re.IGNORECASE,
)


def is_collection(records: FolderRecords) -> bool:
    """Whether models that have nothing to do with each other lie at the top.

    Numbers make no other name: a model's shards and a training's steps are one.
    """
    top = [name for name in records.names if "/" not in name]
    models = {
        re.sub(r"\d+", "", name.lower()): name for name in top if name.lower().endswith(SUFFIXES)
    }
    if len(models) > _NAMES and len(_kinds(models)) >= _KINDS:
        return True
    if any(name in records for name in _OWNERS):
        return False
    strangers = {
        key: name
        for key, name in models.items()
        if not _OWN.fullmatch(name) and role(name) != "training" and not name.endswith(".gguf")
    }
    if len(strangers) < 2 or all(map(_listed(records, top), strangers.values())):
        return False
    has_own = len(strangers) < len(models) or any(name.endswith(".distcp") for name in top)
    return len(_kinds(strangers)) > 1 or not has_own


def _listed(records: FolderRecords, top: list[str]) -> Callable[[str], bool]:
    """Return what tells whether an index at the top names a file."""
    indexes = [records.read(name) for name in top if name.endswith(".index.json")][:_INDEXES]
    return lambda name: any(name.encode() in text for text in indexes)


def _kinds(models: dict[str, str]) -> set[str]:
    return {name.rpartition(".")[2] for name in models}
