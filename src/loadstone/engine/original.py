"""A bundle that keeps a model file as it was: loaded where its lock says, and proved there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from loadstone.bundle import facts as bundle_facts
from loadstone.bundle import load as bundles
from loadstone.core.facts import Artifact, Bundle, Load, Replay, Uncaptured
from loadstone.engine import portable
from loadstone.engine.gather import Asked, gather
from loadstone.engine.given import without
from loadstone.engine.portable import Portable
from loadstone.engine.run import run_checks
from loadstone.engine.whole import Whole, replayed
from loadstone.environment import asking as askings
from loadstone.environment import here as environment
from loadstone.environment import rebuild, resolve
from loadstone.environment.asking import Asking
from loadstone.environment.distributions import distribution_of
from loadstone.environment.resolve import Lock
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.inputs.ranges import Ranges
from loadstone.readers._within import is_inside
from loadstone.runtime.code import INDEX
from loadstone.runtime.files import BundleUnreadableError, Files, is_bundle
from loadstone.runtime.pipeline import Pipeline
from loadstone.runtime.values import decode

KIND: Final = "original"
FOLDER: Final = "forms/original"
CODE: Final = "code"
CAPTURED: Final = "folder"  # what a load is told of a capture: where it lies
OUTPUTS: Final = ("predictions", "probabilities")


@dataclass
class Original:
    """What came of a load: the facts, and what answers, if it came that far."""

    facts: dict[type, object]
    asking: Asking | None = None
    ranges: Ranges | None = None  # what the columns of the examples held
    saved: Mapping[str, Any] = field(default_factory=dict)  # what these looked up, and not found
    kept: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)  # while it answers
    converted: bool = False  # what answers is another library, which may refuse rows

    def close(self) -> None:
        """Let the model go, and the copy of its file."""
        if self.asking is not None:
            self.asking.close()
        self.kept.close()


def holds(path: str) -> bool:
    """Return whether `path` is a bundle that keeps a model file as it was."""
    try:
        return is_bundle(path) and Files(path).find(KIND) is not None
    except BundleUnreadableError:
        return False


def load(
    path: str,
    *,
    env: str = "auto",
    wishes: Wishes | None = None,
    trust: bool = False,
    verify: bool = True,
    timeout: float = 600.0,
) -> Original:
    """Load the original of the bundle at `path`, and predict its witnesses unless told not to.

    Where the library's guarantee lets it load here and it then predicts differently, the
    environment of the lock is used, if it can be had. What stands against loading it is in the
    facts. Raises `UsageError` where the environment of the lock is needed and cannot be had.
    """
    try:
        pipeline = Pipeline(path)
        held = Held(pipeline)
    except BundleUnreadableError as error:
        return Original({Artifact: bundles.unreadable(path, error)})
    manifest = pipeline.manifest
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loadstone-")))
        place = held.write(folder)
        changed = pipeline.files.finish() if verify else pipeline.files.changed
        bundle = bundle_facts.bundle(path, manifest, changed=changed)
        facts: dict[type, object] = {
            Artifact: bundle_facts.artifact(path, manifest),
            Bundle: bundle,
        }
        if changed:
            return Original(facts)
        code = held.code_in(folder)
        trust = trust or is_captured(code)
        artifact, judged = _judged(place, code, trust=trust)
        if judged is not None:
            return Original(judged)
        recorded = held.witnesses() if verify else None
        free = env == "auto" and not (wishes and (wishes.pins or wishes.python))
        now = environment.here()
        proved = free and portable.seen(held.also, now)
        program = artifact.framework in portable.PROGRAMS  # for which another Keras is slower
        if free and (program or not proved) and not rebuild.covered(artifact).current:
            for form in held.portable:
                answer = portable.here(form, recorded, now, timeout)
                if answer is not None:
                    (wishes or Wishes()).say(f"predicting with the form in {form.format}, here")
                    facts |= {type(answer.fact): answer.fact}
                    ranges, converted = Ranges.of(manifest), form.format == "onnx"
                    return Original(facts, answer.asking, ranges, converted=converted)
        python = None if proved else rebuild.python_for(artifact, env, wishes, locked=held.lock)
        base = Load(trusted=trust, where=askings.where(python))
        asking, told = askings.opened(artifact, python, base, timeout=timeout, code=code)
        if asking is None:
            found = Original({**facts, Load: told})
            if free and python is None and code is not None:  # which may import what is not here
                (wishes or Wishes()).say(f"using its environment: {told.why}")
                with contextlib.suppress(UsageError):
                    found = load(path, env="isolated", wishes=wishes, trust=trust, verify=verify)
            return found
        saved = manifest["coverage"]
        found = Original(facts, asking, Ranges.of(manifest), saved, stack.pop_all())
    where = _words(artifact, asking) if base.elsewhere else base.where
    if recorded is not None:
        facts[Replay] = replay = replayed(Whole(asking, timeout), recorded, where, KIND)
        if free and python is None and replay.whole == "differs":
            (wishes or Wishes()).say(
                f"using its environment: {artifact.name} predicts differently here"
            )
            with contextlib.suppress(UsageError):
                other = load(path, env="isolated", wishes=wishes, trust=trust, timeout=timeout)
                found.close()
                found = other
    else:
        facts[Load] = Load(trusted=trust, where=where, loaded=True)
    return found


def _judged(
    place: Path, code: Mapping[str, Any] | None, *, trust: bool
) -> tuple[Artifact, dict[type, object] | None]:
    """Return what the original is, without its `code`, and the facts where they stand against it.

    It is judged as any file.
    """
    inner = gather(place, Asked())
    whole = inner[Artifact]
    assert isinstance(whole, Artifact)
    artifact = without(whole, code)
    judged = {**inner, Artifact: artifact}
    judged |= {Load: Load(trusted=trust, where="an environment of its own")}
    errors = run_checks(judged).errors
    stopped = any(item.check.stage in ("file", "trust") for item in errors)
    return artifact, judged if stopped else None


class Held:
    """The original's files, its lock and its witnesses, as the manifest of a bundle names them.

    Raises `BundleUnreadableError` where it does not.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        files = pipeline.files
        try:
            form: Any = files.find(KIND)
            names = [*([] if form.get("is_folder") else [form["file"]]), *form["beside"]]
            self.data = {_inner(name): files.checked(name) for name in names}
            self.name = _inner(form["file"])
            self.also = _also(form)
            self._given = _code(form.get("code"), files)
            self._captured = _captured(files) if files.manifest.get("code") else {}
            self.portable = [
                Portable(
                    form["format"],
                    bytes(files.checked(form["file"])),
                    form["labels"],
                    _also(form),
                    float(form.get("rounding", 0.0)),
                )
                for form in files.manifest["forms"]
                if form["kind"] == portable.KIND and form["format"] in portable.FILES
            ]
            said = files.manifest["environment"]["lock"]
            text = bytes(files.checked(said["file"])).decode()
            self.lock = Lock(text, str(said["python"]), None, resolve.sources(text))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            why = f"its manifest does not say where the original is: {error!r}"
            raise BundleUnreadableError(files.path, why) from error

    def write(self, folder: Path) -> Path:
        """Write the original and what lies beside it into a folder, and return its path."""
        for name, data in {**self.data, **self._captured}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder / self.name

    def code_in(self, folder: Path) -> Mapping[str, Any] | None:
        """Return the code that a load of the original takes, where `folder` is what was written."""
        if not self._captured:
            return self._given
        said = self.pipeline.files.manifest["code"]
        return captured_in(folder, said["names"], said["needs"])

    def witnesses(self) -> dict[str, Any] | None:
        """Return the witnesses; None where there are none or they were edited, as digests tell."""
        try:
            return self.pipeline.witnesses()
        except (ValueError, KeyError, TypeError):
            return None

    def rows(self) -> Any:
        """Return the inputs of the witnesses, None where there are none."""
        recorded = self.witnesses()
        return decode(recorded["stages"]["inputs"], recorded["arrays"]) if recorded else None


def _also(form: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the versions that the save has seen to predict the witnesses the same."""
    return tuple({"versions": dict(item["versions"])} for item in form.get("also", ()))


def captured_in(folder: Path, names: Sequence[str], needs: Sequence[str]) -> dict[str, Any]:
    """Return what a load is told of a capture below `folder`: where it is, and that it is that.

    `names` are what it holds, `needs` the modules of libraries that it imports.
    """
    digest = hashlib.sha256((folder / INDEX).read_bytes()).hexdigest()
    told = {"names": list(names), "needs": list(needs)}
    return {CAPTURED: os.fspath(folder), "digest": digest, **told}


def _captured(files: Files) -> dict[str, bytes]:
    """Return the files of a capture in a bundle, by their names."""
    names = [item["name"] for item in files.manifest["files"]]
    return {name: bytes(files.checked(name)) for name in names if name.startswith(f"{CODE}/")}


def sources(code: Mapping[str, Any] | None) -> dict[str, bytes]:
    """Return the files of the modules that were given with the original, or of a capture."""
    if code is None:
        return {}
    if CAPTURED in code:
        folder = Path(code[CAPTURED])
        found = (path for path in (folder / CODE).rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
    return {
        _file(name, package=item["package"]): item["source"].encode()
        for name, item in code["modules"].items()
    }


def is_captured(code: Mapping[str, Any] | None) -> bool:
    """Whether it is a capture, which runs whenever its bundle is loaded, as any bundle's does."""
    return code is not None and CAPTURED in code


def told(code: Mapping[str, Any] | None, uncaptured: Sequence[Uncaptured]) -> dict[str, Any]:
    """Return what the manifest says of a capture, and of what it lacks."""
    if code is None or not is_captured(code):
        return {}
    lacks = [asdict(item) for item in uncaptured]
    return {"code": {key: code[key] for key in ("names", "needs")}, "uncaptured": lacks}


def listed(code: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the form's entry says of the modules that were given with it."""
    if code is None or is_captured(code):
        return {}
    modules = code["modules"].items()
    held = [{"name": name, "package": item["package"]} for name, item in modules]
    names = {"names": list(code["names"])} if "names" in code else {}
    return {"code": {"roots": list(code["roots"]), "modules": held, **names}}


def _file(name: str, *, package: bool) -> str:
    return f"{CODE}/{name.replace('.', '/')}{'/__init__' if package else ''}.py"


def _code(said: Any, files: Files) -> dict[str, Any] | None:
    if said is None:
        return None
    modules = {}
    for item in said["modules"]:
        name, package = str(item["name"]), bool(item["package"])
        source = bytes(files.checked(_file(name, package=package))).decode()
        modules[name] = {"source": source, "package": package}
    names = {"names": list(map(str, said["names"]))} if "names" in said else {}
    return {"roots": list(map(str, said["roots"])), "modules": modules, **names}


def _inner(name: str) -> str:
    """Return the path of one of the original's files below its folder.

    Raises `ValueError` for what leads out of it.
    """
    inner = name.removeprefix(f"{FOLDER}/")
    if inner == name or not is_inside(inner):
        raise ValueError(f"`{name}` is no file of the original")
    return inner


def _words(artifact: Artifact, asking: Asking) -> str:
    """Return where it runs: `Python 3.8.18 with scikit-learn 0.24.2`."""
    library = distribution_of(artifact)
    version = asking.about["versions"].get(library)
    return f"Python {asking.about['python']}" + (f" with {library} {version}" if version else "")
