"""The examples of a save: a batch of inputs, with the outputs that the user expects of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Literal

from loadstone.inputs.ranges import recorded
from loadstone.runtime import batches

Kind = Literal["array", "tensor", "frame", "texts", "records", "items"]
_MEDIA = (
    *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"),
    *(b"fLaC", b"OggS", b"ID3"),
)
_FILES = 64 << 20  # bytes of the files of all witnesses
COUNTED = 2048  # of which unknown words are counted
LIMIT = 64  # witnesses; more examples prove little more and are stored with the model


class NoExamplesError(ValueError):
    """What was given is no batch of inputs; the message says what is."""


@dataclass(frozen=True)
class Examples:
    """A batch of `count` inputs as `predict` takes them."""

    inputs: Any
    count: int
    kind: Kind
    expected: Any = None
    has_expected: bool = False
    ranges: list[dict[str, Any]] = field(default_factory=list)  # of all that was given
    given: int = 0  # how many there were
    files: bool = False  # they are paths, and what is in the files is the input
    more: Any = None  # those after the `count` that are kept, of which unknown words are counted

    @property
    def counted(self) -> Iterator[Any]:
        """The inputs in batches of at most as many as are kept."""
        yield self.inputs
        for at in range(0, batches.count(self.more) or 0, LIMIT):
            yield first(rest(self.more, at), LIMIT)


def read(examples: Any) -> Examples | None:
    """Return the examples, or None where there are none.

    Raises `NoExamplesError` for what is no batch.
    """
    if examples is None:
        return None
    expected, has_expected = None, False
    if type(examples) is tuple:
        if len(examples) != 2:
            raise NoExamplesError(
                f"a tuple of examples is `(inputs, expected_outputs)`, this one has {len(examples)}"
            )
        examples, expected = examples
        has_expected = True
    if batches.is_columns(examples):
        examples = batches.records(examples)
    count = batches.count(examples) if _is_batch(examples) else None
    if count is None:
        raise NoExamplesError(
            "examples are a batch of inputs: an array or tensor whose first axis counts them, "
            f"a DataFrame, a list, or a dict of arrays; a `{type(examples).__name__}` was given"
        )
    if count == 0:
        raise NoExamplesError("the examples are empty")
    if has_expected and batches.count(expected) != count:
        raise NoExamplesError(
            f"{count} inputs and {batches.count(expected)} expected outputs were given"
        )
    inputs, given, more = examples, count, None
    files = _are_files(examples)
    ranges = recorded(examples, files=files)
    if count > LIMIT:
        inputs = first(examples, LIMIT)
        more = None if files else rest(first(examples, min(count, COUNTED)), LIMIT)
        expected = first(expected, LIMIT) if has_expected else None
        count = LIMIT
    if files:
        _expect_small(inputs)
    kind = kind_of(inputs)
    return Examples(inputs, count, kind, expected, has_expected, ranges, given, files, more)


def _are_files(examples: Any) -> bool:
    """Whether the examples are paths of files: as such, or as texts that all name images or sounds.

    Raises `NoExamplesError` where a path names no file.
    """
    if not isinstance(examples, list):
        return False
    if all(isinstance(item, PurePath) for item in examples):
        missing = next((item for item in examples if not Path(item).is_file()), None)
        if missing is not None:
            raise NoExamplesError(f"the example `{missing}` names no file")
        return True
    return all(isinstance(item, str) and _is_media(item) for item in examples)


def _is_media(text: str) -> bool:
    """Whether a text is the path of a file that begins as images and sounds do."""
    if "\n" in text or not os.path.isfile(text):  # noqa: PTH113 - unlike Path's, it takes a name that is too long
        return False
    with Path(text).open("rb") as file:
        head = file.read(12)
    return head.startswith(_MEDIA) or (head[:4] == b"RIFF" and head[8:] in (b"WEBP", b"WAVE"))


def _expect_small(paths: list[Any]) -> None:
    size = sum(Path(item).stat().st_size for item in paths)
    if size > _FILES:
        raise NoExamplesError(
            f"the files of {len(paths)} examples take {size >> 20:,} MB, and at most "
            f"{_FILES >> 20} MB are kept: give fewer"
        )


def first(batch: Any, count: int) -> Any:
    """Return the first `count` rows of a batch."""
    if batches.is_frame(batch):
        return batch.iloc[:count]
    if isinstance(batch, (dict, tuple)):
        return batches.row(batch, 0) if count == 1 else _each(batch, count)
    return batch[:count]


def rest(batch: Any, start: int) -> Any:
    """Return the rows of a batch from `start` on."""
    if batches.is_frame(batch):
        return batch.iloc[start:]
    if isinstance(batch, dict):
        return {key: item[start:] for key, item in batch.items()}
    return tuple(item[start:] for item in batch) if isinstance(batch, tuple) else batch[start:]


def kind_of(inputs: Any) -> Kind:
    """Return what kind of batch this is."""
    if batches.is_frame(inputs):
        return "frame"
    if batches.is_tensor(inputs):
        return "tensor"
    if batches.is_array(inputs):
        return "array"
    if all(isinstance(item, str) for item in inputs):
        return "texts"
    if all(isinstance(item, dict) for item in inputs):
        return "records"
    return "items"


def _is_batch(value: Any) -> bool:
    if isinstance(value, list):
        return True
    return (batches.is_frame(value) or batches.is_array(value)) and len(value.shape) > 0


def _each(batch: Any, count: int) -> Any:
    if isinstance(batch, dict):
        return {key: item[:count] for key, item in batch.items()}
    return tuple(item[:count] for item in batch)
