"""Hugging Face folders: a config, weights, a tokenizer; also adapters of PEFT, and timm.

https://huggingface.co/docs/transformers/main_classes/model, https://huggingface.co/docs/peft
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from loadstone.core.facts import Artifact, Damage, ModuleFact, StateDict
from loadstone.readers import (
    _hf_code,
    _hf_layers,
    _hf_tokenizer,
    _label_orders,
    _members,
    _outside,
    _roles,
    _weights,
)
from loadstone.readers._opened import Opened
from loadstone.readers._outside import Outside
from loadstone.readers._plain import Scalar, clean, mapping, scalar, text, texts, whole
from loadstone.readers._records import FolderRecords

_CONFIG, _ADAPTER = "config.json", "adapter_config.json"
_SETTINGS = 50_000  # letters of an adapter's settings, which a merge of it asks for
# what tells how GPTQ and AWQ pack
_PACKING = (
    *("bits", "w_bit", "group_size", "q_group_size", "checkpoint_format", "is_marlin_format"),
    *("version", "zero_point", "dynamic", "pack_dtype"),
)
_BESIDE = ("tokenizer_config.json", "generation_config.json", "preprocessor_config.json")
_KEYS = (
    "model_type",
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_labels",
    "tie_word_embeddings",
    "num_classes",
)
_TOKENIZERS = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "tekken.json",
    "vocab.spm",
    "source.spm",
)
# model types that are given texts: where their tokenizer is missing, the inputs are
_TEXT = frozenset(
    (
        *("albert", "bart", "bert", "big_bird", "bloom", "camembert", "cohere", "deberta"),
        *("deberta-v2", "deepseek_v3", "distilbert", "electra", "falcon", "funnel", "gemma"),
        *("gemma2", "gpt2", "gpt_neo", "gpt_neox", "gptj", "llama", "longformer", "m2m_100"),
        *("marian", "mbart", "mistral", "mixtral", "mobilebert", "modernbert", "mpnet", "mt5"),
        *("olmo", "opt", "pegasus", "phi", "phi3", "qwen2", "qwen3", "roberta", "roformer"),
        *("squeezebert", "stablelm", "starcoder2", "t5", "xglm", "xlm-roberta", "xlnet"),
    )
)


def sniff(records: FolderRecords) -> bool:
    """Return whether a config that one of the libraries wrote lies at the top."""
    if _ADAPTER in records:
        return True
    if _CONFIG not in records:
        return False
    held = _members.json_of(records, _CONFIG, [])
    if not held:  # a pointer, or damaged: then by what lies beside it
        return any(name in records for name in (*_weights.NAMES, "tokenizer_config.json"))
    return bool(
        {"model_type", "architectures", "transformers_version", "auto_map"} & set(held)
        or ("architecture" in held and "pretrained_cfg" in held)
    )


def lacks_config(records: FolderRecords) -> bool:
    """Return whether weights lie beside what transformers writes, and no config with them."""
    beside = any(name in records for name in _BESIDE)
    return beside and _CONFIG not in records and any(name in records for name in _weights.NAMES)


def read(opened: Opened, records: FolderRecords) -> Artifact:
    """Return what the config, the weights and the tokenizer say."""
    damage = list(records.damage)
    adapter = _members.json_of(records, _ADAPTER, damage)
    config = _members.json_of(records, _CONFIG, damage)
    is_adapter = _ADAPTER in records
    names = _weights.ADAPTER if is_adapter and _CONFIG not in records else _weights.NAMES
    weights = _weights.find(opened, records, names)
    detail = _config(config)
    word = "peft-adapter" if is_adapter and names is _weights.ADAPTER else "transformers"
    requires = {"transformers": ""}
    if "pretrained_cfg" in config:
        word, requires = "timm", {"timm": ""}
    if is_adapter:
        detail |= _adapter(adapter)
        requires["peft"] = ""
    detail |= _tokenizer(records, damage, detail)
    if not is_adapter and word == "transformers":
        states = [state for state in weights.states if state.role == "model"]
        detail |= _hf_tokenizer.told(records, config, states, damage)
        detail |= _head(config, states)
        if not weights.damage and not {"auto_map", "quantization_config"} & set(config):
            named = [name for state in states for name in state.tensors]
            detail["layers_missing"] = _hf_layers.missing(config, named) or None
    detail["weights"] = weights.name or None
    detail["auto_map_absent"] = ", ".join(_absent(config, records)) or None
    detail["config_missing"] = not (is_adapter or _CONFIG in records) or None
    if "trainer_state.json" in records:
        state = _members.json_of(records, "trainer_state.json", damage)
        detail |= {"trained_by": "Trainer", "step": scalar(state.get("global_step"))}
    damage += weights.damage
    linked = {item.detail.get("member") for item in records.damage}
    if not weights.name and not weights.files and not linked & set(names):
        damage += [_none(records, names), *_incomplete(records)]
    word_of, calls = _outside.together(
        weights.runs, weights.calls, _code(config, adapter, detail, records)
    )
    return opened.artifact(
        word,
        "state-dict" if word == "peft-adapter" else "model",
        framework=weights.framework or ("torch" if word == "peft-adapter" else None),
        producer=_producer(config, adapter) | weights.producer,
        is_folder=True,
        state_dicts=weights.states,
        modules=_modules(config),
        parts=_roles.parts(opened, records, tuple(weights.files[:20])),
        requires=requires | _requires(config, weights.format),
        opening_runs_code=word_of,
        calls=calls,
        damage=tuple(damage),
        disagreements=tuple(weights.disagreements),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _code(
    config: dict[str, Any],
    adapter: dict[str, Any],
    detail: dict[str, Scalar],
    records: FolderRecords,
) -> Iterator[Outside]:
    """Yield what a load imports that no library has: classes of the folder's own code."""
    own = [] if detail.get("model_type") in _TEXT else _own_classes(config)  # else the library's
    if detail.get("tokenizer_code"):
        own.append("the class of the tokenizer")
    yield from _hf_code.of_classes(own)
    yield from _hf_code.of_adapter(adapter)
    yield from _hf_code.of_folder(records, (_CONFIG, "tokenizer_config.json"))


def _config(config: dict[str, Any]) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {key: scalar(config[key]) for key in _KEYS if key in config}
    found["architectures"] = ", ".join(texts(config.get("architectures"), 8)) or None
    if "pretrained_cfg" in config:
        found["architectures"] = text(config.get("architecture"))
    found["dtype"] = text(config.get("dtype")) or text(config.get("torch_dtype"))
    found["auto_map"] = ", ".join(_own_classes(config)) or None
    found["quantization"] = _quantised(config)
    told = mapping(config.get("quantization_config"))
    packing = json.dumps({key: scalar(told.get(key)) for key in _PACKING}, sort_keys=True)
    found["packing"] = packing if found["quantization"] in ("gptq", "awq") else None
    return found


def _own_classes(config: dict[str, Any]) -> list[str]:
    """Return the classes of its own code, `modeling_own.Own`, `owner/name--modeling_own.Own`."""
    found = []
    for value in list(mapping(config.get("auto_map")).values())[:8]:
        found += texts(value if isinstance(value, list) else [value], 2)  # two of a tokenizer's
    return [clean(name) for name in found]


def _absent(config: dict[str, Any], records: FolderRecords) -> list[str]:
    """Return those whose file is not in the folder."""
    return [
        name
        for name in _own_classes(config)
        if "--" in name or f"{name.partition('.')[0]}.py" not in records
    ]


_CLASSIFIERS = (
    *("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering"),
    *("ForMultipleChoice", "ForImageClassification", "ForAudioClassification"),
)
# how the names of a head begin, or end before `.weight`, in the classes that have one
_HEADS = re.compile(
    r"(?:^|\.)(?:classifier|score|qa_outputs|logits_proj|classification_head|summary|"
    r"sequence_summary|start_logits|cls_classifier|head|heads|fc|out_proj|predictions|lm_head|cls)\b"
)
# what gives a number for each label
_LAST = re.compile(
    r"(?:^|\.)(?:classifier|score|qa_outputs|logits_proj|(?:classifier|classification_head)\.out_proj)"
    r"\.weight$"
)


def _head(config: dict[str, Any], states: Sequence[StateDict]) -> dict[str, Scalar]:
    """Return how many labels have names, and what the weights hold of the head."""
    names = texts(config.get("architectures"), 1)
    if not names or not names[0].endswith(_CLASSIFIERS):
        return {}
    labels = [str(value) for value in mapping(config.get("id2label")).values()]
    count = whole(config.get("num_labels"))  # where it is told, it wins over the names
    numbers = [label for label in labels if re.fullmatch(r"LABEL_\d+", label)]
    held = [name for state in states for name in state.tensors]
    found: dict[str, Scalar] = {
        "labels": len(labels) or None if count is None else count,
        "labels_named": bool(labels) and len(numbers) < len(labels),
    }
    apart = _label_orders.in_config(config)
    if apart:
        found["labels_apart"] = apart
    if held and not any(_HEADS.search(name) for name in held):
        found["head_missing"] = True
    rows = [
        tensor.shape[0]
        for state in states
        for name, tensor in state.tensors.items()
        if _LAST.search(name) and len(tensor.shape) == 2
    ]
    if len(rows) == 1 and not names[0].endswith("ForMultipleChoice"):
        found["head_rows"] = rows[0]
    return found


def _adapter(adapter: dict[str, Any]) -> dict[str, Scalar]:
    """Return how the adapter is put on its base model, and which that is."""
    keys = ("peft_type", "task_type", "r", "lora_alpha", "inference_mode")
    found: dict[str, Scalar] = {key: scalar(adapter[key]) for key in keys if key in adapter}
    found["base_model"] = text(adapter.get("base_model_name_or_path"), 500)
    found["revision"] = text(adapter.get("revision"))
    told = json.dumps(adapter, ensure_ascii=True, sort_keys=True)
    found["settings"] = told if len(told) <= _SETTINGS else None
    modules = adapter.get("target_modules")
    if isinstance(modules, list):
        found["target_modules"] = clean(", ".join(sorted(texts(modules, 50))))
    return found


def _tokenizer(
    records: FolderRecords,
    damage: list[Damage],
    detail: dict[str, Scalar],
) -> dict[str, Scalar]:
    """Return what is there of a tokenizer, and whether the model is given texts at all."""
    held = [name for name in _TOKENIZERS if name in records]
    told = _members.json_of(records, "tokenizer_config.json", damage)
    found: dict[str, Scalar] = {
        "tokenizer": ", ".join(held) or None,
        "tokenizer_class": text(told.get("tokenizer_class")),
        "chat_template": "chat_template" in told or "chat_template.jinja" in records or None,
        "tokenizer_code": "auto_map" in told or None,  # it is of a class of its own
        "takes_text": detail.get("model_type") in _TEXT,
    }
    pointers = [name for name in held if _is_pointer(records, name)]
    damage += [_members.lfs(name) for name in pointers]
    return found


def _is_pointer(records: FolderRecords, name: str) -> bool:
    return records.size(name) < 1024 and records.read(name).startswith(b"version https://git-lfs")


def _producer(config: dict[str, Any], adapter: dict[str, Any]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if "transformers_version" in config:
        found["transformers"] = text(config["transformers_version"])
    if "peft_version" in adapter:
        found["peft"] = text(adapter["peft_version"])
    return found


def _modules(config: dict[str, Any]) -> tuple[ModuleFact, ...]:
    package = "timm" if "pretrained_cfg" in config else "transformers"
    names = texts(config.get("architectures"), 8) or texts([config.get("architecture")])
    return tuple(ModuleFact("", package, name) for name in names)


def _requires(config: dict[str, Any], weights: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if weights.startswith("safetensors"):
        found["safetensors"] = ""
    if weights.startswith(("safetensors", "torch")):
        found["torch"] = ""
    known = {
        "bitsandbytes": "bitsandbytes",
        "gptq": "gptqmodel",
        "awq": "autoawq",
        "compressed-tensors": "compressed-tensors",
        "hqq": "hqq",
        "torchao": "torchao",
        "quanto": "optimum-quanto",
        "aqlm": "aqlm",
        "eetq": "eetq",
    }
    method = _quantised(config)
    if method in known:
        found[known[method]] = ""
    return found


def _quantised(config: dict[str, Any]) -> str | None:
    """Return how the weights are quantised, in the word of the config; None where they are not."""
    told = mapping(config.get("quantization_config"))
    bits = told.get("load_in_4bit") or told.get("load_in_8bit")  # alone in older configs
    return text(told.get("quant_method")) or (
        ("bitsandbytes" if bits else "unknown") if told else None
    )


def _none(records: FolderRecords, names: tuple[str, ...]) -> Damage:
    """Return the damage of a folder in which no weights lie under a name that a load knows."""
    others = [name for name in records.names if _roles.role(name) == "weights"]
    others.sort(key=lambda name: (name.count("/"), name))
    detail: dict[str, Scalar] = {"looked_for": ", ".join(names[:3])}
    if others:
        detail["others"] = ", ".join(others[:8])
    return Damage(
        "no-weights", f"no weights are at the top: neither {names[0]} nor another", None, detail
    )


def _incomplete(records: FolderRecords) -> list[Damage]:
    unfinished = [name for name in records.names if name.endswith(".incomplete")]
    return [
        Damage("incomplete", f"the download of `{name}` did not end", detail={"member": name})
        for name in unfinished[:20]
    ]
