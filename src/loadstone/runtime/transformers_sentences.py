"""Embeddings of texts by a folder of sentence-transformers, without that library.

A transformer, a pooling of its tokens, and perhaps a scaling to length one: other modules are
refused. https://sbert.net/docs/sentence_transformer/usage/custom_models.html
"""

import json
import os
from typing import Any, Dict, List

from . import held
from .rows import texts
from .transformers_steps import Encode, quiet

# the settings of older versions, and the words of newer ones
_POOLINGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_KNOWN = ("cls", "max", "mean", "mean_sqrt_len_tokens")


class Plan:
    """What the files of a folder say of how a text becomes an embedding."""

    def __init__(self, path: str) -> None:
        modules = [_Module(item) for item in _read(path, "modules.json")]
        kinds = [item.kind for item in modules]
        if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
            why = "its modules are {}: those of a transformer, a pooling and a scaling are known"
            raise held.RefusedError(why.format(", ".join(kinds)), "object")
        if modules[0].path:
            why = "its transformer lies in `{}`, and not at the top".format(modules[0].path)
            raise held.RefusedError(why, "object")
        self.folder = os.path.join(path, modules[0].path)
        self.scaled = "Normalize" in kinds
        self.pooling = _pooling(_read(path, os.path.join(modules[1].path, "config.json")))
        name = "sentence_bert_config.json"
        there = os.path.exists(os.path.join(path, name))
        told = _read(path, name) if there else {}
        self.longest = told.get("max_seq_length")
        self.lowers = told.get("do_lower_case") is True
        name = "config_sentence_transformers.json"
        if os.path.exists(os.path.join(path, name)):
            settings = _read(path, name)
            prompt = settings.get("default_prompt_name")
            if prompt is not None and (settings.get("prompts") or {}).get(prompt):
                why = "it puts the prompt `{}` before every text".format(prompt)
                raise held.RefusedError(why, "object")


class _Module:
    def __init__(self, item: Any) -> None:
        module, _, self.kind = str(item["type"]).rpartition(".")
        self.path = str(item["path"])
        if module.partition(".")[0] != "sentence_transformers":
            raise held.RefusedError("`{}` is code of its own".format(item["type"]), "object")  # noqa: EM103 - as above
        if os.path.isabs(self.path) or ".." in self.path.replace("\\", "/").split("/"):
            raise held.RefusedError("`{}` leads out of the folder".format(self.path), "companion")  # noqa: EM103 - as above


def _read(folder: str, name: str) -> Any:
    with open(os.path.join(folder, name), "rb") as file:
        return json.loads(file.read().decode("utf-8"))


def _pooling(told: Dict[str, Any]) -> List[str]:
    """Return what is taken of the tokens, in the order in which it is joined."""
    said = told.get("pooling_mode")
    words = [word for name, word in _POOLINGS.items() if told.get(name) is True]
    if said is not None:
        names = [said] if isinstance(said, str) else list(said)
        words = sorted(names, key=lambda word: [*_POOLINGS.values(), word].index(word))
    if not words or not set(words) <= set(_KNOWN):
        raise held.RefusedError("its pooling is {}".format(said or words), "object")  # noqa: EM103 - as above
    return words


class Sentences:
    """A transformer whose tokens are pooled to one vector a text."""

    how = "embeddings"

    def __init__(self, made: Any, plan: Plan) -> None:
        self.model, self.notes = made.model, made.notes
        self.plan = plan
        self.encode = Encode(made.tokenizer, truncation=True, longest=self._longest(made))

    def _longest(self, made: Any) -> Any:
        """Return how many tokens a text is cut at, as the library has it."""
        places = getattr(made.model.config, "max_position_embeddings", None)
        most = made.tokenizer.model_max_length
        return self.plan.longest or (min(places, most) if places else None)

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {"model": type(self.model).__name__, "how": self.how, "names": None}

    def predict(self, rows: Any, probabilities: bool) -> Dict[str, Any]:  # noqa: ARG002, FBT001 - as every model
        """Return an embedding of every text: N×D."""
        import numpy as np

        given = [text.strip() for text in texts(rows)]
        given = [text.lower() for text in given] if self.plan.lowers else given
        cut = self.encode.longer(given)
        if cut:
            told = "{} of {} texts were cut at {} tokens"
            self.notes.append(told.format(cut, len(given), self.encode.longest))
        with quiet():
            found = [self._embedding(text) for text in given]
        return {"predictions": np.stack(found) if found else np.zeros((0, 0), np.float32)}

    def _embedding(self, text: str) -> Any:
        """Return the vector of one text: nothing is padded, so that all of its tokens count."""
        import torch

        with torch.no_grad():
            tokens = self.model(**self.encode([text])).last_hidden_state[0].float()
            parts = [_pooled(tokens, word) for word in self.plan.pooling]
            vector = torch.cat(parts)
            if self.plan.scaled:
                vector = torch.nn.functional.normalize(vector, dim=0)
        return vector.numpy()


def _pooled(tokens: Any, word: str) -> Any:
    if word == "cls":
        return tokens[0]
    if word == "max":
        return tokens.max(dim=0).values
    count = float(len(tokens))
    return tokens.sum(dim=0) / (count if word == "mean" else count**0.5)
