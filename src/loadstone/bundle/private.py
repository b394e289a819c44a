"""Private examples prove a save; what is kept in their place, and what that can still prove.

`left-out`: nothing. `hashed`: keyed digests of them and of what came of them, the key beside the
bundle. `synthetic`: inputs made from the signature, with what came of those. In no case is a value
of an example kept, nor what tells of one: no ranges, no share of unknown tokens, no sizes that
differ from text to text, no categories but those that `signature` names.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone import atomic
from loadstone.bundle import prove as proving
from loadstone.bundle import write as writing
from loadstone.bundle.card import card
from loadstone.bundle.draft import Draft, Instead
from loadstone.environment.run import RequestFailedError, Runtime
from loadstone.errors import UsageError
from loadstone.inputs import digests, examples, signature, synthetic
from loadstone.inputs.plan import Trial
from loadstone.runtime import code, counted
from loadstone.runtime import coverage as recorders

LEFT_OUT, HASHED, SYNTHETIC = "left-out", "hashed", "synthetic"
MODES: Final = (LEFT_OUT, HASHED, SYNTHETIC)
Answers = Callable[[Any], Any]
_TAKEN: Final = "`{}` exists already: it is the key of other digests"
UNTOLD: Final = "it is left out; why is not kept, since the examples are private"


def mode_of(given: object) -> str:
    """Return what is kept of private examples, "" where they are not private; `UsageError`."""
    if isinstance(given, bool):
        return LEFT_OUT if given else ""
    if given not in MODES:
        raise UsageError(f"`private` is true, or one of {', '.join(MODES)}; {given!r} was given")
    return str(given)


def is_made(given: object) -> bool:
    """Whether examples are to be made from the signature."""
    return isinstance(given, str) and given == SYNTHETIC


def told(private: str, *, made: bool) -> dict[str, str]:
    """Return what the manifest says of examples that are private, or were `made`."""
    how = SYNTHETIC if made else private
    return {"private": how} if how else {}


def refuse(
    how: str,
    given: examples.Examples | None,
    final: Path,
    changes: Mapping[str, Any],
    *,
    draws: bool = False,
) -> None:
    """Raise `UsageError` for what would keep values of the examples, or could not be proved."""
    if not how:
        return
    if given is None:
        raise UsageError("`private` says what is kept of examples: give some")
    if how == HASHED and draws:
        raise UsageError("what a model draws has no digest: with `draws`, leave them out")
    if how == HASHED and key_of(final).exists():
        raise UsageError(_TAKEN.format(key_of(final)))
    parts = [] if given.files else signature.inferred(given.inputs)
    if how == SYNTHETIC and any(part.get("optional") for part in parts):
        raise UsageError(
            "the names of the records vary, and may be values themselves: `private='hashed'`, or "
            "leave the examples out"
        )
    for part in parts:
        told = changes.get(part["name"])
        named = isinstance(told, dict) and "categories" in told
        if part.get("categories") and not named:
            raise UsageError(
                f"`{part['name']}` is a column of categories, which are kept, and the examples are "
                f"private: name those that may be kept, `signature={{{part['name']!r}: "
                "{'categories': […]}}`, or give it as texts"
            )


def instead(draft: Draft, model: Any) -> Instead:
    """Return what is kept in the place of the examples; raises `UsageError`."""
    if draft.request.private == SYNTHETIC:
        return _synthetic(draft, model)
    if draft.request.private == HASHED:
        return _hashed(draft)
    return Instead()


def _hashed(draft: Draft) -> Instead:
    given, trial, proof, request = draft.given, draft.trial, draft.proof, draft.request
    assert given is not None
    assert trial is not None
    assert proof is not None
    stages = {"model": trial.outputs}
    if request.preprocess is not None:
        stages = {"preprocess": trial.prepared, **stages}
    if request.postprocess is not None:
        stages["postprocess"] = trial.final
    return hashed(given, stages, proof.witnesses.tolerances)


def hashed(
    given: examples.Examples,
    stages: Mapping[str, Any],
    tolerances: Mapping[str, Mapping[str, float]],
) -> Instead:
    """Return digests of the examples and of what came of them, with a new key."""
    largest = {name: max([0.0, *tolerances.get(name, {}).values()]) for name in stages}
    if "postprocess" in largest:  # it is fed what comes now, and not what was recorded
        whole = tolerances.get("whole", {}).values()
        largest["postprocess"] = max([largest["postprocess"], *whole])
    key = digests.new_key()
    data = digests.recorded(given.inputs, stages, largest, key, files=given.files)
    return Instead({digests.FILE: [data]}, key=key)


def _synthetic(draft: Draft, model: Any) -> Instead:
    request, trial, given = draft.request, draft.trial, draft.given
    assert given is not None
    assert trial is not None
    working = trial.steps(request.live.call(model), request.preprocess, request.postprocess)
    parts = signature.edited(signature.of_inputs(given.inputs, ()), request.signature)
    if given.files:
        raise UsageError("no synthetic inputs are made of files: `private='hashed'`, or leave out")
    inputs = inputs_of(given.kind, parts, working.predict, words(draft))
    made = examples.Examples(inputs, synthetic.COUNT, given.kind, given=synthetic.COUNT)
    prepared = working.prepare(inputs)
    outputs = working.infer(prepared)
    tried = Trial(trial.plan, prepared, outputs, working.finish(outputs, made.count))
    try:
        proof = proving.prove(
            request.live, model, request.model, working, tried, made, request.draws
        )
    except proving.UnrecordableError as error:
        raise UsageError(f"witnesses cannot be recorded: {error}") from error
    held = proof.witnesses.files()
    if proof.witnesses.draws is None and request.seed is None:
        held |= proving.traced(request.live.framework, model, working, prepared)
    parts_of = {name: [data] for name, data in held.items()}
    return Instead(parts_of, tried, proof.witnesses)


def inputs_of(
    kind: str, parts: Sequence[Mapping[str, Any]], answers: Answers, words: Sequence[str] = ()
) -> Any:
    """Return inputs made from the parts of a signature; raises `UsageError` where none are."""
    try:
        return synthetic.made(kind, parts, answers, words)
    except synthetic.NoneMadeError as error:
        raise UsageError(f"{error}: use other examples, hashed or left out") from error


def refuse_grown(draft: Draft) -> None:
    """Raise `UsageError` for a vocabulary that has kept words it was asked for and did not know."""
    step = _preprocess(draft)
    if step is None:
        return
    for name, held, _ in recorders.vocabularies(step):
        made = getattr(held, "default_factory", None)
        if made is None:
            continue
        usual = made()
        kept = [key for key, value in held.items() if value == usual]
        kept = [key for key in kept if not recorders.SPECIAL.match(key)]
        if kept:
            raise UsageError(
                f"`{name}` is a defaultdict, which keeps each word that it is asked for: "
                f"{len(kept):,} of its entries may be of texts that are private. Give the "
                f"preprocessing a dict, as `{name}.get(word, {usual!r})` asks it"
            )


def words(draft: Draft) -> list[str]:
    """Return the texts that the vocabularies of the captured preprocessing hold."""
    step = _preprocess(draft)
    return [] if step is None else list(counted.words(step))


def _preprocess(draft: Draft) -> Any:
    """Return the captured preprocessing as it loads; None where there is none, or it does not."""
    if "preprocess" not in (draft.code or {}).get("names", ()):
        return None
    try:
        return code.load(lambda name: b"".join(draft.parts[name]))["preprocess"]
    except Exception:  # noqa: BLE001 - the rehearsal tells what does not load
        return None


def kept(content: dict[str, Any], made: Instead, ranges: Any = ()) -> dict[str, Any]:
    """Return a manifest without what tells of the examples; `ranges` are the model's own."""
    before = content["witnesses"]
    told: dict[str, Any] = {"count": 0, "file": None, "measured": {}}
    if made.witnesses is not None:
        told = {
            "count": made.witnesses.count,
            "file": "witnesses/witnesses.json",
            "measured": made.witnesses.measured,
            **proving.drawn(made.witnesses),
        }
    elif made.key is not None:
        told["digests"] = digests.FILE
    told |= {name: before[name] for name in ("seed", "private") if name in before}
    told["left_out"] = before["count"]
    signed = {name: part for name, part in content["signature"].items() if name != "prepared"}
    signed |= made.trial.described() if made.trial is not None else {"outputs": _outputs(content)}
    signed["inputs"] = _inputs(signed["inputs"])
    return {
        **content,
        "witnesses": told,
        "signature": signed,
        "ranges": list(ranges),
        "coverage": dict.fromkeys(content["coverage"]),
        "dropped": [{**item, "why": UNTOLD} for item in content["dropped"]],
        "forms": [_form(form) for form in content["forms"]],
    }


def _form(form: dict[str, Any]) -> dict[str, Any]:
    """Return a form without the columns in which the examples lacked values: it takes none then."""
    labels = form.get("labels")
    if not labels or "missing" not in labels:
        return form
    return {**form, "labels": {**labels, "missing": []}}


def _outputs(content: dict[str, Any]) -> Any:
    """Return the parts of the outputs, without sizes that may be those of a text."""
    parts = content["signature"]["outputs"]
    if not content["steps"] or parts is None:
        return parts
    return [
        {**part, "shape": [None for _ in part["shape"]]} if part.get("shape") else part
        for part in parts
    ]


def _inputs(parts: Any) -> Any:
    """Return the parts of the inputs; none of records whose names may be values themselves."""
    if any(part.get("optional") for part in parts or ()):
        return None
    return parts


def publish(
    final: Path,
    content: dict[str, Any],
    parts: Mapping[str, list[Any]],
    made: Instead,
    ranges: Any = (),
    *,
    folder: bool,
    rehearse: bool = False,
) -> None:
    """Write what was rehearsed without the examples, and with what is kept in their place."""
    held = {name: part for name, part in parts.items() if not name.startswith("witnesses/")}
    held |= made.parts
    told = kept(content, made, ranges)
    held["README.md"] = [card(told).encode()]
    told["files"] = writing.listing(held)
    with atomic.temporary(final, folder=folder) as place:
        writing.write(place, json.dumps(told, indent=1).encode(), held)
        if rehearse:
            _rehearse(place, told)
        with _key_beside(final, made.key):
            writing.name(place, final)


def _rehearse(place: Path, content: dict[str, Any]) -> None:
    """Load what is kept in a clean process, and predict its witnesses there; `UsageError`."""
    if not content["witnesses"]["count"]:
        return
    with Runtime() as runtime:
        try:
            runtime.ask("load", path=str(place.absolute()))
            answer, _ = runtime.ask("replay")
        except RequestFailedError as error:
            raise UsageError(f"the synthetic inputs cannot be predicted again: {error}") from error
    if answer["replay"] is None or answer["replay"]["whole"] in ("differs", "unproven"):
        raise UsageError(
            "the synthetic inputs are not predicted the same in a clean process: "
            "`private='hashed'`, or leave the examples out"
        )


def key_of(path: Path | str) -> Path:
    """Return where the key of a bundle's digests is written, and looked for."""
    name = os.fspath(path).rstrip("/" + os.sep)
    return Path(f"{name}.key")


@contextlib.contextmanager
def _key_beside(final: Path, key: bytes | None) -> Iterator[None]:
    """Write the key beside the bundle, for its owner alone; it goes where the save fails."""
    if key is None:
        yield
        return
    place = key_of(final)
    try:
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(_TAKEN.format(place)) from error
    try:
        with os.fdopen(number, "w", encoding="ascii") as file:
            file.write(digests.key_text(key))
        yield
    except BaseException:
        place.unlink(missing_ok=True)
        raise
