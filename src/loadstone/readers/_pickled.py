"""One pickle of an artifact: read by the inert machine, its failures made into damage."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, GlobalFact, RunsCode
from loadstone.readers import _outside, _plain_words
from loadstone.readers._source import Buffer, FileSource, OnBuild, Part, Source
from loadstone.readers._within import LINK
from loadstone.runtime.pickles import LimitReached, Limits, Malformed, Stream
from loadstone.runtime.pickles import read as read_pickle

_FRAME = 1 << 40  # bytes; pickle's own writer starts a new frame every 64 KB
SMALL = 4 << 20  # up to this size a file is read; beyond it is mapped, and pages come as needed
_UNIT = 32  # bytes in memory already that are weighed as a unit of work
_USES = ("call", "new", "build", "items", "patch", "reference")
_FRAMEWORKS = (
    "torch",
    "sklearn",
    "xgboost",
    "lightgbm",
    "catboost",
    "keras",
    "tensorflow",
    "statsmodels",
    "transformers",
    "pandas",
    "numpy",
)
_CUT_FRAME = "a frame that is longer than the stream"
_INCOMPLETE = ("limit", "malformed", "truncated", "encrypted", "missing-member", LINK)


@contextmanager
def buffer_of(source: Source) -> Iterator[Buffer]:
    """Give the bytes of `source`: in memory where they are few, else mapped."""
    start, around = 0, source
    while isinstance(around, Part):
        start, around = start + around.offset, around.source
    if source.size <= SMALL or not isinstance(around, FileSource):
        yield source.pread(0, source.size)
        return
    with mmap.mmap(around.fd, around.size, access=mmap.ACCESS_READ) as mapped:
        if hasattr(mmap, "MADV_RANDOM"):
            mapped.madvise(mmap.MADV_RANDOM)
        if source is around:
            yield mapped
            return
        with memoryview(mapped) as whole, whole[start : start + source.size] as part:
            yield part


@dataclass(slots=True)
class Pickles:
    """The pickles that opening an artifact would run, in order."""

    damage: list[Damage] = field(default_factory=list)
    disagreements: list[Damage] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    nested: list[Stream] = field(default_factory=list)  # in bytes that one of them holds
    followed: set[str] = field(default_factory=set)  # loaders, all of whose bytes are in `nested`

    def read(
        self,
        data: Buffer,
        start: int = 0,
        *,
        what: str = "",
        base: int = 0,
        on_build: OnBuild | None = None,
    ) -> Stream | None:
        """Return the pickle at `start`; what is wrong with it is noted, with absolute offsets."""
        if start == 0 and isinstance(data, (bytes, bytearray)):
            self.limits.left -= len(data) // _UNIT
        try:
            stream = read_pickle(data, start, limits=self.limits, on_build=on_build)
        except LimitReached as error:
            self._note("limit", error, what, base)
        except Malformed as error:
            self._note("truncated" if _is_cut(error, data) else "malformed", error, what, base)
        else:
            self.streams.append(stream)
            self.disagreements += [
                Damage(item.kind, item.text, base + item.at) for item in stream.disagreements[:20]
            ]
            return stream
        return None

    def _note(self, kind: str, error: Malformed, what: str, base: int) -> None:
        why = f"`{what}`: {error.why}" if what else error.why
        detail = {"member": what} if what else {}
        self.damage.append(Damage(kind, why, base + error.at, detail))

    def globals(self) -> tuple[GlobalFact, ...]:
        """Every name that is looked up, by first appearance."""
        found: dict[tuple[str, str], tuple[set[str], int]] = {}
        for stream in (*self.streams, *self.nested):
            for item in stream.globals:
                uses, _ = found.setdefault((clean(item.module), clean(item.name)), (set(), item.at))
                uses |= item.uses
        return tuple(
            GlobalFact(module, name, tuple(use for use in _USES if use in uses), at)
            for (module, name), (uses, at) in found.items()
        )

    def verdict(self) -> tuple[RunsCode, tuple[str, ...]]:
        """Return whether opening runs code, by the audited table, and what is not in the table."""
        from loadstone.runtime import audited

        whole = not self.disagreements and not self.incomplete
        streams = (*self.streams, *self.nested)
        word, calls = audited.verdict(*streams, *(() if whole else (None,)))
        calls = [name for name in calls if name not in self.followed]
        if word == "yes" and not calls:
            word = "library" if whole else "unknown"
        told = [item for stream in self.streams for item in _plain_words.outside(stream.value)]
        return _outside.together(cast("RunsCode", word), map(clean, calls), told)

    @property
    def incomplete(self) -> bool:
        """Whether something was not read to its end."""
        return any(item.kind in _INCOMPLETE for item in self.damage)

    @property
    def protocol(self) -> int | None:
        """The highest protocol of all."""
        told = [
            stream.max_opcode_protocol if stream.protocol is None else stream.protocol
            for stream in self.streams
        ]
        return max(told, default=None)

    @property
    def framework(self) -> str | None:
        """The framework that most of the names belong to, by a table's order."""
        tops = {item.module.split(".")[0] for item in self.globals()}
        return next((name for name in _FRAMEWORKS if name in tops), None)

    def detail(self) -> dict[str, str | int | float | bool | None]:
        """Return what the names and opcodes tell of the writer."""
        found: dict[str, str | int | float | bool | None] = {}
        modules = {item.module for item in self.globals()}
        if any(name.startswith("numpy._core") for name in modules):
            found["numpy"] = "2"
        elif any(name.startswith("numpy.core") for name in modules):
            found["numpy"] = "1"
        if any(stream.has_python2_strings for stream in self.streams):
            found["python2_strings"] = True
        return found

    def facts(self) -> Mapping[str, object]:
        """Return the fields of an artifact that its pickles decide."""
        word, calls = self.verdict()
        return {
            "globals": self.globals(),
            "opening_runs_code": word,
            "calls": calls,
            "protocol": self.protocol,
            "damage": tuple(self.damage),
            "disagreements": tuple(self.disagreements),
        }


def _is_cut(error: Malformed, data: Buffer) -> bool:
    """Whether bytes are missing at the end: also those of a frame whose length is believable."""
    if "frame" not in error.why:
        return "ends" in error.why
    length = int.from_bytes(bytes(data[error.at + 1 : error.at + 9]), "little")
    return error.why == _CUT_FRAME and length < _FRAME


def clean(text: str) -> str:
    """Return text that any encoding of JSON can hold."""
    return text.encode("utf-8", "backslashreplace").decode()
