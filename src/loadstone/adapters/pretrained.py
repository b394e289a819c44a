"""A pipeline of transformers, or a folder of it, kept as the folder that transformers writes."""

from __future__ import annotations

import contextlib
import enum
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone.adapters import live
from loadstone.adapters.torch import behaviour
from loadstone.core.classes import dataclass
from loadstone.runtime import neighbours, torch_devices
from loadstone.runtime import transformers_tasks as tasks
from loadstone.runtime.precision import single_precision
from loadstone.runtime.transformers_form import Whole, made
from loadstone.runtime.transformers_model import with_processor
from loadstone.runtime.transformers_rewrites import DRAWN

_FOLDER: Final = "forms/pretrained"
_SAMPLES: Final = "do_sample"


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A model with its tokenizer or processor: the files, and what predicts with them."""

    name: str
    files: Mapping[str, bytes]
    options: Mapping[str, Any] | None  # of a pipeline; None where it is asked as a folder is
    run: Whole
    pipeline: Any = None  # the live one that it was taken from
    live: Whole | None = None  # the live model and its processor, asked as a folder is
    task: str | None = None  # of the pipeline, where it is another than the model's own
    pillow: bool = False  # resizes pictures, whatever else is there

    def expected(self, rows: list[Any]) -> Any:
        """Return what it gives for rows where it lives; None where it does not, or draws."""
        with single_precision():
            return self._expected(rows)

    def _expected(self, rows: list[Any]) -> Any:
        if self.live is not None:
            return None if self.live.decoding == DRAWN else self.live(rows)
        if self.pipeline is None or _draws(self.pipeline):
            return None
        from loadstone.runtime.plain import plain
        from loadstone.runtime.transformers_model import asked, listed
        from loadstone.runtime.transformers_steps import quiet

        takes = task_of(self.pipeline).takes
        with quiet():
            return [
                plain(self.pipeline(asked(self.pipeline, row, takes)))
                for row in listed(rows, takes)
            ]


def task_of(pipeline: Any) -> tasks.Task:
    """Return the task of a pipeline; raises `UnsavableError` for one that is not kept."""
    kind = type(pipeline)
    task = tasks.PIPELINES.get(kind.__name__)
    if task is not None and kind.__module__.startswith("transformers."):
        return task
    raise live.UnsavableError(
        f"`model` is a pipeline for `{pipeline.task}`: give its model, with what is before and "
        "after it as `preprocess` and `postprocess`"
    )


def of_pipeline(pipeline: Any) -> Pretrained:
    """Return a live pipeline as its files, loaded again; raises `UnsavableError`."""
    task = task_of(pipeline)
    options = _options(pipeline)
    if task.name == "zero-shot-classification" and not options.get("candidate_labels"):
        raise live.UnsavableError(
            "the pipeline has no labels to choose from, and they are part of what it predicts: "
            f'make it with `transformers.pipeline("{task.name}", …, candidate_labels=[…])`'
        )
    if getattr(pipeline, "decoder", None) is not None:
        raise live.UnsavableError(
            "the pipeline has a language model of pyctcdecode as its `decoder`, which is not kept: "
            "save a pipeline without it"
        )
    asked = task.name if task.name in tasks.BY_NAME else None
    around = beside(pipeline)
    files, run = _kept(pipeline.model, around, "pipeline", options, asked)
    name, pillow = type(pipeline.model).__name__, _by_pillow(around)
    return Pretrained(name, files, options, run, pipeline, task=asked, pillow=pillow)


def of_pair(model: Any, processor: Any) -> Pretrained:
    """Return a live model and its processor as their files, loaded again: asked as a folder is.

    Raises `UnsavableError` for a model of no task that takes pictures or sounds, or texts to texts.
    """
    name = type(model).__name__
    task = tasks.task_of(name)
    if task is None or (task.takes not in ("pictures", "sounds") and not rewrites(model)):
        raise live.UnsavableError(
            f"`{name}` is of no task for pictures or sounds that is known: give the model, with "
            f"what calls the `{type(processor).__name__}` as `preprocess`"
        )
    lacking = [part for part in tasks.parts(task) if not hasattr(processor, part)]
    if len(tasks.parts(task)) > 1 and lacking:
        raise live.UnsavableError(
            f"`{name}` makes texts of sounds: give it with its processor, which holds a feature "
            f"extractor and a tokenizer, not with a `{type(processor).__name__}` alone"
        )
    files, run = _kept(model, (processor,), "pair")
    if torch_devices.accelerator(model):
        model = behaviour.copied_to_cpu(model)  # what prepares its inputs makes them there
    live_run, pillow = Whole(with_processor(model, processor, task)), _by_pillow((processor,))
    return Pretrained(name, files, None, run, live=live_run, pillow=pillow)


def rewrites(model: Any) -> bool:
    """Whether a model makes texts of texts: one of an encoder and a decoder."""
    task = tasks.task_of(type(model).__name__)
    return task is not None and task.pipeline == "Text2TextGenerationPipeline"


def _kept(
    model: Any,
    beside: Sequence[Any],
    what: str,
    options: Mapping[str, Any] | None = None,
    task: str | None = None,
) -> tuple[dict[str, bytes], Whole]:
    """Return the files of a live model with what prepares its inputs, and what they load as."""
    if not type(model).__module__.startswith("transformers."):
        kind = f"{type(model).__module__}.{type(model).__qualname__}"
        raise live.UnsavableError(f"the model of the {what} is a `{kind}`, of other code")
    if model.training:
        called = "pipeline.model" if what == "pipeline" else "model"
        raise live.UnsavableError(
            f"the model of the {what} is in training mode, where it may predict otherwise: "
            f"call `{called}.eval()`"
        )
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        for part in beside:
            part.save_pretrained(folder)
        files = read(Path(folder))
    try:
        return files, made(files, options, task, pillow=_by_pillow(beside))
    except Exception as error:
        why = " ".join(str(getattr(error, "why", error)).split())
        raise live.UnsavableError(
            f"the {what} does not load from its files: {why}"[:300]
        ) from error


def beside(pipeline: Any) -> tuple[Any, ...]:
    """Return the tokenizer of a pipeline, its processor, or both."""
    held = [getattr(pipeline, part, None) for part in tasks.parts(task_of(pipeline))]
    if None in held:  # pictures, by an older transformers
        held = [pipeline.feature_extractor]
    return tuple(held)


def _by_pillow(around: Sequence[Any]) -> bool:
    """Whether an image processor resizes by Pillow, of which transformers 5 has two of each."""
    held = [getattr(item, "image_processor", item) for item in around]
    return any(type(item).__name__.endswith("ImageProcessorPil") for item in held)


def read(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their names."""
    files = sorted(item for item in folder.rglob("*") if item.is_file())
    return {item.relative_to(folder).as_posix(): item.read_bytes() for item in files}


def _draws(pipeline: Any) -> bool:
    """Whether a pipeline may generate at random, as one for texts does where nothing is said."""
    if type(pipeline).__name__ != "TextGenerationPipeline":
        return bool(_held(pipeline).get(_SAMPLES))
    said = _held(pipeline).get(_SAMPLES)
    config = getattr(pipeline.model, "generation_config", None)
    said = getattr(config, _SAMPLES, None) if said is None else said
    return said is not False


def _held(pipeline: Any) -> dict[str, Any]:
    """Return what a pipeline was given besides its model; it has no public names for it."""
    held: dict[str, Any] = {}
    for name in ("generate_kwargs", "preprocess_params", "forward_params", "postprocess_params"):
        held |= getattr(pipeline, f"_{name}", {})  # the first of newer versions
    return held


def _options(pipeline: Any) -> dict[str, Any]:
    """Return the options of a pipeline as its constructor takes them, in JSON's types."""
    held = _held(pipeline)
    found: dict[str, Any] = {}
    for name, value in held.items():
        if name == "return_type" and getattr(value, "name", "") in ("FULL_TEXT", "NEW_TEXT"):
            found["return_full_text"] = value.name == "FULL_TEXT"
        elif isinstance(value, enum.Enum) and isinstance(value.value, str):
            found[name] = value.value
        elif value is not None:
            found[name] = value
    for name, value in found.items():
        try:
            same = json.loads(json.dumps(value)) == value
        except (TypeError, ValueError):
            same = False
        if not same:
            raise live.UnsavableError(f"the pipeline has the option `{name}`, which is not kept")
    return found


class HuggingFace:
    """The folder of a model of transformers, with what predicts."""

    framework = "transformers"
    library = "transformers"

    def working_copy(self, model: Pretrained) -> contextlib.AbstractContextManager[Any]:
        """Give the model: it was loaded from its files, and nothing changes it."""
        return contextlib.nullcontext(model)

    def call(self, model: Pretrained) -> live.Call:
        """Return what predicts a batch of rows."""
        return model.run

    def copied(self, model: Pretrained) -> Pretrained:
        """Return the model: there is no training mode to compare."""
        return model

    def elsewhere(self, model: Pretrained) -> tuple[str, live.Call] | None:  # noqa: ARG002 - as every framework
        """Return None: it is recorded where it computes."""
        return None

    def cast(self, model: Pretrained, batch: Any) -> Any:  # noqa: ARG002 - as every framework
        """Return None: rows are made to fit by the pipeline."""
        return None

    def native(self, model: Pretrained, names: live.Names) -> live.Native:
        """Return the folder."""
        for module in (type(model.run.model), _tensor()):
            names.where_is(module)  # noted as what the bundle needs
        parts = {f"{_FOLDER}/{name}": [data] for name, data in model.files.items()}
        entry = {
            "kind": "pretrained",
            "folder": _FOLDER,
            "files": sorted(model.files),
            "options": dict(model.options) if model.options is not None else None,
            **({"task": model.task} if model.task else {}),
            **({"pillow": True} if model.pillow else {}),
        }
        return live.Native(live.Form(entry, parts))

    def program(self, model: Pretrained, calls: live.Calls) -> tuple[live.Form, live.Call]:  # noqa: ARG002 - as every framework
        """Raise: a tokenizer is in no graph."""
        raise live.NotMadeError("a tokenizer or processor is part of no graph")

    def size(self, model: Pretrained) -> tuple[int, int]:
        """Return the count of the parameters, and their bytes."""
        held = list(model.run.model.parameters())
        numbers = sum(tensor.numel() for tensor in held)
        return numbers, sum(tensor.numel() * tensor.element_size() for tensor in held)

    def variants(self, model: Pretrained) -> Iterator[live.Variant]:
        """Yield other numbers of threads, and double precision."""
        return behaviour.variants(model.run, lambda held: held, lambda held: held.model)

    def weights(self, model: Pretrained) -> Iterable[Any]:
        """Return the parameters and buffers."""
        return neighbours.of_torch(model.run.model)

    def first_unrepeatable(self, model: Pretrained, run: Callable[[], Any]) -> str:  # noqa: ARG002 - as above
        """Return "": which module it is is not looked for."""
        return ""

    def in_training(self, model: Pretrained) -> tuple[str, ...] | None:  # noqa: ARG002 - as above
        """Return None: a folder is loaded in eval mode."""
        return None


def _tensor() -> Any:
    import torch

    return torch.nn.Linear
