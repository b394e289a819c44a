"""What loaders make of plain words in a checkpoint: they import, or open, what those name.

Lightning imports the `_instantiator` of hyperparameters, which makes classes by their paths, and
calls their type; flair makes embeddings of words, and unpickles the vectors that those name.
https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/core/saving.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadstone.readers._outside import Outside
from loadstone.readers._plain import clean
from loadstone.runtime.pickles import Global, Items, Pairs

__all__ = ["outside"]

_HYPER = ("hyper_parameters", "datamodule_hyper_parameters", "hparams", "module_arguments")
_TYPES = ("hparams_type", "datamodule_hparams_type")
_KEPT = (
    *("omegaconf.dictconfig.DictConfig", "argparse.Namespace", "builtins.dict"),
    *(f"{of}.utilities.parsing.AttributeDict" for of in ("lightning.pytorch", "pytorch_lightning")),
    *(
        f"lightning{of}.utilities.data.AttributeDict"
        for of in (".fabric", "_fabric", "_lite", "_utilities")
    ),
)
_WORDS = ("embeddings", "model", "vectors", "flair")  # under which paths stand


def outside(value: Any) -> Iterator[Outside]:
    """Yield what a loader of what a pickle holds would import or open by its words."""
    if not isinstance(value, Pairs):
        return
    for key, held in value:
        if key in _HYPER and isinstance(held, Pairs):
            named = held.get("_instantiator")
            if named is not None:
                yield Outside(
                    clean(named if isinstance(named, str) else "_instantiator"), runs=True
                )
        if key in _TYPES and isinstance(held, Global) and held.path not in _KEPT:
            yield Outside(f"{clean(held.path)}, which is given the hyperparameters", runs=True)
    if isinstance(value.get("__cls__"), str):
        yield from _of_flair(value)


def _of_flair(value: Pairs) -> Iterator[Outside]:
    """Yield the files that the embeddings of a model of flair's name."""
    waiting: list[Any] = [held for key, held in value if key != "state_dict"]
    left = 100_000
    while waiting and left:
        left -= 1
        node = waiting.pop()
        if isinstance(node, Pairs):
            if isinstance(node.get("__cls__"), str) and not isinstance(node.get("vocab"), Items):
                for key in _WORDS:
                    path = node.get(key)
                    if isinstance(path, str):
                        yield Outside(f"what `{clean(path)[:200]}` holds", runs=False)
            waiting += [held for _, held in node]
        elif isinstance(node, Items):
            waiting += node
    if not left:
        yield Outside("words that were not read to their end", runs=False)
