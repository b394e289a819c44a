"""What a file is, for the terminal and as JSON: no framework asked, nothing run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from loadstone.core.facts import Artifact, Damage, ModuleFact, PortFact, StateDict
from loadstone.core.words import count, size
from loadstone.readers import SUFFIXES
from loadstone.render import tree
from loadstone.render.view import View, cells, hang, pad
from loadstone.statedict.architecture import Architecture, identify

SHOWN = 12  # lines of a long list, without `-v`
TREE = 40  # lines of the tree of tensors, without `-v`
LABEL = 16
_NAMES = 3  # of a list in a sentence
_BUILT = ("torch", "spacy")  # whose modules tell how they were made, or what they predict
_ATTRIBUTES = 8  # of a module
MODELS = 4  # state dicts of one file whose architecture is told
_CONTENT = {
    "state-dict": "a state dict: names and tensors, no code",
    "checkpoint": "a checkpoint: a dictionary that holds one or more state dicts",
    "module": "a whole pickled model: its classes are looked up when it is opened",
    "tensor": "tensors without a state dict around them",
    "program": "a program: a graph that needs no class",
    "model": "a model: its structure and its weights",
    "architecture": "the structure of a model, without its weights",
    "object": "a pickled object",
    "bundle": "a Loadstone bundle",
    "container": "an archive or folder that holds other files",
    "none": "no model",
}
_DETAILED = ("model", "program", "architecture", "bundle")  # whose details say what they are
_RUNS = {
    "no": "runs no code",
    "library": "calls constructors of known libraries only",
    "yes": "runs code that the file names",
    "unknown": "unknown: not read to its end, or readers disagree",
}
_LEFT = ("unfollowed", "native")  # kinds of what a look leaves to others
_NATIVE = "unknown: compiled code of a library parses what it holds"
_WORKS = "takes far more time or memory than its size says"
_RUNS_ROLE = {"no": "good", "library": "good", "yes": "bad", "unknown": "unsure"}


def render(artifacts: Sequence[Artifact], view: View) -> str:
    """Return one block an artifact, a blank line between them."""
    return "\n".join("\n".join(_artifact(item, view)) + "\n" for item in artifacts)


def render_list(artifacts: Sequence[Artifact], view: View) -> str:
    """Return a line an artifact that is a model or was meant as one, and how many files are none.

    For the files of a folder.
    """
    weights = _weights(artifacts)
    models = [
        item
        for item in artifacts
        if item.content != "none"
        or (_is_meant(item) and os.path.normpath(item.path) not in weights)
    ]
    rows = [
        (
            item.path,
            item.format.replace("-", " "),
            item.content.replace("-", " ") if item.content != "none" else "no model",
            count(item.tensors, "tensor") if item.state_dicts else "",
            size(item.size),
            "damaged" if item.damage else "",
            _risk(item),
        )
        for item in models
    ]
    lines = [line[4:] for line in _columns(rows, view, len(rows))] if rows else []
    total = f"{count(len(models), 'model')}, {count(len(artifacts) - len(models), 'other file')}"
    return "".join(f"{line}\n" for line in [*lines, *[""] * bool(lines), total])


def _weights(artifacts: Sequence[Artifact]) -> set[str]:
    """Return the files that others among them name as those of their weights."""
    return {
        os.path.normpath(os.path.join(os.path.dirname(item.path), fact.extent.file))  # noqa: PTH118, PTH120 - as it was given
        for item in artifacts
        for state in item.state_dicts
        for fact in state.tensors.values()
        if fact.extent and fact.extent.file and not item.is_folder
    }


def _is_meant(artifact: Artifact) -> bool:
    """Whether something else stands in a model's place."""
    return artifact.format == "git-lfs-pointer" or artifact.name.lower().endswith(SUFFIXES)


def render_json(artifacts: Sequence[Artifact], *, many: bool = False) -> str:
    """Return the `artifact` object with its contents; a list where there are several."""
    from loadstone.render.json import dumps

    values = [document(item) for item in artifacts]
    return dumps(values[0] if len(values) == 1 and not many else values)


def document(artifact: Artifact) -> dict[str, Any]:
    """Return the `artifact` object of `loadstone.check/1` with everything that was read."""
    from loadstone.core.jsonable import to_json
    from loadstone.core.report import artifact_json

    return {
        **artifact_json(artifact),
        "is_folder": artifact.is_folder,
        "protocol": artifact.protocol,
        "state_dicts": [_state_json(state) for state in artifact.state_dicts],
        "entries": dict(artifact.entries),
        "modules": to_json(artifact.modules),
        "signatures": to_json(artifact.signatures),
        "ops": dict(artifact.ops),
        "parts": to_json(artifact.parts),
        "requires": dict(artifact.requires),
        "globals": [
            {"name": str(item), "uses": list(item.uses), "at": item.at} for item in artifact.globals
        ],
        "devices": list(artifact.devices),
        "damage": to_json(artifact.damage),
        "disagreements": to_json(artifact.disagreements),
        "detail": dict(artifact.detail),
    }


def _state_json(state: StateDict) -> dict[str, Any]:
    from loadstone.core.jsonable import to_json

    return {
        "path": state.path,
        "role": state.role,
        "tensors": {
            key: {
                "dtype": fact.dtype,
                "shape": list(fact.shape),
                "device": fact.device,
                "kind": fact.kind,
            }
            for key, fact in state.tensors.items()
        },
        "others": dict(state.others),
        "architecture": to_json(identify(state.tensors)) if state.role != "optimizer" else None,
    }


def _artifact(artifact: Artifact, view: View) -> Iterator[str]:
    yield view.paint("strong", view.text(artifact.path))
    for label, value, role in _lines(artifact):
        if value:
            start = f"  {pad(label, LABEL)}"
            head, *rest = hang(start, view.text(value), view.width)
            yield start + (view.paint(role, head[len(start) :]) if role else head[len(start) :])
            yield from rest
    for title, items in _lists(artifact, view):
        if items:
            yield ""
            yield f"  {view.paint('strong', view.text(title))}"
            yield from _columns(items, view, TREE if title.startswith("tensors") else SHOWN)


def _lines(artifact: Artifact) -> Iterator[tuple[str, str, str]]:
    kind = "folder" if artifact.is_folder else "file"
    yield "format", f"{artifact.format.replace('-', ' ')}, {size(artifact.size)} {kind}", ""
    yield "content", _CONTENT[artifact.content], ""
    yield "framework", artifact.framework or "", ""
    written = [f"{name} {version}" for name, version in artifact.producer.items() if version]
    yield "written by", ", ".join(written), ""
    if artifact.state_dicts:
        yield "tensors", _held(artifact), ""
        for known in _architectures(artifact):
            for sentence in _architecture(known):
                yield "architecture", sentence, ""
    yield "devices", ", ".join(artifact.devices), ""
    if artifact.content != "none":
        runs = artifact.opening_runs_code
        told = _WORKS if artifact.opening_is_work else _RUNS[runs]
        if runs == "unknown" and not artifact.damage:
            told = next((_NATIVE for item in artifact.disagreements if item.kind == "native"), told)
        yield "opening it", told, _RUNS_ROLE[runs]
    for damage in artifact.damage:
        yield "damage", _damage(damage), "bad"
    for damage in artifact.disagreements:
        if damage.kind in _LEFT:
            yield "not followed", damage.why, "unsure"
        else:
            yield "readers differ", _damage(damage), "unsure"


def _risk(artifact: Artifact) -> str:
    if artifact.opening_is_work:
        return "takes too long"
    return {"yes": "runs code", "unknown": "may run code"}.get(artifact.opening_runs_code, "")


def _architectures(artifact: Artifact) -> list[Architecture]:
    """Return what the models' state dicts are of, each once."""
    if artifact.framework != "torch" and artifact.format != "safetensors":
        return []
    states = [state for state in artifact.state_dicts if state.role in ("model", "ema")]
    found = [identify(state.tensors) for state in states[:MODELS]]
    return list(dict.fromkeys(known for known in found if known))


def _architecture(known: Architecture) -> list[str]:
    """Return what a state dict is of, what differs, and what else has the same names and shapes."""
    of = f", keys prefixed `{known.prefix}`" if known.prefix else ""
    words = [f"{known.call}{of}"]
    if not known.exact:
        words = [f"the names of {known.call}{of}, not all of its shapes"]
    elif known.library == "transformers":
        left = "".join(f"`{name}`, " for name in known.open)
        rest = "nor what is left at its default" if left else "what is left at its default"
        words.append(f"shapes do not tell {left}{rest}")
    for said, names in (
        ("apart from", known.missing),
        ("and", known.besides),
        ("beside it", known.outside),
    ):
        if names:
            more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
            words.append(f"{said} {', '.join(f'`{name}`' for name in names[:_NAMES])}{more}")
    lines = [", ".join(words)]
    if known.others:
        more = f", and {len(known.others) - _NAMES:,} more" if len(known.others) > _NAMES else ""
        lines.append(f"or, by the same names and shapes, {', '.join(known.others[:_NAMES])}{more}")
    return lines


def _held(artifact: Artifact) -> str:
    """Return how many tensors a file holds, with those of which the names and shapes are known."""
    untyped = artifact.detail.get("untyped_arrays")
    if not isinstance(untyped, int):
        return _totals(artifact.state_dicts)
    known = [_totals(artifact.state_dicts)] if artifact.tensors else []
    return "; ".join([*known, f"{count(untyped, 'array')}, whose dtypes lie in its database"])


def _totals(states: Iterable[StateDict]) -> str:
    facts = [fact for state in states for fact in state.tensors.values()]
    by_dtype: dict[str, int] = {}
    for fact in facts:
        by_dtype[fact.dtype] = by_dtype.get(fact.dtype, 0) + 1
    kinds = ", ".join(f"{number:,} {dtype}" for dtype, number in by_dtype.items())
    elements = sum(fact.count for fact in facts)
    total = size(sum(fact.nbytes for fact in facts))
    head = count(len(facts), "tensor")
    return f"{head}, {count(elements, 'element')}, {total}" + (f" ({kinds})" if kinds else "")


def _damage(damage: Damage) -> str:
    at = "" if damage.at is None else f" @ byte {damage.at:,}"
    return f"{damage.kind}: {damage.why}{at}"


def _lists(artifact: Artifact, view: View) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    yield "entries", list(artifact.entries.items())
    yield from _signatures(artifact)
    states = artifact.state_dicts
    if len(states) > 1:
        yield (
            "state dicts",
            [(s.path or "(root)", count(len(s.tensors), "tensor"), s.role) for s in states],
        )
    for state in states:
        where = f"`{state.path}`" if state.path else "the root"
        if state is not states[0] and state.tensors == states[0].tensors and not view.verbose:
            first = f"`{states[0].path}`" if states[0].path else "the root"
            yield f"tensors of {where}", [(f"the names, dtypes and shapes of {first}",)]
        else:
            rows = _tensor_rows(state) if view.verbose else _tree_rows(state)
            yield f"tensors of {where}", rows
        yield f"other values of {where}", list(state.others.items())
    yield (
        "modules",
        [
            (module.path or "(root)", f"{module.module}.{module.name}".lstrip("."), *told)
            for module in artifact.modules
            for told in [(_built(module, view),) if artifact.framework in _BUILT else ()]
        ],
    )
    yield (
        "names that opening it looks up",
        [(str(item), ", ".join(item.uses)) for item in artifact.globals],
    )
    yield "calls that opening it makes", [(call,) for call in artifact.calls]
    yield "operators", [(name, f"×{number:,}") for name, number in artifact.ops.items()]
    yield (
        "files",
        [(part.path, part.format, part.role, size(part.size)) for part in artifact.parts],
    )
    yield "asks for", list(artifact.requires.items())
    if view.verbose or artifact.content in _DETAILED:
        known = {key: value for key, value in artifact.detail.items() if value is not None}
        yield "details", [(key, str(value)) for key, value in known.items()]


def _built(module: ModuleFact, view: View) -> str:
    """Return the plain attributes of a module, most of which its constructor was given."""
    told = [
        f"{name}={value}"
        for name, value in module.attributes.items()
        if name != "training" and value is not None
    ]
    kept = told if view.verbose else told[:_ATTRIBUTES]
    more = ["…"] if len(kept) < len(told) else []
    return ", ".join([*kept, *more])


def _signatures(artifact: Artifact) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    for signature in artifact.signatures:
        of = f" of `{signature.name}`" if signature.name else ""
        for side, ports in (("inputs", signature.inputs), ("outputs", signature.outputs)):
            yield f"{side}{of}", [_port(port) for port in ports]
    bare = [item.name for item in artifact.signatures if not item.inputs and not item.outputs]
    yield "methods", [(name,) for name in bare if name]


def _port(port: PortFact) -> tuple[str, ...]:
    sizes = None if port.shape is None else ["?" if n is None else str(n) for n in port.shape]
    shape = "" if sizes is None else "×".join(sizes) or "scalar"
    return port.name or "(unnamed)", port.dtype or "", shape


def _tensor_rows(state: StateDict) -> list[tuple[str, ...]]:
    return [
        (
            key,
            fact.dtype,
            "×".join(map(str, fact.shape)) or "scalar",
            "" if fact.device in (None, "cpu") else f"on {fact.device}",
        )
        for key, fact in state.tensors.items()
    ]


def _tree_rows(state: StateDict) -> list[tuple[str, ...]]:
    return [
        (
            "  " * line.depth + line.name + (f"  ×{line.times}" if line.times > 1 else ""),
            line.fact.dtype if line.fact else "",
            ("×".join(map(str, line.fact.shape)) or "scalar") if line.fact else "",
            "" if line.fact and line.times == 1 else count(line.tensors, "tensor"),
            size(line.nbytes),
            "" if line.fact is None or line.fact.device in (None, "cpu") else line.fact.device,
        )
        for line in tree.lines(state.tensors, TREE)
    ]


def _columns(rows: Sequence[tuple[str, ...]], view: View, most: int) -> Iterator[str]:
    shown = rows if view.verbose or len(rows) <= most + 1 else rows[:most]
    texts = [[view.text(value) for value in row] for row in shown]
    widths = [max(cells(row[column]) for row in texts) for column in range(len(texts[0]))]
    for row in texts:
        line = "  ".join(pad(value, width) for value, width in zip(row, widths, strict=True))
        yield f"    {line}".rstrip()
    if len(shown) < len(rows):
        yield view.text(f"    … and {len(rows) - len(shown):,} more (`-v` shows all)")
