"""Models of transformers that are given with what is around them: a tokenizer, or a pipeline."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loadstone.adapters import pretrained
from loadstone.adapters.live import UnsavableError
from loadstone.core.classes import dataclass, field

_FOLDER = "steps/tokenizer"
_PREPARES = ("truncation", "max_length", "padding")  # what a pipeline may pass to its tokenizer
_FINISHES = ("function_to_apply",)
_PROCESSORS = ("ImageProcessingMixin", "FeatureExtractionMixin", "ProcessorMixin")


@dataclass(frozen=True, slots=True)
class Declared:
    """A step that a bundle holds as data: what its manifest says, and its files."""

    entry: Mapping[str, Any]
    parts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """A model, and the steps around it: as they are called, and as they are declared."""

    model: Any
    steps: Mapping[str, Any]
    declared: Mapping[str, Declared]
    net: Any = None  # the model of transformers itself
    beside: tuple[Any, ...] = ()  # its tokenizer or processor, or both


def taken(given: Any) -> Taken | None:
    """Return the parts of a pipeline, or of a model with what prepares its inputs; None for others.

    The tokenizer or processor is the one that its files make, so that what is measured is what is
    kept. Raises `UnsavableError` for other tasks, and for options that are not kept.
    """
    if _is(given, "Pipeline"):
        return _pipeline(given)
    if not isinstance(given, tuple) or len(given) != 2:
        return None
    tokenizes = _is(given[1], "PreTrainedTokenizerBase")
    if not tokenizes and not _is(given[1], *_PROCESSORS):
        return None
    if not _is(given[0], "PreTrainedModel"):
        what = "tokenizer" if tokenizes else "processor"
        raise UnsavableError(f"a {what} goes with a model of transformers")
    if tokenizes and not pretrained.rewrites(given[0]):
        return _parts(given[0], given[1], {}, {})
    return Taken(pretrained.of_pair(*given), {}, {}, given[0], given[1:])


def _is(value: Any, *names: str) -> bool:
    return any(
        base.__name__ in names and base.__module__.partition(".")[0] == "transformers"
        for base in type(value).__mro__
    )


def _pipeline(given: Any) -> Taken:
    if given.task not in ("text-classification", "sentiment-analysis"):
        kept = pretrained.of_pipeline(given)
        return Taken(kept, {}, {}, given.model, pretrained.beside(given))
    before = {key: value for key, value in given._preprocess_params.items() if value is not None}  # noqa: SLF001 - a pipeline has no public name for them
    after = dict(given._postprocess_params)  # noqa: SLF001 - as above
    after.pop("_legacy", None)  # comes with `top_k`
    if after.get("function_to_apply", "") is None:
        del after["function_to_apply"]  # `top_k=None` stays: it asks for every label
    unknown = sorted({*before} - {*_PREPARES}) + sorted({*after} - {*_FINISHES})
    if before.get("padding") == "max_length":
        unknown = ["padding='max_length'"]
    if unknown:
        raise UnsavableError(f"the pipeline has the option `{unknown[0]}`, which is not kept")
    return _parts(given.model, given.tokenizer, before, after)


def _parts(
    model: Any, tokenizer: Any, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Taken:
    from loadstone.runtime import transformers_steps as steps

    pads = (tokenizer.pad_token_id, getattr(model.config, "pad_token_id", None))
    if None not in pads and pads[0] != pads[1]:
        raise UnsavableError(
            f"the tokenizer pads with the token {pads[0]}, and the model takes {pads[1]} for "
            "padding: texts in a batch would be others than alone; set "
            f"`model.config.pad_token_id = {pads[0]}`"
        )
    files = _files(tokenizer)
    encoding: dict[str, Any] = {
        "truncation": before.get("truncation") in (True, "longest_first", "only_first"),
        "longest": before.get("max_length"),
    }
    try:
        encode = steps.Encode(steps.tokenizer(files), **encoding)
    except Exception as error:
        text = " ".join(str(error).split())
        raise UnsavableError(f"the tokenizer does not load from its files: {text}"[:300]) from error
    entry = {"kind": steps.TOKENIZER, "folder": _FOLDER, "files": sorted(files), **encoding}
    named = {"root": "preprocess", "name": type(tokenizer).__name__, **entry}
    kept = {f"{_FOLDER}/{name}": data for name, data in files.items()}
    live: dict[str, Any] = {"preprocess": encode}
    declared = {"preprocess": Declared(named, kept)}
    if type(model).__name__.endswith("ForSequenceClassification"):
        how = getattr(after.get("function_to_apply"), "value", after.get("function_to_apply"))
        names, scoring = steps.labels(model.config), str(how or steps.scoring(model.config))
        live["postprocess"] = steps.Labelled(names, scoring)
        told = {"kind": steps.LABELS, "labels": names, "scoring": scoring}
        declared["postprocess"] = Declared({"root": "postprocess", "name": "labels", **told})
    return Taken(model, live, declared, model, (tokenizer,))


def outline(net: Any, beside: Sequence[Any], folder: Path) -> None:
    """Write what a folder says of a model and of what is beside it, and no weights.

    The file of the weights has their names and shapes; their bytes are a hole in it.
    """
    net.config.save_pretrained(folder)
    config = folder / "config.json"
    told = json.loads(config.read_text("utf-8"))
    config.write_text(json.dumps({**told, "architectures": [type(net).__name__]}), "utf-8")
    for part in beside:
        part.save_pretrained(folder)
    header, at = {}, 0
    for name, tensor in net.state_dict().items():
        size = 4 * tensor.numel()
        shape = list(tensor.shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    data = json.dumps(header).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(data).to_bytes(8, "little") + data)
        file.truncate(8 + len(data) + at)


def _files(tokenizer: Any) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        return {item.name: item.read_bytes() for item in Path(folder).iterdir() if item.is_file()}
