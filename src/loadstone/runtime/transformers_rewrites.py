"""Texts made of texts by a model of two parts, and how a model that generates chooses its tokens.

As the pipeline of transformers 4 for text2text-generation did; transformers 5 has none any more.
https://github.com/huggingface/transformers/blob/v4.57.0/src/transformers/pipelines/text2text_generation.py
"""

from typing import Any, Dict, Mapping

from .rows import texts
from .transformers_steps import quiet

DRAWN = "drawing at random"
_UNSAID = 20  # tokens of a text where nothing else is said


def decoding(config: Any, *before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return how tokens are chosen, in words, by a generation config.

    What is said `before` it counts more, and `after` it where it says nothing.
    """
    own = config.to_diff_dict() if hasattr(config, "to_diff_dict") else dict(vars(config))

    def said(name: str) -> Any:
        held = (item[name] for item in (*before, own, after) if item.get(name) is not None)
        return next(held, None)

    if said("do_sample"):
        return DRAWN
    beams = int(said("num_beams") or 1)
    return "beam search of {}".format(beams) if beams > 1 else "greedy search"


class Rewrites:
    """A model of an encoder and a decoder, with its tokenizer: T5, BART, Marian."""

    how = "texts"

    def __init__(self, made: Any) -> None:
        self.model, self.tokenizer, self.notes = made.model, made.tokenizer, made.notes
        config = self.model.generation_config
        self.options: Dict[str, Any] = {}
        self.decoding = decoding(config, after={})
        told = "the tokens are chosen by {}, as the model's config has it"
        self.notes.append(told.format(self.decoding))
        if getattr(config, "max_new_tokens", None) is None and config.max_length in (None, _UNSAID):
            self.options["max_new_tokens"] = _UNSAID
            told = "a text ends after {} tokens, since the model's config says no other length"
            self.notes.append(told.format(_UNSAID))
        self.prefix = str(getattr(self.model.config, "prefix", None) or "")

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {"model": type(self.model).__name__, "how": self.how, "names": None}

    def predict(self, rows: Any, probabilities: bool) -> Dict[str, Any]:  # noqa: ARG002, FBT001 - as every model
        """Return `generated_text` of every row, in a list: a model may give several."""
        from .columns_from import objects

        with quiet():
            return {"predictions": objects([self._made(text) for text in texts(rows)])}

    def _made(self, text: str) -> Any:
        import torch

        given = dict(self.tokenizer(self.prefix + text, return_tensors="pt", verbose=False))
        given.pop("token_type_ids", None)
        with torch.no_grad():
            found = self.model.generate(**given, **self.options)
        read = self.tokenizer.decode
        return [{"generated_text": read(row, skip_special_tokens=True)} for row in found]
