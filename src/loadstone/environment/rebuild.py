"""From a file to the environment that it was made in: infer, choose, resolve, lock, build."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact
from loadstone.core.needs import Needs, Requirement
from loadstone.environment import build, cache, guarantees, here, indexes, interpreters, resolve, uv
from loadstone.environment.choose import Plan, UnknownVersionError, choose, exact
from loadstone.environment.distributions import distributions
from loadstone.environment.infer import BACKENDS, infer, is_of_three, same
from loadstone.environment.releases import Release
from loadstone.environment.resolve import Lock
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError

FAILURES: Final = (resolve.UnresolvedError, build.BuildFailedError, uv.UvMissingError)
ERRORS: Final = (*FAILURES, UsageError)


def plan(artifact: Artifact, wishes: Wishes) -> tuple[Needs, Plan]:
    """Return what the file needs and what is to be resolved for it.

    A version that the table of releases does not know is looked up on the user's index. Raises
    `UsageError` where nothing is needed, or a version is nowhere.
    """
    needs = _needs(artifact, wishes)
    if wishes.open_ranges:
        needs = opened(needs)
    if not needs.requirements and not wishes.pins:
        keras = artifact.framework in ("keras", "tensorflow")
        example = "tensorflow==2.15.1" if keras else "scikit-learn==1.0.2"
        raise UsageError(
            f"nothing in `{artifact.path}` says which libraries it needs; "
            f"say which, such as `--with {example}`"
        )
    looked_up: dict[tuple[str, str], Release] = {}
    while True:
        missing = None
        try:
            chosen = choose(needs, pins=wishes.pins, python=wishes.python, looked_up=looked_up)
        except UnknownVersionError as error:
            missing = error
        if missing is None:
            return needs, chosen
        looked_up[missing.distribution, missing.version] = _look_up(missing, wishes)


def _needs(artifact: Artifact, wishes: Wishes) -> Needs:
    """Return what the file needs where nothing is there yet."""
    needs = infer(artifact)
    own = artifact.detail.get("custom") or artifact.detail.get("lambdas")
    if not own or not is_of_three(artifact) or any(map(needs.of, BACKENDS)):
        return needs
    if any(name in wishes.pins for name in BACKENDS):
        return needs
    because = "code of one's own is in it, and TensorFlow is the backend of Keras by default"
    tensorflow = Requirement("tensorflow", BACKENDS["tensorflow"], because)
    return replace(needs, requirements=(*needs.requirements, tensorflow))


def opened(needs: Needs) -> Needs:
    """Return the needs with the versions that stand in the file, and nothing of the others."""
    kept = [
        item if exact(item.specifier) else replace(item, specifier="")
        for item in needs.requirements
    ]
    return replace(needs, requirements=tuple(dict.fromkeys(kept)), python=())


def _look_up(missing: UnknownVersionError, wishes: Wishes) -> Release:
    """Return what the user's index says of a version; it is asked once, and never says another."""
    asked = (missing.distribution, missing.version)
    key = cache.digest("release", *asked, str(wishes.wheelhouse or ""), indexes.place())
    kept = cache.kept_answer(key)
    if kept is not None:
        return Release(kept["date"], kept["pythons"])
    places = indexes.settings(wheelhouse=wishes.wheelhouse, offline=wishes.offline)
    found = resolve.look_up(*asked, places)
    if found is None:
        raise UsageError(_nowhere(missing, offline=wishes.offline))
    cache.keep_answer(key, {"date": found.date, "pythons": found.pythons})
    return found


def lock(artifact: Artifact, wishes: Wishes) -> Lock:
    """Return the lock of the file's environment; the same question is resolved once."""
    _, wanted = plan(artifact, wishes)
    kept = _kept(wanted, wishes)
    if kept is not None:
        return kept
    places = indexes.settings(wheelhouse=wishes.wheelhouse, offline=wishes.offline)
    found = resolve.resolve(wanted, places, say=wishes.say)
    cache.keep_answer(_key(wanted, wishes), asdict(found))
    return found


def _key(wanted: Plan, wishes: Wishes) -> str:
    asked = json.dumps(asdict(wanted), sort_keys=True)
    return cache.digest(asked, str(wishes.wheelhouse or ""), indexes.place())


def _kept(wanted: Plan, wishes: Wishes) -> Lock | None:
    """Return the lock that was resolved before for the same question."""
    kept = cache.kept_answer(_key(wanted, wishes))
    if kept is None:
        return None
    return Lock(kept["text"], kept["python"], kept["date"], tuple(kept["built"]))


def built(artifact: Artifact, wishes: Wishes, locked: Lock | None = None) -> build.Built:
    """Return the file's environment, or that of a lock, from the cache where it is there."""
    locked = locked or lock(artifact, wishes)
    return build.build(
        locked,
        indexes.settings(wheelhouse=wishes.wheelhouse, offline=wishes.offline),
        say=wishes.say,
    )


def beside(
    locked: Lock,
    tools: Sequence[str],
    wishes: Wishes,
    *,
    years: int | None = None,
    kept: tuple[str, ...] = (),
) -> build.Built:
    """Return the environment of a lock with `tools` beside it, the newest that take its versions.

    With `years`, the newest of so many years after the lock's day. With `kept`, only distributions
    whose names begin so have the versions of the lock.

    Raises `uv.UvFailedError` where there are none that fit, and what `build.build` raises.
    """
    places = indexes.settings(wheelhouse=wishes.wheelhouse, offline=wishes.offline)
    held = {k: v for k, v in locked.versions.items() if not kept or k.startswith(kept)}
    wanted = [*(f"{name}=={version}" for name, version in held.items()), *tools]
    bound = _later(locked.date, years) if locked.date and years is not None else ""
    key = cache.digest(locked.python, bound, *wanted, str(wishes.wheelhouse or ""), indexes.place())
    found = cache.kept_answer(key)
    if found is None:
        interpreter = interpreters.of(locked.python)
        if interpreter is None:
            raise uv.UvFailedError([f"Python {locked.python} is not on this machine"])
        newest = ["--exclude-newer", bound] if bound else []
        settings = ["--only-binary", ":all:", *newest, *places]
        text = resolve.compiled(wanted, interpreter, settings)
        found = asdict(Lock(text, locked.python, bound or None, resolve.sources(text)))
        cache.keep_answer(key, found)
    both = Lock(found["text"], found["python"], found["date"], tuple(found["built"]))
    return build.build(both, places, say=wishes.say)


def _later(day: str, years: int) -> str:
    """Return the day some years after; the 29th of February has the 28th for it."""
    return f"{int(day[:4]) + years}{day[4:10].replace('-02-29', '-02-28')}"


def python_for(
    artifact: Artifact, env: str, wishes: Wishes | None = None, *, locked: Lock | None = None
) -> str | None:
    """Return the interpreter that a model is to be loaded in, None for this process.

    `env` is `auto`, `current` or `isolated`. A lock that was kept with the file stands, unless
    other versions are wished for. What is done, and why, is told by `wishes.say`.
    Raises `UsageError` where an environment is needed and cannot be had.
    """
    wishes = wishes or Wishes()
    if env == "current":
        return None
    if env == "auto" and not (wishes.pins or wishes.python):
        told = covered(artifact)
        if told.current:
            return None
        word = "using" if locked and build.reused(locked) else "rebuilding"
        tell(artifact, told.because, wishes, word)
    if wishes.pins or wishes.python:
        locked = None
    return str(isolated(artifact, wishes, locked).python)


def tell(artifact: Artifact, because: str, wishes: Wishes | None, word: str = "rebuilding") -> None:
    """Say that the environment of a file is wanted, and why."""
    (wishes or Wishes()).say(f"{word} the environment of {artifact.name}: {because}")


def covered(artifact: Artifact) -> guarantees.Choice:
    """Return whether the library guarantees that this environment reads the file."""
    return guarantees.choice(artifact, infer(artifact), here.here())


def cached(artifact: Artifact, env: str, wishes: Wishes | None = None) -> str | None:
    """Return the interpreter that `python_for` would, where nothing has to be resolved or built.

    None for this process too.
    """
    wishes = wishes or Wishes()
    needs = infer(artifact)
    told = guarantees.choice(artifact, needs, here.here())
    if env == "current" or (told.current and env == "auto"):
        return None
    try:
        wanted = choose(_needs(artifact, wishes), pins=wishes.pins, python=wishes.python)
    except UnknownVersionError:
        return None
    kept = _kept(wanted, wishes)
    found = build.reused(kept) if kept else None
    if found is None:
        return None
    if env == "auto" and not (wishes.pins or wishes.python):
        wishes.say(f"using the environment of {artifact.name}: {told.because}")
    return str(found.python)


def isolated(artifact: Artifact, wishes: Wishes, locked: Lock | None = None) -> build.Built:
    """Return the environment that the file was made in, from the cache where it is there.

    Raises `UsageError` where it cannot be had.
    """
    try:
        return built(artifact, wishes, locked)
    except FAILURES as error:
        for line in getattr(error, "lines", ()):
            wishes.say(f"  {line}")
        raise UsageError(f"{error}; or predict with what is here: `--env current`") from error


def imports(artifact: Artifact, versions: Mapping[str, str]) -> tuple[str, ...]:
    """Return the modules to try in a new environment: of the libraries that the file names."""
    table = distributions()
    named = {item.module.partition(".")[0] for item in artifact.globals}
    named |= {item for item in (artifact.framework,) if item}
    found = {"onnxruntime" if name == "onnx" else name for name in named}
    if artifact.framework == "keras":
        found |= set(BACKENDS)
    return tuple(sorted(name for name in found if _brings(table.get(name, ""), versions)))


def _brings(distribution: str, versions: Mapping[str, str]) -> bool:
    return any(name in versions for name in (distribution, *same(distribution)))


def _nowhere(error: UnknownVersionError, *, offline: bool) -> str:
    asked = f"`{error.distribution}` {error.version} is not in the table of releases"
    if offline:
        return f"{asked}, and cannot be looked up without a network: leave out `--offline`"
    meant = distributions().get(error.distribution.replace("-", "_"), error.distribution)
    hint = f"; the distribution is named `{meant}`" if meant != error.distribution else ""
    return f"{asked}, and your package index does not have it{hint}"
