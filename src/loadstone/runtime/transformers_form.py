"""A model of transformers in a bundle, as the folder that `save_pretrained` writes.

It is asked as a folder is, or as the pipeline with the options that it was saved with.
"""

import contextlib
import os
import tempfile
from typing import Any, Callable, Mapping, Optional

from . import lookups, transformers_model
from .keras_forms import inside
from .transformers_steps import TOKENIZER, Encode


class Whole:
    """A model of transformers with what is around it: a batch of rows in, a list of results out."""

    takes_batch = takes_rows = True

    def __init__(self, made: Any) -> None:
        self.made = made
        self.model = made.model
        self.decoding = getattr(made, "decoding", "")  # how a model that generates chooses
        tokenizer = _tokenizer_of(made)
        encode = Encode(tokenizer, truncation=True) if tokenizer is not None else None
        self._encode = encode if encode is not None and encode.counts else None
        self.tables = [TOKENIZER] if self._encode is not None else []

    def count(self, batch: Any) -> None:
        """Note what the tokenizer does not know of a batch."""
        log = lookups.current()
        if log is None or self._encode is None:
            return
        with contextlib.suppress(Exception):  # rows that it does not take: the model says so
            rows = transformers_model.listed(batch, self.made.takes)
            log.batch(rows, len(rows))
            for at, row in enumerate(rows):
                log.at(at)
                self._encode.count(list(row.values()) if isinstance(row, dict) else [row])
        log.at(None)

    def __call__(self, batch: Any) -> Any:
        """Return what the model gives for every row of a batch."""
        self.count(batch)
        with lookups.paused():
            found = self.made.predict(batch, probabilities=False)["predictions"]
        if found.dtype.kind == "O":
            return list(found)
        return found.tolist() if found.dtype.kind == "U" else found  # texts, or numbers


def _tokenizer_of(made: Any) -> Any:
    """Return the tokenizer of a model that takes texts, None of another."""
    if getattr(made, "takes", "") not in ("texts", "questions"):
        return None
    for holder in (made, getattr(made, "run", None), getattr(made, "encode", None)):
        found = getattr(holder, "tokenizer", None)
        if callable(found):
            return found
    return None


def made(
    files: Mapping[str, Any],
    options: Optional[Mapping[str, Any]],
    task: Optional[str] = None,
    *,
    pillow: bool = False,
) -> Whole:
    """Return the model of the files of a folder, by their names; with options that of a pipeline.

    Pictures are resized by `pillow`, or by what transformers chooses here.
    Raises `held.RefusedError` for files that are not loaded, and what transformers raises.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = os.path.join(folder, *inside(name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
        hints = {"pillow": pillow}
        if options is None:
            return Whole(transformers_model.folder(folder, None, hints))
        return Whole(transformers_model.piped(folder, options, task, hints))


def load(form: Mapping[str, Any], read: Callable[[str], Any]) -> Whole:
    """Return the model of a form; `read` gives the bytes of a file by its name."""
    root = form["folder"]
    files = {name: read("{}/{}".format(root, name)) for name in form["files"]}
    pillow = bool(form.get("pillow"))
    return made(files, form["options"], form.get("task"), pillow=pillow)
