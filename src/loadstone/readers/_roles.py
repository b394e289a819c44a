"""What a file in a model's folder is there for, by the names that the frameworks give."""

from __future__ import annotations

import re

from loadstone.core.facts import PartFact
from loadstone.readers import _magic, _text
from loadstone.readers._opened import Opened
from loadstone.readers._records import Records
from loadstone.readers._source import MemorySource

PARTS = 200
_LOOKED = 20_000  # names of an archive whose roles are looked for
_SHARD = re.compile(r"(.+)-(\d{5})-of-(\d{5})\.(safetensors|bin)")
_SUFFIXES = {
    "weights": (
        ".safetensors",
        ".bin",
        ".pt",
        ".pth",
        ".h5",
        ".keras",
        ".msgpack",
        ".gguf",
        ".onnx",
        ".ckpt",
        ".pkl",
        ".pickle",
        ".joblib",
        ".skops",
        ".cbm",
        ".ubj",
        ".xgb",
        ".npz",
        ".tflite",
        ".pt2",
        ".distcp",
    ),
    "code": (".py",),
    "tokenizer": (".model", ".spm", ".tiktoken"),
}
_NAMES = {
    "config": (
        "config.json",
        "adapter_config.json",
        "generation_config.json",
        "preprocessor_config.json",
        "processor_config.json",
        "image_processor_config.json",
        "feature_extractor_config.json",
        "video_preprocessor_config.json",
        "quantize_config.json",
        "scheduler_config.json",
        "model_index.json",
        "modules.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
        "params.json",
        "meta.json",
        "config.cfg",
        "MLmodel",
        "bento.yaml",
        "model.yaml",
        "MANIFEST.json",
    ),
    "tokenizer": (
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "vocab.txt",
        "merges.txt",
        "chat_template.jinja",
        "chat_template.json",
    ),
    "training": (
        "optimizer.pt",
        "optimizer.bin",
        "scheduler.pt",
        "scheduler.bin",
        "scaler.pt",
        "trainer_state.json",
        "training_args.bin",
        "training_args.json",
        "sampler.bin",
        "latest",
        "latest_checkpointed_iteration.txt",
    ),
    "environment": (
        "requirements.txt",
        "conda.yaml",
        "conda.yml",
        "environment.yml",
        "python_env.yaml",
        "pylock.toml",
        "pyproject.toml",
    ),
    "card": ("README.md", "LICENSE", "LICENSE.txt", ".gitattributes"),
}
_TRAINING = re.compile(
    r"(rng_state|random_states)(_\d+)?\.(pth|pkl)|optimizer_\d+\.(bin|pt)|"
    r"(bf16_)?zero_pp_rank_\d+_mp_rank_\d+_optim_states\.pt|zero_to_fp32\.py"
)
_BY_NAME = {name: role for role, names in _NAMES.items() for name in names}


def role(name: str) -> str:
    """Return what a file is there for, "" where its name does not tell."""
    last = name.rsplit("/", 1)[-1]
    if _TRAINING.fullmatch(last):
        return "training"
    if last in _BY_NAME:
        return _BY_NAME[last]
    if last.endswith(".index.json"):
        return "index"
    low = last.lower()
    return next((role for role, ends in _SUFFIXES.items() if low.endswith(ends)), "")


def shard(name: str) -> tuple[str, int, int] | None:
    """Return the stem, the number and the count of a name such as `model-00001-of-00002.bin`."""
    found = _SHARD.fullmatch(name)
    return (f"{found[1]}.{found[4]}", int(found[2]), int(found[3])) if found else None


def parts(opened: Opened, records: Records, first: tuple[str, ...] = ()) -> tuple[PartFact, ...]:
    """Return the files, those of a known role before the others, at most `PARTS`."""
    order = {name: at for at, name in enumerate(first)}
    listed = dict.fromkeys((*first, *records.names[:_LOOKED]))
    names = [name for name in listed if name in records and not name.endswith("/")]
    known = {name: role(name) for name in names}
    names.sort(
        key=lambda name: (order.get(name, len(order)), not known[name], name.count("/"), name)
    )
    return tuple(
        PartFact(name, word(opened, records, name), records.size(name), role=known[name])
        for name in names[:PARTS]
    )


def word(opened: Opened, records: Records, name: str) -> str:
    """Return the format of a file by its first bytes, or by its suffix where it is a text."""
    from loadstone.readers._members import head

    data = head(opened, records, name)
    if not data:
        return "empty" if not records.size(name) else "unknown"
    if _text.is_lfs(Opened(name, MemorySource(data), data)):
        return "git-lfs-pointer"
    guess = _magic.guess(data)
    if guess == "zip":
        return "torch-zip" if b"data.pkl" in data[:512] or b"/version" in data[:512] else "zip"
    if guess != "unknown":
        return guess
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name.rsplit("/", 1)[-1] else ""
    plain = _text.is_text(Opened(name, MemorySource(data), data))
    return (suffix if suffix.isalnum() and len(suffix) < 10 else "text") if plain else "unknown"
