"""Save a model as a bundle: captured, measured, rehearsed in a clean process, then named."""

from __future__ import annotations

import functools
import importlib.util
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from loadstone.adapters.chosen import live_of
from loadstone.adapters.hugging_face import Taken, outline, taken
from loadstone.adapters.live import Seeded, UnsavableError
from loadstone.adapters.pretrained import Pretrained
from loadstone.bundle.accept import reasons
from loadstone.core.classes import replace
from loadstone.core.report import Report
from loadstone.errors import SaveError, SaveWarning, UsageError
from loadstone.runtime.draws import FEWEST
from loadstone.runtime.transformers_form import made

if TYPE_CHECKING:
    from loadstone.adapters.live import Live
    from loadstone.environment.wishes import Wishes

FORMS = ("native", "program", "onnx")
ROLES = ("preprocess", "postprocess")
_BESIDE = ("weights", "inputs", "outputs")  # what a tokenizer and a config are judged by


def save(
    model: Any,
    path: str | os.PathLike[str],
    *,
    preprocess: Callable[..., Any] | None = None,
    postprocess: Callable[..., Any] | None = None,
    examples: Any = None,
    data: Mapping[str, Any] | None = None,
    batched: bool | None = None,
    signature: Mapping[str, Any] | None = None,
    seed: int | None = None,
    draws: int | None = None,
    private: bool | str = False,
    accept: Mapping[str, str] | None = None,
    name: str | None = None,
    forms: Iterable[str] | None = None,
    as_folder: bool | None = None,
    trust: bool = False,
    wishes: Wishes | None = None,
    code: Sequence[str] = (),
) -> Report:
    """Save `model` with its preprocessing, code and environment, and prove that it loads.

    What `torch.compile` or `DataParallel` wrapped is saved without the wrapper. `path` becomes a
    single file; with a trailing slash, without a suffix, or with `as_folder`, a folder. `examples`
    is a batch of inputs as `predict` takes them, or a tuple of the inputs and the outputs expected
    of them; `"synthetic"` where there are none to give, which are made from `signature`. `data`
    maps names to objects that the code needs and that cannot be found from it.
    `batched` says whether the steps take one input or a whole batch, where both run and disagree.
    `signature` changes what is inferred from the examples: names of inputs (`inputs` for one
    without a name) to a dtype, or to some of `dtype`, `shape`, `missing`, `optional`, `categories`.
    `seed` is for a model of torch or Keras 3 that draws on purpose: the witnesses are predicted
    from it, each call anew, and `predict` draws freely. `draws` is for one that has no such seed:
    it is run so many times (30 or more), later as often, and the runs are compared in distribution.
    With `private`, the examples prove the save and no value of them is kept, not their ranges
    either. `"left-out"`, or true, keeps nothing: no later load can prove that it predicts the same.
    `"hashed"` keeps keyed digests, and writes the key beside the bundle: who has key and examples
    can prove it, `check(path, examples=…)`. `"synthetic"` keeps inputs made from the signature in
    their place: a load proves that the same is computed, not that it is right for real inputs.
    `accept` maps codes of findings to the reason why they may stand.
    `forms` are some of `"native"`, `"program"` and `"onnx"`; named, the last is written for a model
    of Keras or TensorFlow in an environment with `tf2onnx`, which is built where it is not here.

    A pipeline of transformers, or `(model, tokenizer)`, is saved with its tokenizer or processor,
    and the names of its labels, as data and not as code; so is the folder of one, given as a path.

    Where `model` is the path of another file that holds all of its model (a pickle of a library's,
    a booster, ONNX), that file is kept as it is, with the lock of its environment: `trust`,
    `wishes` and `code` are then as for `loadstone.load`. A fitted estimator (of scikit-learn,
    XGBoost, LightGBM …) is pickled and kept likewise, with the lock of the versions that are here;
    classes and functions of one's own that it reaches are captured by source.

    Returns the report. Findings that are warnings are also given as `SaveWarning`. Raises
    `UsageError` where it cannot be done as asked, and `SaveError` where the saved model would not
    load or not predict the same; nothing is written then.
    """
    from loadstone.bundle.private import mode_of

    steps = (preprocess, postprocess, data, batched, signature)
    of_stages = (*steps, seed, draws, name, forms, as_folder)
    only_whole = any(item is not None for item in of_stages)
    if isinstance(model, (str, os.PathLike)):
        plain = not (trust or wishes is not None or code)
        model = _folder(model, accept, plain=plain) or model
    if isinstance(model, (str, os.PathLike)):
        if only_whole:
            raise UsageError(
                "a file is kept as it is: only `examples`, `private` and `accept` go with it"
            )
        from loadstone.engine.given import given_to
        from loadstone.saving_file import save_file

        return save_file(
            model,
            path,
            examples=examples,
            wishes=wishes,
            trust=trust,
            accept=accept,
            code=given_to(os.fspath(model), None, code),
            private=mode_of(private),
        )
    if code:
        raise UsageError("the code of a live model is found from it: `code` goes with a file")
    from loadstone.saving_estimator import is_estimator, save_estimator

    if is_estimator(model):
        if only_whole:
            raise UsageError(
                f"a `{type(model).__name__}` is kept as it is: its steps go into a `Pipeline` with "
                "it, and only `examples`, `private` and `accept` go with it"
            )
        how = {"examples": examples, "wishes": wishes, "trust": trust, "accept": accept}
        return _told(save_estimator(model, path, **how, private=mode_of(private)))
    from loadstone import saving_onnx
    from loadstone.bundle.draft import Request
    from loadstone.bundle.save import run
    from loadstone.bundle.write import final_of
    from loadstone.engine.run import run_checks
    from loadstone.render.exception import message

    final, folder = final_of(path, as_folder)
    around = _around(model, accept, steps=preprocess or postprocess, what=f"{final} was not saved")
    if around is not None:
        model, batched = around.model, True
        preprocess, postprocess = (around.steps.get(role) for role in ROLES)
        if seed is None and draws is None:
            examples = _with_answers(model, examples)
    for role, function in (("preprocess", preprocess), ("postprocess", postprocess)):
        if function is not None and not callable(function):
            raise UsageError(f"`{role}` is a `{type(function).__name__}`, which cannot be called")
    wanted = tuple(FORMS if forms is None else forms)
    unknown = [form for form in wanted if form not in FORMS]
    if unknown or not wanted:
        raise UsageError(f"`forms` are some of {', '.join(FORMS)}; {wanted!r} was given")
    model, live = _live(model, seed)
    name = name or (model.name if isinstance(model, Pretrained) else None)
    request = Request(
        model=model,
        live=live,
        final=final,
        folder=folder,
        preprocess=preprocess,
        postprocess=postprocess,
        examples=examples,
        data=dict(data or {}),
        batched=batched,
        signature=dict(signature or {}),
        seed=seed,
        draws=_draws(draws, seed),
        private=mode_of(private),
        accept=reasons(accept),
        name=name,
        forms=wanted,
        automatic=forms is None,
        declared=around.declared if around else {},
        graph=functools.partial(saving_onnx.write, asked=forms is not None, wishes=wishes),
    )
    report = run(request, lambda facts: run_checks(facts, accept=request.accept))
    if report.errors:
        raise SaveError(report, message(report, f"{final} was not saved"))
    return _told(report)


def _told(report: Report, *, above: int = 3) -> Report:
    """Give the findings that are warnings as `SaveWarning` too, of the caller so far `above`."""
    for item in report.at_least("warning"):
        notes = "".join(f"; {note}" for note in item.finding.notes)
        text = f"{item.check.code}: {item.finding.message}{notes}"
        warnings.warn(text, SaveWarning, stacklevel=above)
    return report


def _folder(
    path: str | os.PathLike[str], accept: Mapping[str, str] | None, *, plain: bool
) -> Pretrained | None:
    """Return the model of a folder of transformers; None for another file or folder.

    Raises `LoadError` where something stands against it, `UsageError` where it cannot be done, or
    is not `plain`: asked for what such a folder does not take.
    """
    from loadstone import bare_file
    from loadstone.engine import inspect

    artifact = inspect(path) if Path(path).is_dir() else None
    if artifact is None or artifact.format not in bare_file.FOLDERS:
        return None
    why = bare_file.unpredicted(artifact)
    if why:
        raise UsageError(f"`{artifact.path}` {why}")
    if not plain:
        raise UsageError("a folder of transformers is kept with what is here, and runs no code")
    if importlib.util.find_spec("transformers") is None:
        raise UsageError("a folder of transformers is saved where that is installed")
    bare_file.load(path, accept=reasons(accept)).close()
    kept = [part.path for part in artifact.parts if part.role not in ("training", "card")]
    files = {name: Path(path, name).read_bytes() for name in kept}
    run = made(files, None)
    return Pretrained(type(run.model).__name__, files, None, run)


def _around(
    model: Any, accept: Mapping[str, str] | None, *, steps: object, what: str
) -> Taken | None:
    """Return a model of transformers with what is around it; None for another model.

    Raises `SaveError` where the tokenizer is not the model's, and warns of what is doubtful;
    `UsageError` where it is not kept, or other `steps` are given.
    """
    from loadstone.core.facts import Artifact
    from loadstone.engine import inspect
    from loadstone.engine.run import run_checks
    from loadstone.render.exception import message

    try:
        found = taken(model)
    except UnsavableError as error:
        raise UsageError(str(error)) from error
    if found is None:
        return None
    if steps:
        raise UsageError("the steps are those of the tokenizer: give none, or the model alone")
    with tempfile.TemporaryDirectory() as folder:
        outline(found.net, found.beside, Path(folder))
        artifact = replace(inspect(folder), path=type(found.net).__name__)
    report = run_checks({Artifact: artifact}, accept=reasons(accept), stages=_BESIDE)
    if report.errors:
        raise SaveError(report, message(report, what))
    _told(report, above=4)
    return found


def _with_answers(model: Any, examples: Any) -> Any:
    """Return the examples with what a live pipeline gives for them, which the save must give."""
    if not isinstance(model, Pretrained) or not isinstance(examples, list) or not examples:
        return examples
    expected = model.expected(examples)
    return examples if expected is None else (examples, expected)


def _live(model: Any, seed: int | None) -> tuple[Any, Live]:
    """Return the model without what wraps it, and its framework's side; raises `UsageError`."""
    try:
        model, live = live_of(model)
        if seed is None:
            return model, live
        drawing = cast("Live", Seeded(live, _whole(seed)))
        drawing.call(model)  # raises where no generator can be set
        return model, drawing  # noqa: TRY300 - as above
    except UnsavableError as error:
        raise UsageError(str(error)) from error


def _draws(draws: object, seed: int | None) -> int | None:
    if draws is None:
        return None
    if seed is not None:
        raise UsageError("`seed` and `draws` are two ways to prove the same: give one")
    if type(draws) is not int or draws < FEWEST:
        raise UsageError(f"`draws` is a whole number of {FEWEST} or more; {draws!r} was given")
    return draws


def _whole(seed: object) -> int:
    if type(seed) is not int or not 0 <= seed < 1 << 32:
        raise UsageError(f"`seed` is a whole number from 0 to 2**32 - 1; {seed!r} was given")
    return seed
