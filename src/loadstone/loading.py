"""Load a bundle or a bare file, with proof or a `LoadError`, and predict with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loadstone.bundle.accept import reasons
from loadstone.core.classes import dataclass, replace
from loadstone.core.report import Found
from loadstone.errors import LoadError, UsageError
from loadstone.inputs.coverage import OnUnknown
from loadstone.inputs.single import Shape
from loadstone.predictor import Predictor
from loadstone.runtime.steps import Steps

if TYPE_CHECKING:
    from loadstone.bare_file import FilePredictor
    from loadstone.core.facts import Artifact
    from loadstone.environment.wishes import Wishes

StrPath = str | os.PathLike[str]
Env = Literal["auto", "current", "isolated"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The choices of a `load`, as they were given and read."""

    into: Any
    steps: Mapping[str, Callable[..., Any]]
    accepted: Mapping[str, str]
    fix: str | None
    fixes: StrPath | None
    device: str | None
    entry: str | None
    examples: Any
    code: Sequence[str]
    trust: bool
    verify: bool
    env: Env
    wishes: Wishes | None
    on_unknown: OnUnknown


def load(
    path: StrPath,
    *,
    into: Any = None,
    fix: str | None = None,
    fixes: StrPath | None = None,
    preprocess: Callable[..., Any] | str | None = None,
    postprocess: Callable[..., Any] | str | None = None,
    accept: Mapping[str, str] | None = None,
    signature: Mapping[str, Any] | None = None,
    verify: bool = True,
    device: str | None = None,
    on_unknown: OnUnknown = "warn",
    trust: bool = False,
    env: Env = "auto",
    wishes: Wishes | None = None,
    code: Sequence[str] = (),
    entry: str | None = None,
    examples: Any = None,
    base: StrPath | None = None,
) -> Predictor | FilePredictor:
    """Load a bundle, or a bare file into the class `into`, and prove what can be proved.

    A file that holds all of its model (a pickle of a library's, a booster, ONNX) needs no `into`;
    a pickle that names what is not audited is loaded only with `trust`. Where no guarantee of its
    library's covers the versions at hand, the environment that it was made in is inferred from the
    file, rebuilt and used (`env="auto"`); `"current"` and `"isolated"` decide it, and `wishes` say
    which versions are meant.

    `code` names files or modules of the current folder with the layers, classes and functions of
    one's own that a Keras file or a pickle names: modules, scripts, notebooks. Of those for a
    pickle only the definitions run that it names, with what they need. Of a Keras file `into` does
    too, where it is one of their classes. They run where the model does.

    `fix` applies the fixes that are `"safe"` (or also `"unsafe"` ones) in memory, or to a copy that
    goes with the model where the file has to be written anew; `fixes` applies those of a recipe
    that `check --fix` wrote. `entry` says which state dict of a checkpoint is meant; `examples`,
    with the outputs expected of them, in which of several ways the file is fixed; `base` is the
    model that an adapter of PEFT is merged with. `preprocess` and `postprocess` take the place of a
    bundle's own and are judged by its witnesses. `signature`
    changes what a bundle says of its inputs, as that of `loadstone.save`. `device` is where a
    module of torch is put and called (by default the CPU, wherever it was saved): inputs of any
    device are taken, and outputs are on the CPU. `accept` maps codes of
    findings to the reason why they may stand. `verify=False` leaves out digests and witnesses:
    nothing is then proved. `on_unknown` (warn, error, ignore) is for inputs outside of what the
    examples held, and for words that a vocabulary lacks: any, where it lacked none at save, else
    more than at save, beyond chance, in a call or a row (`docs/bundle.md` says why).

    Raises `LoadError` with the report where the model does not load or predicts differently,
    `UsageError` where it cannot be done as asked, and `OSError` where the path cannot be read.
    """
    from loadstone.environment import devices
    from loadstone.runtime.files import is_bundle

    place = os.fspath(path)
    if not Path(place).exists() and not Path(f"{place}.index").exists():
        raise FileNotFoundError(2, "no such file or folder", place)
    _refuse_other_words(on_unknown, env, fix)
    steps = _functions(preprocess=preprocess, postprocess=postprocess)
    accepted = reasons(accept)
    devices.refuse_absent(device)
    asked = _Asked(
        into=into,
        steps=steps,
        accepted=accepted,
        fix=fix,
        fixes=fixes,
        device=device,
        entry=entry,
        examples=examples,
        code=tuple(code),
        trust=trust,
        verify=verify,
        env=env,
        wishes=wishes,
        on_unknown=on_unknown,
    )
    if is_bundle(place):
        return _load_bundle(place, asked, base, signature)
    if signature is not None:
        raise UsageError("a bare file has no signature: `signature` changes that of a bundle")
    if into is not None and _is_of_keras(place, into):
        from loadstone import weights_file

        if steps or fixes:
            raise UsageError("weights of Keras take no steps and no recipe here")
        _refuse_device(place, asked)
        how: Any = {"fix": fix, "env": env, "wishes": wishes, "trust": trust}
        return weights_file.load(place, into, code, accepted, **how)

    if base is not None:
        asked = replace(asked, fix=_merging(asked))
    fix = asked.fix

    def read(file: str) -> Predictor | FilePredictor:
        return _load_bare(file, asked if file == place else replace(asked, entry=None))

    if fix is None or fixes is not None:
        return read(place)
    from loadstone import fixed_copy

    try:
        if base is None:
            return read(place)
    except LoadError as error:
        if code or not fixed_copy.mends(error.report, fix):
            raise
    settings = {"into": into, **steps, "accept": accept, "entry": entry}
    settings |= {"examples": examples, "base": base}
    settings |= {"wishes": wishes, "trust": trust}
    found, fixed, end = fixed_copy.load(place, fix, settings, read)
    return _of_copy(found, place, fixed, end)


def _load_bundle(
    path: str, asked: _Asked, base: object, signature: Mapping[str, Any] | None
) -> Predictor | FilePredictor:
    """Return the model of a bundle."""
    _refuse_for_bundle(asked, base)
    from loadstone.engine import original

    if original.holds(path):
        if asked.into is not None or asked.steps:
            raise UsageError("this bundle keeps a file that takes no class and no steps")
        if signature is not None:
            raise UsageError("the signature of a file that is kept as it is is its own")
        _refuse_device(path, asked)
        return _load_original(path, asked)
    from loadstone import bundle_file

    return bundle_file.load(
        path,
        asked.into,
        asked.steps,
        asked.accepted,
        asked.verify,
        asked.device,
        asked.on_unknown,
        asked.env,
        asked.wishes,
        signature,
    )


def _of_copy(
    found: Predictor | FilePredictor,
    path: str,
    fixed: tuple[Found, ...],
    end: Callable[[], None],
) -> Predictor | FilePredictor:
    """Return the model of the fixed copy as that of the file; `end` is called once it is done."""
    if isinstance(found, Predictor):
        end()  # its tensors are in the module
        found.report = found.report.of_copy(path, fixed)
    else:
        found.of_copy(path, fixed, end)
    return found


def _load_bare(path: str, asked: _Asked) -> Predictor | FilePredictor:
    """Return the model of a file that is no bundle."""
    given = None
    if asked.into is not None or asked.code:
        from loadstone.engine.given import given_to

        given = given_to(path, asked.into, asked.code)
    if given or (asked.into is None and not (asked.steps or asked.fixes or asked.entry)):
        if given and (asked.steps or asked.fix or asked.fixes):
            raise UsageError("a file with code takes no fixes and no steps here")
        whole = _load_whole(path, asked, given)
        if whole is not None:
            return whole
    return _load_file(path, asked)


def _is_of_keras(path: str, into: Any) -> bool:
    """Whether the file is weights of Keras, for the model that `into` builds."""
    from loadstone import readers

    if readers.read(path).framework not in ("keras", "tensorflow"):
        return False
    from loadstone import weights_file

    return weights_file.takes(path, into)


def _refuse_other_words(on_unknown: str, env: str, fix: str | None) -> None:
    """Raise `UsageError` for a choice that there is not."""
    if on_unknown not in ("warn", "error", "ignore"):
        raise UsageError(f"`on_unknown` is warn, error or ignore; {on_unknown!r} was given")
    if env not in ("auto", "current", "isolated"):
        raise UsageError(f"`env` is auto, current or isolated; {env!r} was given")
    if fix not in (None, "safe", "unsafe"):
        raise UsageError(f"`fix` is safe or unsafe; {fix!r} was given")


def _merging(asked: _Asked) -> str:
    """Return which fixes are meant where an adapter is merged, which is one of the safe ones."""
    if asked.into is None or asked.fixes is not None or asked.code:
        raise UsageError(
            "an adapter and its `base` are merged into one file: give the class that it goes into, "
            "`into=Net` in Python, `--into pkg.module:Net` in the shell, and no recipe or code"
        )
    return asked.fix or "safe"


def _refuse_for_bundle(asked: _Asked, base: object) -> None:
    """Raise `UsageError` for what only a bare file takes."""
    if asked.fix is not None or asked.fixes is not None:
        raise UsageError("a bundle needs no fixes: `fix` and `fixes` are for bare files")
    if asked.code:
        raise UsageError("a bundle holds its own code: `code` is for bare files")
    if asked.entry is not None:
        raise UsageError("a bundle holds one model: `entry` is for checkpoints of several")
    if asked.examples is not None or base is not None:
        raise UsageError("a bundle is proved and whole: `examples` and `base` are for bare files")


def _refuse_device(path: str, asked: _Asked) -> None:
    """Raise `UsageError` where a device is asked for, and what answers is no module of torch's."""
    if asked.device is not None:
        raise UsageError(
            f"`device` is for models of torch that are loaded into a class; `{path}` computes "
            "where its library puts it"
        )


def _functions(**given: Callable[..., Any] | str | None) -> dict[str, Callable[..., Any]]:
    """Return the steps that were given, as functions."""
    asked = {role: function for role, function in given.items() if function is not None}
    if not asked:
        return {}
    from loadstone.engine import gather

    return {role: gather.function(role, function) for role, function in asked.items()}


def _load_whole(path: str, asked: _Asked, code: Mapping[str, Any] | None) -> FilePredictor | None:
    """Return the model of a file that needs no class, None where the file is another."""
    from loadstone.environment.early import Early

    early = Early(path, asked.env, asked.wishes) if asked.device is None else None
    from loadstone import bare_file  # its imports take their time: the process runs meanwhile
    from loadstone.environment import rebuild

    def python(artifact: Artifact) -> str | None:
        where = asked.env
        if code is not None and where == "auto" and artifact.framework == "keras":
            from loadstone.engine.given import needs_tensorflow

            if importing := needs_tensorflow(code):
                where = "isolated"
                rebuild.tell(artifact, f"`{importing}` imports `tensorflow`", asked.wishes)
        _refuse_device(path, asked)
        return rebuild.python_for(artifact, where, asked.wishes)

    try:
        return bare_file.load(
            path,
            python=python,
            early=early,
            trust=asked.trust,
            accept=asked.accepted,
            code=code,
            on_unknown=asked.on_unknown,
        )
    except bare_file.NeedsClassError:
        return None


def _load_original(path: str, asked: _Asked) -> FilePredictor:
    """Return the model of a bundle that keeps a file as it was."""
    from loadstone.bare_file import FilePredictor
    from loadstone.engine import original
    from loadstone.engine.run import run_checks
    from loadstone.render.exception import message

    found = original.load(
        path, env=asked.env, wishes=asked.wishes, trust=asked.trust, verify=asked.verify
    )
    report = run_checks(found.facts, accept=asked.accepted)
    if report.errors or found.asking is None:
        found.close()
        raise LoadError(report, message(report))

    def isolated() -> FilePredictor:
        return _load_original(path, replace(asked, env="isolated"))

    return FilePredictor(
        report,
        found.asking,
        600.0,
        closing=found.close,
        ranges=found.ranges,
        saved=found.saved,
        on_unknown=asked.on_unknown,
        original=isolated if found.converted else None,
    )


def predict(path: StrPath, inputs: Any, **options: Any) -> Any:
    """Load the model at `path` with `load`'s options, and return its predictions for `inputs`."""
    return load(path, **options).predict(inputs)


def _load_file(path: str, asked: _Asked) -> Predictor:
    if asked.into is None:
        from loadstone import classless

        raise classless.error(path, asked.accepted, asked.entry)
    from loadstone import bare
    from loadstone.runtime import torch_devices
    from loadstone.runtime.torch_run import fitting, moved

    model, report = bare.load(
        path,
        asked.into,
        asked.accepted,
        fix=asked.fix,
        fixes=asked.fixes,
        entry=asked.entry,
        examples=asked.examples,
        steps=asked.steps,
    )
    call = fitting(model)
    if asked.device is not None:
        torch_devices.place(model, asked.device)
        call = moved(call, asked.device)
    steps = asked.steps
    plan = {"preprocess": "one" if "preprocess" in steps else None}
    plan.update(collate="stack", postprocess="row")
    working = Steps(call, plan, **steps)
    return Predictor(model, report, working, shape=Shape.of(None, working))
