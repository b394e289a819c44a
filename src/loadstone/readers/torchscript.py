"""TorchScript: a zip with `data.pkl`, `constants.pkl` and the code as text.

https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md. Its own loader
runs TorchScript and no Python, so opening it is "library"; where the text names operators that
read or write files, it is "yes".
"""

from __future__ import annotations

import re
from typing import Any

from loadstone.core.facts import Artifact, RunsCode, StateDict, TensorFact
from loadstone.readers import _values as values
from loadstone.readers import torch_zip
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._records import Records
from loadstone.readers._tensors import Tensors

_CLASS = re.compile(
    r"^class (\w+)\(Module\):\s*__parameters__ = \[([^\]\n]*)\]\s*__buffers__ = \[([^\]\n]*)\]",
    re.MULTILINE,
)
_NAMES = re.compile(r'"([^"\\]*)"')
_OPS = re.compile(r"\bops\.(\w+)\.(\w+)")
_CUDA = re.compile(r'"(cuda(?::\d+)?)"')
_FILES = re.compile(r"\b(?:torch|ops\s*\.\s*(?:aten|prim))\s*\.\s*(save|from_file)\s*\(")
_HIDDEN = re.compile(r"\\\n|\bgetattr\(\s*(?:torch|ops)\b")  # which could hide one of those
_CODE = 16 << 20  # bytes of code that are looked at
_LIMIT = 100_000
_QUIET = {"prim", "aten"}


def sniff(records: Records) -> str | None:
    """Return the root where `constants.pkl` lies beside `code/`."""
    root = torch_zip.root_of(records, "constants.pkl")
    if root is None or not any(name.startswith(f"{root}code/") for name in records.names):
        return None
    return root


def read(opened: Opened, records: Records, root: str) -> Artifact:
    """Return parameters and buffers, and what the code asks for."""
    pickles = Pickles(records.damage, records.disagreements, limits=opened.limits)
    streams = []
    for name, folder in (("data.pkl", "data"), ("constants.pkl", "constants")):
        if root + name in records:
            stream = pickles.read(records.read(root + name), what=root + name)
            streams.append((stream, folder))
    detail = torch_zip.small(records, root)
    torch_zip.version(detail, records.damage)
    found = StateDict("", {})
    devices: dict[str, None] = {}
    order = str(detail.get("byteorder", "little"))
    code = _Code(records, root)
    if streams and streams[0][0] is not None:
        resolve = torch_zip.resolver(records, lambda key: f"{root}data/{key}")
        tensors = Tensors(resolve, order)
        found = _state_dict(streams[0][0].value, tensors, code.owned)
        devices = tensors.devices
    facts = dict(pickles.facts())
    facts["opening_runs_code"] = _runs(pickles, code)
    facts["calls"] = tuple(f"torch.{name}" for name in code.files)
    return opened.artifact(
        "torchscript",
        "program",
        framework="torch",
        producer={"torch": None},
        state_dicts=(found,),
        is_folder=records.is_folder,
        devices=tuple(devices),
        detail=detail | code.detail(),
        **facts,
    )


def _runs(pickles: Pickles, code: _Code) -> RunsCode:
    if code.files:
        return "yes"
    whole = code.complete and not pickles.disagreements and not pickles.incomplete
    return "library" if whole else "unknown"


class _Code:
    """What the text under `code/` says: the members of each class, operators, devices."""

    def __init__(self, records: Records, root: str) -> None:
        self.owned: dict[str, tuple[set[str], set[str]]] = {}
        self.ops: dict[str, None] = {}
        self.cuda: dict[str, None] = {}
        self.files: dict[str, None] = {}
        self.complete = True
        left = _CODE
        start = f"{root}code/"
        for name in records.names:
            if not name.startswith(start) or not name.endswith(".py"):
                continue
            left -= records.size(name)
            if left < 0:
                self.complete = False
                break
            module = name[len(start) : -3].replace("/", ".")
            self._add(module, records.read(name).decode("utf-8", "replace"))

    def _add(self, module: str, text: str) -> None:
        for name, parameters, buffers in _CLASS.findall(text):
            owned = set(_NAMES.findall(parameters)), set(_NAMES.findall(buffers))
            self.owned[f"{module}.{name}"] = owned
        for space, name in _OPS.findall(text):
            if space not in _QUIET:
                self.ops.setdefault(f"{space}.{name}")
        self.cuda |= dict.fromkeys(_CUDA.findall(text))
        self.files |= dict.fromkeys(_FILES.findall(text))
        if _HIDDEN.search(text):
            self.complete = False

    def detail(self) -> dict[str, str | int | float | bool | None]:
        """Return the words for the artifact's detail."""
        found: dict[str, str | int | float | bool | None] = {}
        if self.ops:
            found["ops"] = ", ".join(list(self.ops)[:40])
        if self.cuda:
            found["cuda_literals"] = ", ".join(self.cuda)
        return found


def _state_dict(
    root: Any, tensors: Tensors, owned: dict[str, tuple[set[str], set[str]]]
) -> StateDict:
    """Return what `state_dict()` gives: parameters, then buffers, then the children's."""
    found: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    waiting: list[tuple[str, Any, frozenset[int]]] = [("", root, frozenset())]
    count = 0
    while waiting and count < _LIMIT:
        count += 1
        key, node, above = waiting.pop()
        named = values.class_of(node)
        if named is None or id(node) in above or len(above) > 200:
            continue
        parameters, buffers = owned.get(".".join(named), (set(), set()))
        held = values.attributes(node)
        for names, kind in ((parameters, "parameter"), (buffers, "buffer")):
            for name, value in held.items():
                if name not in names:
                    continue
                fact = tensors.fact(value)
                if isinstance(fact, TensorFact):
                    found[key + name] = TensorFact(
                        fact.dtype, fact.shape, fact.device, fact.extent, kind
                    )
                elif value is not None:
                    others[key + name] = values.describe(value)
        inside = above | {id(node)}
        children = [
            (f"{key}{name}.", value, inside)
            for name, value in held.items()
            if (values.class_of(value) or ("",))[0].startswith("__torch__")
        ]
        waiting.extend(reversed(children))
    return StateDict("", found, others)
