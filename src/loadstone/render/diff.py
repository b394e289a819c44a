"""The edits that a fix would make, as a diff of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from loadstone.core.edits import (
    ArchiveModel,
    Concatenate,
    CopyKeys,
    CutModel,
    DecodeText,
    Dequantise,
    DropArguments,
    DropKeys,
    DropOperator,
    DropParameters,
    Edit,
    ExtractTensors,
    FileEdit,
    FillKeys,
    FoldNorm,
    ForgetConfiguration,
    MergeAdapter,
    MergePieces,
    PackFolder,
    PartNorm,
    PlaceWeights,
    RenameGlobals,
    RenameGroups,
    RenameKeys,
    Reshape,
    ResizeRows,
    RetagDevice,
    RetagProgram,
    RewriteState,
    Salvage,
    SelectEntry,
    Split,
    Transpose,
    UndoLineEndings,
    Unwrap,
)
from loadstone.core.report import Found, Report
from loadstone.core.words import count
from loadstone.render.view import View


def render(reports: Sequence[Report], view: View) -> str:
    """Return what `--fix` would do to each artifact; nothing is written."""
    return "".join(f"{line}\n" for report in reports for line in _report(report, view))


def _report(report: Report, view: View) -> Iterator[str]:
    path = view.text(report.artifact.path)
    if not report.planned:
        yield f"{path}: nothing to fix"
        return
    yield view.paint("strong", f"--- {path}")
    keys = _keys(report)
    for item in report.planned:
        fix = item.finding.fix
        if fix is None:
            continue
        yield view.paint("frame", view.text(_hunk(item)))
        for edit in fix.edits:
            lines = list(_edit(edit, keys))
            yield from (_painted(line, view) for line in lines)
            keys = _after(edit, keys, report)


def _hunk(item: Found) -> str:
    fix = item.finding.fix
    words = f"{fix.title} [{fix.safety}]" if fix else ""
    return f"@@ {item.check.code} {item.check.name}: {words} @@"


def _painted(line: str, view: View) -> str:
    role = {"-": "saved", "+": "expected"}.get(line[0], "dim")
    return view.paint(role, view.text(line))


def _keys(report: Report) -> list[str]:
    """Return the names of the state dict that the load would use, as far as it is told."""
    states = report.artifact.state_dicts
    model = [state for state in states if state.role == "model"] or list(states)
    return list(model[0].tensors) if model else []


def _edit(edit: Edit, keys: Sequence[str]) -> Iterator[str]:
    if isinstance(edit, RenameKeys):
        changed = [(key, edit(key)) for key in keys if edit(key) != key]
        for old, new in changed:
            yield f"-{old}"
            yield f"+{new}"
        if not changed:
            yield f" {edit.op}: {_settings(edit)}"
    elif isinstance(edit, FileEdit):
        yield from _of_file(edit)
        yield f"+{edit.name}"
    elif isinstance(edit, Salvage):
        yield f" kept: {count(len(edit.whole), 'tensor')}; lost: {len(edit.lost):,}"
        yield from (f"-{key}" for key in edit.lost)
    elif isinstance(edit, DropKeys):
        yield from (f"-{key}" for key in edit.keys)
    elif isinstance(edit, FoldNorm | PartNorm):
        yield from _of_norms(edit)
    elif isinstance(edit, Transpose | Reshape | Split | Concatenate | CopyKeys | FillKeys):
        yield from _of_tensors(edit)
    elif isinstance(edit, ResizeRows):
        yield from (f" {key}: {count(rows, 'row')}" for key, rows in edit.rows.items())
    elif isinstance(edit, SelectEntry):
        where = f"what lies under `{edit.entry}`" if edit.entry else "the state dict at the root"
        yield f" only {where} is kept"
    elif isinstance(edit, ExtractTensors):
        yield f" the tensors are taken out of the {edit.source}: {count(len(keys), 'tensor')}"
    elif isinstance(edit, RetagDevice):
        yield f" every tensor is stored for `{edit.device}`"


def _of_tensors(
    edit: Transpose | Reshape | Split | Concatenate | CopyKeys | FillKeys,
) -> Iterator[str]:
    match edit:
        case Transpose():
            yield from (f" {key}: transposed" for key in edit.keys)
        case Reshape():
            for key, shape in edit.shapes.items():
                yield f" {key}: as {'×'.join(map(str, shape))}"
        case Split():
            yield f"-{edit.key}"
            yield from (f"+{name}  {count(rows, 'row')}" for name, rows in edit.into.items())
        case Concatenate():
            yield from (f"-{key}" for key in edit.keys)
            yield f"+{edit.into}"
        case CopyKeys():
            yield from (f"+{new}  as {old}" for new, old in edit.names.items())
        case FillKeys():
            words = {"zeros": "zeros", "arange": "0, 1, 2 and so on"}
            yield from (f"+{key}  {words[edit.value]}" for key in edit.shapes)


def _of_norms(edit: FoldNorm | PartNorm) -> Iterator[str]:
    folds = isinstance(edit, FoldNorm)
    for weight, parts in edit.keys.items():
        yield from (f"{'-' if folds else '+'}{part}" for part in parts)
        yield f"{'+' if folds else '-'}{weight}"


_TOLD: Mapping[type, str] = {
    Unwrap: "the model is taken out of what is around it",
    UndoLineEndings: r"every `\r\n` becomes `\n`",
    PackFolder: "the files of the folder are packed as they are",
    MergePieces: "the pieces of each tensor are put together",
    Dequantise: "whole numbers become what they stand for, in floats",
    ForgetConfiguration: "an empty configuration of a class is left out of `keras_metadata.pb`",
    RetagProgram: "devices in its code, graph and tags become the CPU",
    CutModel: "the model is cut out of the pickle, byte for byte",
    RenameGroups: "groups of weights get the names that Keras 2.14 and later look for",
    RenameGlobals: "names of numpy 2 become those of numpy 1",
    ArchiveModel: "the configuration and every variable, as Keras 3 saves them",
    DropParameters: "the lines from `parameters:` to `end of parameters` are left out",
}


def _of_file(edit: FileEdit) -> list[str]:
    match edit:
        case DecodeText():
            return [f" the text is decoded: {edit.coding}"]
        case MergeAdapter():
            return [f" `scale · B·A` of each pair is added to a weight of `{edit.base}`"]
        case DropOperator():
            return [f" `{edit.operator}` is left out of the function that writes checkpoints"]
        case DropArguments():
            return [f"-{name}" for name in edit.arguments]
        case RewriteState() | PlaceWeights():
            return [f" {what}" for what in edit.done]
    return [f" {_TOLD[type(edit)]}"]


def _settings(edit: RenameKeys) -> str:
    words: Mapping[str, object] = {
        "remove the segments": ", ".join(edit.strip_segments),
        "remove the prefix": edit.strip,
        "add the prefix": edit.add,
    }
    told = [f"{label} `{value}`" for label, value in words.items() if value]
    return "; ".join([*told, *(f"{old} to {new}" for old, new in edit.names.items())])


def _after(  # noqa: PLR0911 - one return an edit
    edit: Edit, keys: list[str], report: Report
) -> list[str]:
    if isinstance(edit, RenameKeys):
        return [edit(key) for key in keys]
    if isinstance(edit, Salvage):
        return list(edit.whole)
    if isinstance(edit, DropKeys):
        return [key for key in keys if key not in edit.keys]
    if isinstance(edit, Split):
        return [key for key in keys if key != edit.key] + list(edit.into)
    if isinstance(edit, Concatenate):
        return [key for key in keys if key not in edit.keys] + [edit.into]
    if isinstance(edit, SelectEntry):
        for state in report.artifact.state_dicts:
            if state.path == edit.entry:
                return list(state.tensors)
    return keys
