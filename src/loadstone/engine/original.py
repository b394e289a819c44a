"""A bundle that keeps a model file as it was: loaded where its lock says, and proved there."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loadstone.bundle import facts as bundle_facts
from loadstone.bundle import load as bundles
from loadstone.core.facts import Artifact, Bundle, Load, Replay
from loadstone.engine import portable
from loadstone.engine.gather import Asked, gather
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
from loadstone.runtime.files import BundleUnreadableError, Files, is_bundle
from loadstone.runtime.pipeline import Pipeline
from loadstone.runtime.values import decode

KIND: Final = "original"
FOLDER: Final = "forms/original"
CODE: Final = "code"
OUTPUTS: Final = ("predictions", "probabilities")


@dataclass
class Original:
    """What came of a load: the facts, and what answers, if it came that far."""

    facts: dict[type, object]
    asking: Asking | None = None
    ranges: Ranges | None = None  # what the columns of the examples held
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
        inner = gather(place, Asked())
        judged = {**inner, Load: Load(trusted=trust, where="an environment of its own")}
        if any(item.check.stage in ("file", "trust") for item in run_checks(judged).errors):
            return Original(judged)
        artifact = inner[Artifact]
        assert isinstance(artifact, Artifact)
        recorded = held.witnesses() if verify else None
        free = env == "auto" and not (wishes and (wishes.pins or wishes.python))
        now = environment.here()
        proved = free and portable.seen(held.also, now)
        if free and not proved and not rebuild.covered(artifact).current:
            for form in held.portable:
                answer = portable.here(form, recorded, now, timeout)
                if answer is not None:
                    (wishes or Wishes()).say(f"predicting with the form in {form.format}, here")
                    facts |= {type(answer.fact): answer.fact}
                    ranges, converted = Ranges.of(manifest), form.format == "onnx"
                    return Original(facts, answer.asking, ranges, converted=converted)
        python = None if proved else rebuild.python_for(artifact, env, wishes, locked=held.lock)
        base = Load(trusted=trust, where=askings.where(python))
        asking, told = askings.opened(artifact, python, base, timeout=timeout, code=held.code)
        if asking is None:
            return Original({**facts, Load: told})
        found = Original(facts, asking, Ranges.of(manifest), stack.pop_all())
    where = _words(artifact, asking) if base.elsewhere else base.where
    if recorded is not None:
        facts[Replay] = replay = replayed(Whole(asking, timeout), recorded, where, KIND)
        if free and python is None and replay.whole == "differs":
            (wishes or Wishes()).say(
                f"using its environment: {artifact.name} predicts differently here"
            )
            with contextlib.suppress(UsageError):
                saved = load(path, env="isolated", wishes=wishes, trust=trust, timeout=timeout)
                found.close()
                found = saved
    else:
        facts[Load] = Load(trusted=trust, where=where, loaded=True)
    return found


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
            self.code = _code(form.get("code"), files)
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
        for name, data in self.data.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder / self.name

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


def sources(code: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of the modules that were given with the original."""
    return {
        _file(name, package=item["package"]): item["source"].encode()
        for name, item in code["modules"].items()
    }


def listed(code: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the manifest says of the modules."""
    modules = code["modules"].items()
    held = [{"name": name, "package": item["package"]} for name, item in modules]
    return {"roots": list(code["roots"]), "modules": held}


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
    return {"roots": list(map(str, said["roots"])), "modules": modules}


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
