"""What libraries of Hugging Face import by names in a folder's JSON.

sentence-transformers imports the types of its modules and of their activations, diffusers the
libraries of its components, PEFT the library of the base model; transformers takes classes from the
folder, or from another, where it is told to trust them.
https://github.com/UKPLab/sentence-transformers/blob/master/sentence_transformers/util.py,
https://github.com/huggingface/diffusers/blob/main/src/diffusers/pipelines/pipeline_loading_utils.py
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from loadstone.readers import _members
from loadstone.readers._outside import Outside
from loadstone.readers._plain import clean, mapping
from loadstone.readers._records import FolderRecords

__all__ = ["of_adapter", "of_classes", "of_component", "of_folder", "of_sentences"]

_TYPES = "sentence_transformers."
_CONFIGS = 200
_KEYS = ("type", "types", "loss")
_WORD = re.compile(r"\w+")
_ACTIVATIONS = re.compile(r"torch\.nn\.(modules\.)?(activation|linear)\.[A-Z]\w*")
_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_LIBRARIES = ("transformers", "diffusers", "tokenizers", "peft", "timm", "torch", "controlnet_aux")
_PIPELINES = (  # folders of diffusers' own, by how their names begin
    *("alt_diffusion", "audioldm", "aura_flow", "cogvideo", "cogview", "consistency_models"),
    *("controlnet", "deepfloyd_if", "deprecated", "flux", "hunyuan", "kandinsky", "kolors"),
    *("latent_consistency_models", "latent_diffusion", "ltx", "lumina", "mochi", "musicldm"),
    *("paint_by_example", "pixart_alpha", "sana", "semantic_stable_diffusion", "shap_e"),
    *("spectrogram_diffusion", "stable_", "t2i_adapter", "text_to_video_synthesis", "unclip"),
    *("unidiffuser", "versatile_diffusion", "vq_diffusion", "wuerstchen"),
)


def of_classes(names: Iterable[str]) -> Iterator[Outside]:
    """Yield the classes of its own code that a configuration names."""
    for name in names:
        yield Outside(clean(name, 200), runs=True)


def of_folder(records: FolderRecords, besides: Iterable[str] = ()) -> Iterator[Outside]:
    """Yield the classes of own code that other files of configurations name."""
    left = _CONFIGS
    for name in records.names:
        if name.endswith("config.json") and name not in besides and left:
            left -= 1
            for value in mapping(_members.json_of(records, name, []).get("auto_map")).values():
                named = value if isinstance(value, list) else [value]
                yield from of_classes(one for one in named if isinstance(one, str))


def of_adapter(adapter: dict[str, Any]) -> Iterator[Outside]:
    """Yield the library that PEFT imports to find the class of the base model, where it is odd."""
    library = mapping(adapter.get("auto_mapping")).get("parent_library")
    if library is not None and str(library).partition(".")[0] not in _LIBRARIES:
        yield Outside(clean(str(library), 200), runs=True)


def of_component(records: FolderRecords, name: str, library: str, kind: str) -> Iterator[Outside]:
    """Yield a component of a pipeline that does not come from a known library."""
    if library in _LIBRARIES or (library.isidentifier() and library.startswith(_PIPELINES)):
        return
    held = any(item.startswith(f"{name}/") and item.endswith(".py") for item in records.names)
    yield Outside(clean(f"{library}.{kind}", 200), runs=held)


def of_sentences(records: FolderRecords, listed: Iterable[dict[str, Any]]) -> Iterator[Outside]:
    """Yield what sentence-transformers imports that is neither its own nor an activation."""
    for item in listed:
        kind = item.get("type")
        if not isinstance(kind, str) or not kind.startswith(_TYPES):
            yield Outside(clean(str(kind), 200), runs=True)
    for name in records.names:
        if name.endswith(".json") and not name.endswith(("tokenizer.json", "vocab.json")):
            for path in _imported(_members.json_of(records, name, [])):
                yield Outside(path, runs=True)


def _imported(held: dict[str, Any]) -> Iterator[str]:
    """Yield dotted names under keys that sentence-transformers imports from."""
    waiting: list[tuple[str, Any]] = list(held.items())
    left = 20_000
    while waiting and left:
        left -= 1
        key, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(key if key == "types" else name, item) for name, item in value.items()]
        elif isinstance(value, list):
            waiting += [(key, item) for item in value]
        elif isinstance(value, str) and _is_told(key) and _is_foreign(value):
            yield clean(value, 200)


def _is_told(key: str) -> bool:
    """Whether it is a key whose value sentence-transformers imports."""
    named = "activation" in key or key.endswith("_class")
    return key in _KEYS or (named and _WORD.fullmatch(key) is not None)


def _is_foreign(value: str) -> bool:
    """Whether it is the path of a class that is neither its own nor an activation of torch's."""
    named = _PATH.fullmatch(value) is not None
    return named and not value.startswith(_TYPES) and not _ACTIVATIONS.fullmatch(value)
