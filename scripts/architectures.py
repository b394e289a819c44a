"""Write `src/loadstone/data/architectures.txt`: the names and shapes of public classes.

`python scripts/architectures.py` needs torch, torchvision, timm and transformers, and downloads
nothing: every class is made on the meta device, without weights. What a class cannot be made of
its defaults alone is left out, and printed.

torchvision and timm: each model as its name makes it, and again with another number of classes and
of input channels, so that the axes which follow those are known. transformers: each class of the
`Auto` mappings with its configuration's defaults, and with other numbers in it, so that it is
known what each axis and each list of modules follows.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import timm
import torch
import torchvision
import transformers
from scripts._configurations import Configuration
from transformers.models.auto import modeling_auto

from loadstone.statedict.trees import RECOMPUTED, grown, structure_of

TABLE = Path(__file__).parents[1] / "src" / "loadstone" / "data" / "architectures.txt"
Shapes = dict[str, tuple[int, ...]]
# models of several configurations whose sizes are followed too: others take too long to make
OF_SEVERAL = ("blip", "chinese_clip", "clap", "clip", "clipseg", "owlv2", "owlvit", "siglip")
NAMES = ("MODEL_MAPPING_NAMES", "MODEL_FOR_")  # the dictionaries of `modeling_auto`


def shapes_of(make: Callable[[], torch.nn.Module]) -> Shapes | None:
    """Return the shapes of the state dict; None where the class cannot be made so."""
    quiet = io.StringIO()
    found: Shapes = {}
    for place in (torch.device("meta"), _registered_on_meta()):
        with (
            contextlib.suppress(Exception),  # whatever a class raises, it is not made so
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            place,
        ):
            found = {key: tuple(value.shape) for key, value in make().state_dict().items()}
        if found:
            return found
    return None


@contextlib.contextmanager
def _registered_on_meta() -> Iterator[None]:
    """Move each parameter as it is registered: for classes that compute with tensors."""
    register = torch.nn.Module.register_parameter

    def moved(self: torch.nn.Module, name: str, value: torch.nn.Parameter | None) -> None:
        register(
            self,
            name,
            None if value is None else torch.nn.Parameter(value.to("meta"), value.requires_grad),
        )

    torch.nn.Module.register_parameter = moved
    try:
        yield
    finally:
        torch.nn.Module.register_parameter = register


def without_values() -> None:
    """Let layers be made without values to start from, which cost most of the time."""
    for kind in vars(torch.nn).values():
        if isinstance(kind, type) and "reset_parameters" in vars(kind):
            kind.reset_parameters = lambda _: None


def entry(
    library: str, name: str, shapes: Shapes, sizes: list[Any], *, exact: bool
) -> dict[str, Any]:
    """Return the class as the table has it."""
    root = grown(shapes)
    item: dict[str, Any] = {
        "library": library,
        "names": [name],
        "children": [
            (child, below.structure, below.names) for child, below in root.children.items()
        ],
    }
    if exact:
        item["shapes"] = [(child, below.shapes) for child, below in root.children.items()]
    if sizes:
        item["arguments"] = sizes
    return item


def axes(before: Shapes, after: Shapes | None, old: int, new: int, argument: str) -> list[Any]:
    """Return where `argument` stands: each axis that went from `old` to `new`."""
    if after is None or before.keys() != after.keys():
        return []
    return [
        (argument, key, axis, old)
        for key, shape in before.items()
        if len(shape) == len(after[key])
        for axis, (was, now) in enumerate(zip(shape, after[key], strict=True))
        if was == old and now == new
    ]


def images() -> Iterator[dict[str, Any]]:
    """Yield the models of torchvision and of timm."""
    for name in torchvision.models.list_models():
        if name.startswith("quantized_"):
            continue
        builder = torchvision.models.get_model_builder(name)
        place = builder.__module__.removeprefix("torchvision.models.").split(".")
        spelled = (
            f"{place[0]}.{name}"
            if place[0] in {"detection", "segmentation", "optical_flow", "video"}
            else name
        )
        more = {"weights_backbone": None} if place[0] in {"detection", "segmentation"} else {}

        def make(builder: Any = builder, more: Any = more, **given: Any) -> torch.nn.Module:
            return builder(weights=None, **more, **given)

        yield from image("torchvision", spelled, make, {"num_classes": 17})
    print("torchvision", file=sys.stderr, flush=True)
    for name in timm.list_models():

        def create(name: str = name, **given: Any) -> torch.nn.Module:
            return timm.create_model(name, **given)

        yield from image("timm", name, create, {"num_classes": 17, "in_chans": 5})


def image(
    library: str, name: str, make: Callable[..., torch.nn.Module], given: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """Yield the model, with the axes that follow `given`; nothing where it cannot be made."""
    shapes = shapes_of(make)
    if shapes is None:
        print(f"left out: {library} {name}", flush=True)
        return
    sizes: list[Any] = []
    for argument, value in given.items():
        other = shapes_of(lambda argument=argument, value=value: make(**{argument: value}))
        if other is None or other.keys() != shapes.keys():
            continue
        changed = {
            shape[axis]
            for key, shape in shapes.items()
            for axis in range(len(shape))
            if shape[axis] != other[key][axis] == value
        }
        if len(changed) == 1:
            sizes += axes(shapes, other, changed.pop(), value, argument)
    yield entry(library, name, shapes, sizes, exact=True)


def texts() -> Iterator[dict[str, Any]]:
    """Yield the classes of the `Auto` mappings of transformers."""
    by_type: dict[str, list[str]] = {}
    for mapping in (
        value
        for name, value in vars(modeling_auto).items()
        if name.startswith(NAMES) and name.endswith("_NAMES")
    ):
        for kind, names in mapping.items():
            for name in names if isinstance(names, (tuple, list)) else [names]:
                if name not in by_type.setdefault(kind, []):
                    by_type[kind].append(name)
    for kind, names in sorted(by_type.items()):
        try:
            config = type(transformers.AutoConfig.for_model(kind))
            configuration = Configuration(config, shapes_of)
        except Exception as error:  # noqa: BLE001 - whatever a configuration raises, it is printed
            print(f"left out: transformers {kind}: {error}", flush=True)
            continue
        yield from _texts(configuration, names)
        print(kind, file=sys.stderr, flush=True)


def _texts(configuration: Configuration, names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the classes of one configuration, then what its sizes follow."""
    learned: bool | None = None
    for name in names:
        kind = getattr(transformers, name, None)
        shapes = kind and shapes_of(lambda kind=kind: kind(configuration.config()))
        if not shapes:
            print(f"left out: transformers {name}", flush=True)
            continue
        if learned is None:
            learned = (
                configuration.config.model_type in OF_SEVERAL or not configuration.of_several
            ) and configuration.learn(kind)
        item = entry("transformers", name, shapes, [], exact=False)
        item["config"] = configuration.config.__name__
        item["plain"] = grown(shapes).shapes
        tied = [key for key in _tied(kind) if key in shapes]
        if tied:
            item["tied"] = tied
        tree = configuration.tree(kind) if learned else None
        if tree is None:
            print(f"no sizes: transformers {name}", flush=True)
        else:
            item["tree"] = tree
            item["sizes"] = configuration
        yield item


def _tied(kind: Any) -> list[str]:
    told = getattr(kind, "_tied_weights_keys", None)
    return list(told) if isinstance(told, (dict, list, tuple)) else []


def merged(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the classes, those of one library with the same names, shapes and sizes as one."""
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        told = {key: value for key, value in item.items() if key != "names"}
        same = json.dumps(told, default=lambda sizes: sizes.line())
        first = found.setdefault(same, item)
        if first is not item:
            first["names"] = sorted(
                {*first["names"], *item["names"]}, key=lambda name: (len(name), name)
            )
    return list(found.values())


def main() -> None:
    """Ask the libraries, and write the table."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    without_values()
    write(merged([*images(), *texts()]))


def write(items: list[dict[str, Any]]) -> None:
    """Write the table, as `loadstone.statedict.known` reads it."""
    held: dict[str, list[str]] = {}
    for number, item in enumerate(items):
        whole = sum(names for _, _, names in item["children"])
        for name, digest, names in item["children"]:
            held.setdefault(f"{digest} {name} {names}", []).append(f"{number}:{whole}")
        for others in (list(_untied(item)), list(_single(item))):
            less = whole
            for _, _, names, fewer in others:
                less -= names - fewer
            for name, digest, _, fewer in others:
                held.setdefault(f"{digest} {name} {fewer}", []).append(f"{number}:{less}")
        if single := list(_single(item)):
            item["single"] = [[name, digest] for name, digest, _, _ in single]
    children = "\n".join(
        f"{child} {','.join(held[child])}" for child in sorted(held, key=str.encode)
    )
    classes = "\n".join(map(_json, _shared(items)))
    libraries = {name: version(name) for name in ("torch", "torchvision", "timm", "transformers")}
    head = {
        "written_by": "scripts/architectures.py",
        "versions": libraries,
        "classes_at": len(children.encode()) + 1,
    }
    TABLE.write_text(f"{json.dumps(head)}\n{children}\n{classes}\n", "utf-8")


def _untied(item: dict[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    """Yield the children that lack something where tied tensors do: both numbers of its names."""
    for name, digest, names in item["children"]:
        tree = item.get("tree", {}).get(name)
        tied = [key.split(".")[1:] for key in item.get("tied", ()) if key.startswith(f"{name}.")]
        if tree and tied and _structure(tree) == (digest, names):
            less = copy.deepcopy(tree)
            for path in tied:
                at = less
                for part in path[:-1]:
                    at = at.get(part, {})
                at.pop(path[-1], None)
            if (found := _structure(less))[1] < names and found[1]:
                yield name, found[0], names, found[1]


def _single(item: dict[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    """Yield the children that have fewer names where lists have one module, as the first may be."""
    rules = item["sizes"].kept if "sizes" in item else []
    for name, digest, names in item["children"]:
        tree = item.get("tree", {}).get(name)
        if tree and _structure(tree) == (digest, names):
            found = _structure(_of_one(tree, rules))
            if found[1] < names and found[1]:
                yield name, found[0], names, found[1]


def _of_one(tree: Any, rules: list[Any]) -> Any:
    """Return the tree with the first module alone of each list whose length is not given."""
    if isinstance(tree, list):
        return tree
    longer = {"0", "*"} <= tree.keys() and tree["#"] >= 0 and rules[tree["#"]].paths()
    kept = {"0": tree["0"]} if longer else tree
    return {name: below if name == "#" else _of_one(below, rules) for name, below in kept.items()}


def _structure(tree: Any) -> tuple[str, int]:
    """Return the digest of a tree's structure, as `grown` makes it of shapes, and its names."""
    if isinstance(tree, list):
        return structure_of([], len(tree)), 1
    seen: dict[tuple[str, str], int] = {}
    for name, below in tree.items():
        if name != "#" and name not in RECOMPUTED:
            digest, names = _structure(below)
            if names:
                seen.setdefault(("*" if name.isdecimal() else name, digest), names)
    return structure_of(seen, None), sum(seen.values())


def _shared(items: list[dict[str, Any]]) -> list[Any]:
    """Return the lines of the classes, and behind them what several have: trees and sizes."""
    lines: list[Any] = list(items)
    at: dict[str, int] = {}

    def line(of: Any) -> int:
        text = _json(of)
        if text not in at:
            at[text] = len(lines)
            lines.append(of)
        return at[text]

    for item in items:
        sizes = item.get("sizes")
        if isinstance(sizes, Configuration):
            item["sizes"] = line(sizes.line())
            item["tree"] = {
                name: line(below) if isinstance(below, dict) else below
                for name, below in item["tree"].items()
            }
    return lines


def _json(of: Any) -> str:
    return json.dumps(of, separators=(",", ":"))


if __name__ == "__main__":
    main()
