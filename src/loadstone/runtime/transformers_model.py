"""Models in a Hugging Face folder: model, what prepares its inputs, and labels as one.

Nothing is downloaded, no code of the folder runs, and weights that are missing are no model.
https://huggingface.co/docs/transformers/main_classes/pipelines
"""

import inspect
import json
import os
import re
from types import MappingProxyType
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

from . import held
from . import transformers_media as media
from .columns_from import objects
from .plain import plain
from .rows import texts
from .transformers_answers import Answers, questions
from .transformers_rewrites import Rewrites, decoding
from .transformers_sentences import Plan, Sentences
from .transformers_steps import (
    CONFIG,
    Encode,
    labels,
    named,
    pickled,
    quiet,
    scored,
    scoring,
    tokenizer_in,
)
from .transformers_tasks import BY_NAME, Task, parts, task_of

AT_ONCE = 32  # texts of one call
_CLASSIFIES = ("text-classification", "image-classification", "audio-classification")
_PILLOW = "pictures are resized by Pillow: torchvision, which does it otherwise, is not here"
_TOKENS = Task("AutoModel", "feature-extraction", "", "texts")
_NEW_TOKENS = 256  # that a pipeline generates where nothing else is said


def folder(path: str, digest: Optional[str], hints: Mapping[str, Any]) -> Any:
    """Return the model of a folder by the task that its config's architecture is for.

    Of the `hints`, `pillow` is true where pictures are to be resized by Pillow in any case.
    Raises `held.RefusedError` for a folder that is not predicted with, and for no such task.
    """
    if os.path.exists(os.path.join(path, "modules.json")):
        plan = Plan(path)
        return Sentences(_OfFolder(path, digest, hints, _TOKENS), plan)
    made = _OfFolder(path, digest, hints, _task(path))
    return _asked(made)


def _asked(made: "Union[_OfFolder, _Live]") -> Any:
    """Return the model as its task asks it."""
    name = made.task.name
    if name == "question-answering":
        return Answers(made)
    if name == "text2text-generation":
        return Rewrites(made)
    return Classifier(made) if name in _CLASSIFIES else Piped(made)


def _task(path: str) -> Task:
    with open(os.path.join(path, "config.json"), "rb") as file:
        architecture = str(json.loads(file.read().decode("utf-8"))["architectures"][0])
    task = task_of(architecture)
    if task is None:
        why = "`{}` is of no task that is known".format(architecture)
        raise held.RefusedError(why, "object")
    return task


def piped(
    path: str,
    options: Mapping[str, Any],
    task: Optional[str] = None,
    hints: Mapping[str, Any] = MappingProxyType({}),
) -> "Piped":
    """Return the model of a folder as the pipeline of a task asks it, with the options it takes.

    The task is by default that of its architecture; `hints` are as those of `folder`. Raises
    `held.RefusedError` as `folder`.
    """
    return Piped(_OfFolder(path, None, hints, BY_NAME[task] if task else _task(path)), options)


def with_processor(model: Any, processor: Any, task: Task) -> Any:
    """Return a live model with what prepares its inputs, asked as a folder of them is."""
    return _asked(_Live(model, processor, task))


class _Live:
    """A live model with what prepares its inputs, in the place of a folder's."""

    def __init__(self, model: Any, processor: Any, task: Task) -> None:
        self.model, self.processor, self.task = model, processor, task
        self.beside = {name: getattr(processor, name, processor) for name in parts(task)}
        self.tokenizer = self.beside.get("tokenizer")
        self.notes: List[str] = []


class _OfFolder:
    """A model with what prepares its inputs, and nothing that a folder may bring besides."""

    def __init__(
        self, path: str, digest: Optional[str], hints: Mapping[str, Any], task: Task
    ) -> None:
        held.match_folder(path, hints.get("parts", ()), digest)
        self.notes: List[str] = []
        beside = [os.path.join(place, name) for place, _, names in os.walk(path) for name in names]
        for name in pickled(beside):
            why = "`{}` is a pickle, which a tokenizer may load".format(os.path.relpath(name, path))
            raise held.RefusedError(why, "object")
        if os.path.exists(os.path.join(path, "adapter_config.json")):  # of PEFT, if it is there
            raise held.RefusedError("an adapter lies beside the model, which it changes", "object")
        if os.path.exists(os.path.join(path, "custom_generate")):  # code, which some versions run
            raise held.RefusedError("`custom_generate` is code that would generate", "object")
        self.task = task
        _expect_own(path)
        options = {"local_files_only": True, "trust_remote_code": False}
        with quiet() as transformers:
            self._load_before(transformers, path, options, pillow=bool(hints.get("pillow")))
            model, found = getattr(transformers, task.auto).from_pretrained(
                path, use_safetensors=True, output_loading_info=True, **options
            )
        # what a pooler makes of the tokens is not asked for
        spared = "pooler." if task.auto == "AutoModel" else " "
        missing = sorted(
            name
            for name in found["missing_keys"]
            if not name.startswith(spared) and not _is_computed(name, model)
        )
        if missing:
            why = "the weights lack {}: they would be random".format(", ".join(missing[:4]))
            raise held.RefusedError(why, "object")
        spare = _layers_left(found["unexpected_keys"], model.state_dict())
        if spare:
            why = "the weights hold layers that `config.json` has no place for: {}"
            raise held.RefusedError(why.format(", ".join(spare[:4])), "object")
        self.model = model.eval()

    def _load_before(
        self, transformers: Any, path: str, options: Dict[str, Any], *, pillow: bool
    ) -> None:
        """Load the tokenizer, the image processor, the feature extractor, or two of them."""
        takes = self.task.takes
        self.beside: Dict[str, Any] = {}
        if "tokenizer" in parts(self.task):
            self.tokenizer = self.beside["tokenizer"] = tokenizer_in(transformers, path)
        if takes not in ("pictures", "sounds"):
            return
        kind = transformers.AutoFeatureExtractor
        if takes == "pictures":
            kind = getattr(transformers, "AutoImageProcessor", kind)  # since 4.25
            options = dict(options, **_by_pillow(transformers)) if pillow else options
        self.processor = kind.from_pretrained(path, **options)
        name = "feature_extractor" if kind is transformers.AutoFeatureExtractor else ""
        self.beside[name or "image_processor"] = self.processor
        if type(self.processor).__name__.endswith("Pil") and not pillow:
            self.notes.append(_PILLOW)


def _by_pillow(transformers: Any) -> Dict[str, Any]:
    """Return what asks for the processor that resizes by Pillow where torchvision is there too."""
    newer = int(transformers.__version__.split(".")[0]) >= 5
    return {"backend": "pil"} if newer else {"use_fast": False}


def _is_computed(name: str, model: Any) -> bool:
    """Whether a class never saves a tensor: it is computed, or another one of the model."""
    never = getattr(model, "_keys_to_ignore_on_save", None) or ()
    return any(key == name or key.endswith("." + name) for key in never)


def _layers_left(unexpected: Iterable[str], there: Mapping[str, Any]) -> List[str]:
    """Return the names of tensors that are as those of the model's own layers, of another number.

    Heads that the task has no use for are left out of it.
    """
    numbered = re.compile(r"(?<=\.)\d+(?=\.)")
    own = frozenset(numbered.sub("#", name) for name in there if numbered.search(name))
    return sorted(name for name in unexpected if numbered.sub("#", name) in own)


class Piped:
    """A model that is asked as the pipeline of transformers for its task asks it.

    Without `options` texts are generated as the folder says; with them, as the pipeline would.
    """

    how = "pipeline"

    def __init__(
        self, made: "Union[_OfFolder, _Live]", options: Optional[Mapping[str, Any]] = None
    ) -> None:
        self.model, self.notes = made.model, made.notes
        self.takes = made.task.takes
        self.options = options
        with quiet() as transformers:
            kind = getattr(transformers, made.task.pipeline, None)
            if kind is None:
                why = "transformers {} has no `{}`"
                why = why.format(transformers.__version__, made.task.pipeline)
                raise held.RefusedError(why, "object")
            self.run = kind(model=self.model, **made.beside, **_known(kind, options or {}))
        self.generates = made.task.name == "text-generation" and options is None
        generation = getattr(self.model, "generation_config", None)
        self.draws = self.generates and bool(getattr(generation, "do_sample", False))
        if self.draws:
            self.notes.append("the texts are drawn at random, as `generation_config.json` has it")
        elif self.generates:
            told = "the likeliest token is taken each time, since the folder asks for no draws"
            self.notes.append(told + "; a pipeline of transformers draws")
        self.decoding = self._decoding(made.task.name, generation)

    def _decoding(self, task: str, config: Any) -> str:
        """Return how the pipeline chooses tokens, "" where it generates none."""
        speech = task == "automatic-speech-recognition" and self.run.type != "ctc"
        if config is None or not (speech or task == "text-generation"):
            return ""
        defaults = getattr(self.run, "_generation_defaults", None)  # of transformers 5
        if defaults is None:
            config = getattr(self.run, "generation_config", config)
        said = {"do_sample": self.draws} if self.generates else {}
        return decoding(config, said, self.options or {}, after=defaults or {})

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {"model": type(self.model).__name__, "how": self.how, "names": None}

    def predict(self, rows: Any, probabilities: bool) -> Dict[str, Any]:  # noqa: ARG002, FBT001 - as every model
        """Return what the pipeline gives for every row, in JSON's types."""
        found = []
        with quiet():
            for row in listed(rows, self.takes):
                given = asked(self.run, row, self.takes)
                more = self._options(given) if self.generates else {}
                found.append(plain(self.run(given, **more)))
        return {"predictions": objects(found)}

    def _options(self, text: str) -> Dict[str, Any]:
        """Return how a text is generated: drawn only where the folder says so, within its places.

        The pipeline itself would draw where nothing is said.
        """
        config = self.model.config
        places = getattr(config, "max_position_embeddings", getattr(config, "n_positions", None))
        tokens = self.run.tokenizer(text, verbose=False)["input_ids"]
        room = int(places or 1 << 40) - len(tokens)
        longest = {"max_new_tokens": max(room, 1)} if room < _NEW_TOKENS else {}
        return {"do_sample": self.draws, **longest}


def _known(kind: Any, options: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the options without those that this version has not, where they were switched off."""
    taken = inspect.signature(kind._sanitize_parameters).parameters  # noqa: SLF001 - as every pipeline
    every = any(item.kind is item.VAR_KEYWORD for item in taken.values())
    return {
        name: value
        for name, value in options.items()
        if every or name in taken or value is not False
    }


def listed(rows: Any, takes: str) -> List[Any]:
    """Return rows as a list of what one call of a pipeline takes."""
    if takes == "questions":
        return [{"question": asks, "context": context} for asks, context in questions(rows)]
    return list(texts(rows)) if takes == "texts" else media.listed(rows)


def asked(pipeline: Any, row: Any, takes: str) -> Any:
    """Return a row as the pipeline takes it: a picture of Pillow, the samples of a sound."""
    if takes == "pictures":
        return media.picture(row)
    if takes == "sounds":
        return media.sound(row, int(pipeline.feature_extractor.sampling_rate))
    return row


class Classifier:
    """A model for texts, pictures or sounds, with what prepares them."""

    how = "labels"

    def __init__(self, made: "Union[_OfFolder, _Live]") -> None:
        self.model = made.model
        self.notes = made.notes
        self.takes = made.task.takes
        self.at_once = 1
        if self.takes == "texts":
            tokenizer: Any = made.tokenizer
            self.encode: Any = Encode(tokenizer, truncation=True)
            pads = (tokenizer.pad_token_id, getattr(made.model.config, "pad_token_id", None))
            # padded with what the model does not know as padding, a text would be another
            self.at_once = AT_ONCE if pads[0] is not None and pads[0] == pads[1] else 1
        else:
            self.encode = _Processed(made.processor, self.takes)
        self.labels = labels(made.model.config)
        self.how_scored = scoring(made.model.config)

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        told = {"model": type(self.model).__name__, "how": self.how, "names": None}
        return {**told, "takes": self.takes}

    def predict(self, rows: Any, probabilities: bool) -> Dict[str, Any]:  # noqa: FBT001 - as every model
        """Return the label of every row, and with `probabilities` the score of every label.

        Of a regression, the number; where a row may have several labels, a list of those from 0.5.
        """
        import numpy as np
        import torch

        given = listed(rows, self.takes)
        parts = []
        for start in range(0, len(given), self.at_once):
            with torch.no_grad():
                outputs = self.model(**self.encode(given[start : start + self.at_once]))
            parts.append(outputs.logits.float().numpy())
        self._note(given)
        logits = np.concatenate(parts) if parts else np.zeros((0, len(self.labels)), np.float32)
        if self.how_scored == "none":
            return {"predictions": logits[:, 0] if logits.shape[1] == 1 else logits}
        scores = scored(logits, self.how_scored)
        names = np.array(self.labels)
        if self.how_scored == "softmax":
            chosen: Any = names[scores.argmax(axis=1)]
        else:
            chosen = objects([list(map(str, names[row >= 0.5])) for row in scores])
        found = {"predictions": chosen}
        if probabilities:
            found.update(probabilities=scores, classes=names)
        return found

    def _note(self, given: List[Any]) -> None:
        cut = self.encode.longer(given)
        if cut:
            told = "{} of {} texts were cut at {} tokens"
            self.notes.append(told.format(cut, len(given), self.encode.longest))


class _Processed:
    """Pictures or sounds to the tensors that a model takes, one at a time."""

    def __init__(self, processor: Any, takes: str) -> None:
        self.processor = processor
        self.takes = takes

    def __call__(self, given: List[Any]) -> Dict[str, Any]:
        """Return the tensors of a list of one row."""
        with quiet():
            if self.takes == "pictures":
                made = self.processor(images=media.picture(given[0]), return_tensors="pt")
            else:
                rate = int(self.processor.sampling_rate)
                samples = media.sound(given[0], rate)
                made = self.processor(samples, sampling_rate=rate, return_tensors="pt")
        return dict(made)

    def longer(self, _given: List[Any]) -> int:
        """Return 0: nothing is counted that is cut."""
        return 0


def _expect_own(path: str) -> None:
    """Raise `RefusedError` where the tokenizer's files are others than those of the folder."""
    config = os.path.join(path, CONFIG)
    if os.path.exists(config):
        with open(config, "rb") as file:
            other = named(file.read())
        if other is not None:
            why = "`{}` names the file `{}`".format(CONFIG, other)
            raise held.RefusedError(why, "object")
