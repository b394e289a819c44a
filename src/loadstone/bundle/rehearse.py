"""A bundle is loaded in a clean process before it is named; what its code opens there is noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loadstone.bundle import facts as bundle_facts
from loadstone.bundle.draft import Draft
from loadstone.core.classes import dataclass
from loadstone.core.facts import KeptFile, Replay, Uncaptured
from loadstone.environment.run import ProcessFailedError, RequestFailedError, Runtime
from loadstone.inputs.capture_bind import KEEP
from loadstone.inputs.capture_files import is_kept, is_of, with_files
from loadstone.runtime.code import INDEX


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that the code of a bundle opened while it was rehearsed, or a name of none there."""

    function: str  # that opened it; "" for a name of no file there
    path: str
    given: str  # the name that `open` was given, by the code or by a library for it; "" where none

    def left(self) -> Uncaptured:
        """Return what to say of it where it is not kept."""
        what = "lists the folder" if Path(self.path).is_dir() else "reads the file"
        return Uncaptured(self.function, f'it {what} "{self.path}", which stays behind', KEEP)


Rehearsed = tuple[Replay | None, list[Opened]]


def keep_opened(draft: Draft, opened: list[Opened]) -> bool:
    """Put the files that the code opens into the draft, as far as they are data.

    Return whether there is any that is not in it already.
    """
    inputs = _texts(draft.given.inputs) if draft.given else set()
    named = {item.given for item in opened}
    named -= {item.name for item in kept_files(draft)}
    names = {name for name in named if is_kept(name) and not is_of(name, inputs)}
    if not names or INDEX not in draft.parts:
        return False
    code_files = {
        name: b"".join(held) for name, held in draft.parts.items() if name.startswith("code/")
    }
    for name, data in with_files(code_files, names).items():
        draft.parts[name] = [data]
    return True


def kept_files(draft: Draft) -> tuple[KeptFile, ...]:
    """Return the files that the code of the draft opens, and that are in it."""
    held = json.loads(b"".join(draft.parts.get(INDEX, [b"{}"]))).get("opened", ())
    sizes = {item["name"]: sum(map(len, draft.parts[item["file"]])) for item in held}
    return tuple(KeptFile(name, number) for name, number in sizes.items())


def _texts(value: Any) -> set[str]:
    """Return every text and number among the inputs, as texts."""
    if isinstance(value, Mapping):
        return {text for item in value.values() for text in _texts(item)}
    if isinstance(value, (list, tuple)):
        return {text for item in value for text in _texts(item)}
    if hasattr(value, "to_dict"):
        return _texts(value.to_dict("list"))
    if hasattr(value, "tolist") and getattr(getattr(value, "dtype", None), "kind", "f") in "iuUO":
        return _texts(value.tolist())
    return {str(value)} if isinstance(value, (str, int, float, Path)) and str(value) else set()


def rehearse(runtime: Runtime, place: Path, content: dict[str, Any]) -> Rehearsed:
    """Load the bundle in the clean process and predict its witnesses there.

    Return the outcome, and the files of this machine that its code read or looked for.
    """
    where = "a clean process"
    count = content["witnesses"]["count"]
    try:
        runtime.receive("ready")
        loaded, _ = runtime.ask("load", path=str(place.absolute()), watch=True)
        answer, _ = runtime.ask("replay")
    except RequestFailedError as error:
        return bundle_facts.failed(error.stage, error.why, witnesses=count, where=where), []
    except ProcessFailedError as error:
        return bundle_facts.failed("model", str(error), witnesses=count, where=where), []
    opened = [Opened(*item) for item in answer["opened"]]
    opened += [Opened("", name, name) for name in answer["sought"]]
    if answer["replay"] is None:
        return None, opened
    return bundle_facts.replay(answer["replay"], form=loaded["form"], where=where), opened


def rehearse_on_accelerators(
    place: Path, content: dict[str, Any], before: Rehearsed
) -> tuple[Rehearsed, str]:
    """Rehearse once more where the accelerators of this machine are seen, if it has any.

    Return what holds, and why the bundle needs one: "" where it failed there too.
    """
    from loadstone.runtime.torch_devices import reached

    if before[0] is None or not reached():
        return before, ""
    with Runtime() as runtime:
        runtime.send("ready", framework="torch")
        after = rehearse(runtime, place, content)
    if after[0] is None or after[0].whole == "differs":
        return before, ""
    errors = [item.error for item in before[0].stages if item.error]
    return after, errors[0] if errors else "it predicts otherwise"
