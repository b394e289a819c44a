"""The facts of one artifact, its target and this environment, each from the module that knows."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loadstone import readers
from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import (
    Applied,
    Artifact,
    Assignment,
    Base,
    Bundle,
    Code,
    Dequantised,
    Environment,
    Filling,
    Held,
    Idle,
    Infinite,
    Load,
    Replay,
    Target,
    TargetProblem,
    Trials,
    Unasked,
    Unfitted,
    Untied,
    Weights,
)
from loadstone.core.words import listed
from loadstone.engine import values
from loadstone.engine.run import Facts, derive
from loadstone.environment import here
from loadstone.errors import UsageError
from loadstone.inputs.ranges import Ranges
from loadstone.statedict.match import Match
from loadstone.statedict.quantised import schemes
from loadstone.statedict.select import select

if TYPE_CHECKING:
    from loadstone.runtime.steps import Steps

StrPath = str | os.PathLike[str]
NOTHING: Final = ("git-lfs-pointer", "html", "xml", "json", "text", "empty", "zeros", "unknown")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks of a check."""

    into: Any = None  # a reference as text, a class, a factory, or a ready module
    preprocess: Any = None
    postprocess: Any = None
    examples: Any = None
    entry: str | None = None  # which state dict of a checkpoint is meant
    loaded: Any = None  # a model that code of the user's loaded, or what builds it
    base: StrPath | None = None  # the model that an adapter changes
    code: Sequence[str] = ()  # files and modules of the user's that a Keras file is given
    trust: bool = False  # bytecode of an architecture may run
    key: StrPath | None = None  # of the digests of a bundle's private examples


def gather(path: StrPath, asked: Asked) -> Facts:
    """Return every fact that can be had of the artifact at `path`.

    Raises `OSError` where it cannot be read, `BadReferenceError` where `into` cannot be read,
    `UsageError` where it has no such entry.
    """
    artifact = whole(path)
    _refuse_other_entry(artifact, asked.entry)
    if artifact.content == "bundle" and not artifact.damage:
        return _bundle(artifact, asked)
    facts: Facts = {Artifact: artifact, **surroundings(artifact), **values.read(path, artifact)}
    if asked.base is not None:
        facts[Base] = _base(artifact, asked.base)
    if (asked.into is not None or asked.code) and _is_keras_model(artifact):
        from loadstone.engine import keras_code

        if asked.examples is not None:
            raise UsageError("a Keras file with code takes no examples here: `loadstone save` does")
        return facts | keras_code.loaded(artifact, facts, asked.into, asked.code)
    if asked.code and artifact.framework not in ("keras", "tensorflow"):
        from loadstone.engine import pickle_code

        if asked.examples is not None:
            raise UsageError("a pickle with code takes no examples here: `loadstone save` does")
        return pickle_code.loaded(artifact, asked.code)
    if asked.into is not None and _add_assignment(facts, artifact, asked):
        return facts
    if asked.into is not None and _holds_nothing(artifact):
        from loadstone.adapters import reference as references

        facts[Unasked] = Unasked(references.named(asked.into).text)
    elif asked.into is not None:
        add_target(facts, asked.into, asked.entry)
    elif asked.entry is not None:
        facts[Weights] = select(artifact, None, asked.entry)
    _add_unfitted(facts)
    _add_idle(facts)
    if asked.loaded is not None:
        _add_held(facts, artifact, asked)
    if asked.examples is not None:
        _add_replay(facts, asked)
    return facts


def _base(artifact: Artifact, path: StrPath) -> Base:
    """Return the model that an adapter changes; raises `OSError` where it cannot be read."""
    if artifact.format != "peft-adapter":
        folder = Path(artifact.path).parent
        if (folder / "adapter_config.json").is_file():
            raise UsageError(
                f"`{artifact.path}` has its settings beside it: give the folder `{folder}`"
            )
        raise UsageError(f"`{artifact.path}` is no adapter of PEFT: it takes no `base`")
    found, named = whole(path), os.fspath(path)
    weights = select(found, None)
    if found.damage or found.disagreements:
        return Base(named, {}, why=(*found.damage, *found.disagreements)[0].why)
    if weights is None or any(fact.extent is None for fact in weights.values()):
        return Base(named, {}, why="it is not the weights of one model")
    language = "LM" in str(found.detail.get("architectures") or "")
    tied = found.detail.get("tie_word_embeddings", language) is not False
    return Base(named, weights.tensors, weights.entry, tied and found.format == "transformers")


def _is_keras_model(artifact: Artifact) -> bool:
    return artifact.framework == "keras" and artifact.content == "model" and not artifact.damage


def _add_assignment(facts: Facts, artifact: Artifact, asked: Asked) -> bool:
    """Build the model that weights of Keras are for, and match them; whether `into` is one."""
    if artifact.framework not in ("keras", "tensorflow"):
        return False
    from loadstone.engine import keras_weights

    if not keras_weights.takes(artifact):
        return False
    trust = asked.trust
    found = keras_weights.assignment(artifact, asked.into, asked.code, trust=trust)
    if found is not None and asked.examples is not None and (asked.preprocess or asked.postprocess):
        raise UsageError(
            "weights of Keras take no steps here: give examples as the model takes them"
        )
    if isinstance(found, Assignment) and asked.examples is not None:
        found, replayed = keras_weights.replay(
            artifact, asked.into, asked.code, found, asked.examples, trust=trust
        )
        facts |= {Replay: replayed} if replayed else {}
    if found is not None:
        facts[type(found)] = found
    return found is not None


def _add_held(facts: Facts, artifact: Artifact, asked: Asked) -> None:
    if asked.into is not None or asked.examples is not None:
        raise UsageError(
            "`loaded` is a model as your own code loads it: it takes no `into` and no `examples`"
        )
    base = facts.get(Base)
    if artifact.format == "peft-adapter":
        if not isinstance(base, Base) or base.why:
            why = base.why if isinstance(base, Base) else "it is compared with both"
            raise UsageError(f"an adapter and `loaded` take its `base` too: {why}")
        from loadstone.engine import applied

        facts[Applied] = applied.applied(artifact, base, asked.loaded)
    elif not artifact.damage:
        from loadstone.engine import held

        facts[Held] = held.held(artifact.path, artifact, asked.loaded, asked.entry)


def whole(path: StrPath) -> Artifact:
    """Return what the artifact at `path` is, its checksums compared too; raises `OSError`."""
    artifact = readers.read(path)
    cut = artifact.format == "npz" and {item.kind for item in artifact.damage} == {"truncated"}
    damage = readers.verify(path, artifact) if cut or not artifact.damage else ()
    if artifact.format in ("deepspeed", "megatron") and not artifact.damage:
        from loadstone.fixes import merge

        damage = merge.verify(path, artifact)
    return replace(artifact, damage=(*artifact.damage, *damage)) if damage else artifact


def surroundings(artifact: Artifact) -> Facts:
    """Return what this environment is, and what it has of the names that the artifact needs."""
    found: Facts = {Environment: environment_of(artifact)}
    if artifact.globals:
        from loadstone.environment import code

        found[Code] = code.code(artifact)
    if artifact.format == "transformers":
        from loadstone.environment import model_types

        known = model_types.known(str(artifact.detail.get("model_type") or ""))
        found |= {} if known is None else {type(known): known}
    return found


def _holds_nothing(artifact: Artifact) -> bool:
    """Whether no target could load it: a pointer, a web page, an empty file, a cut header."""
    if artifact.tensors or artifact.modules or artifact.is_folder:
        return False
    return artifact.format in NOTHING or bool(artifact.damage)


def _bundle(artifact: Artifact, asked: Asked) -> Facts:
    """Load the bundle in this process and predict its witnesses again."""
    from loadstone.bundle import load as bundles
    from loadstone.engine import covered, original
    from loadstone.engine.kept import keep
    from loadstone.engine.whole import Whole
    from loadstone.runtime.localise import drawing

    if original.holds(artifact.path):
        kept = original.load(artifact.path)
        try:
            asked_of = Whole(kept.asking, 600.0) if kept.asking is not None else None
            hashed = _hashed(artifact.path, asked, kept.facts, asked_of)
            held = covered.of_original(artifact.path, asked.examples, kept)
        finally:
            kept.close()
        return kept.facts | hashed | held
    loaded = bundles.load(artifact.path, into=asked.into, steps=_steps(asked))
    described = loaded.facts.get(Artifact)
    if isinstance(described, Artifact):
        loaded.facts[Artifact] = replace(described, disagreements=artifact.disagreements)
    replay = loaded.facts.get(Replay)
    if isinstance(replay, Replay) and loaded.kept:
        loaded.facts[Replay] = replace(replay, kept=keep(artifact.path, loaded.kept))
    ranges = Ranges.of(loaded.pipeline.manifest) if loaded.pipeline else None
    steps = drawing(loaded.pipeline, loaded.steps) if loaded.pipeline and loaded.steps else None
    hashed = _hashed(artifact.path, asked, loaded.facts, steps)
    return loaded.facts | hashed | covered.compared(artifact.path, asked.examples, ranges, loaded)


def _hashed(path: str, asked: Asked, facts: Facts, steps: Steps | None) -> Facts:
    """Return what comes of given examples beside the digests that a bundle holds of its own."""
    bundle = facts.get(Bundle)
    if asked.examples is None or steps is None or not isinstance(bundle, Bundle):
        return {}
    from loadstone.engine import hashed

    load = facts.get(Load)
    where = load.where if isinstance(load, Load) else "this process"
    return hashed.compared(path, asked.examples, asked.key, bundle, steps, where)


def _steps(asked: Asked) -> dict[str, Callable[..., Any]]:
    given = {"preprocess": asked.preprocess, "postprocess": asked.postprocess}
    return {role: function(role, step) for role, step in given.items() if step is not None}


def function(role: str, given: Any) -> Callable[..., Any]:
    """Return a step as a function: one that was given, or a reference to one.

    Raises `UsageError` where it is neither.
    """
    if isinstance(given, str):
        from loadstone.adapters import reference as references

        found = references.find(references.parse(given))
        if isinstance(found, TargetProblem):
            near = f"; nearest: {listed(found.nearest)}" if found.nearest else ""
            raise UsageError(f"`{role}`: {found.why}{near}")
        return found
    if not callable(given):
        raise UsageError(f"`{role}` is a `{type(given).__name__}`, which cannot be called")
    return given  # type: ignore[no-any-return]


def _add_replay(facts: Facts, asked: Asked) -> None:
    """Predict the examples, where the weights fit the target and the file is whole."""
    from loadstone.engine import examples
    from loadstone.runtime.kinds import KINDS

    target, artifact = facts.get(Target), facts[Artifact]
    weights = facts.get(Weights)
    held = artifact if isinstance(artifact, Artifact) and artifact.framework != "torch" else None
    if asked.into is None and held is not None and held.format in KINDS:
        raise UsageError(
            f"`{held.path}` needs no class: `--env both` with these examples predicts them "
            "here and where it was made, `loadstone predict` predicts them"
        )
    if asked.into is None:
        raise UsageError(
            "examples need a model to predict them: give the target too, "
            "`into=Net` in Python, `--into pkg.module:Net` in the shell"
        )
    if not isinstance(artifact, Artifact) or artifact.damage:
        return
    if isinstance(weights, Weights) and isinstance(target, Target) and target.accepts:
        steps = _steps(asked)
        found = examples.replay(artifact.path, asked.into, weights, asked.examples, steps)
        if found is not None:
            facts[Replay] = found
        if found is None or found.whole != "differs":
            return
    if isinstance(weights, Weights) and isinstance(target, Target):
        from loadstone.engine import settling

        trials = settling.settle(asked.into, weights, target, asked.examples, _steps(asked))
        if trials is not None:
            facts[Trials] = trials


def environment_of(artifact: Artifact) -> Environment:
    """Return this environment; devices are asked for only where the file was on others."""
    elsewhere = any(not tag.startswith("cpu") for tag in artifact.devices)
    framework = "torch" if importlib.util.find_spec("torch") else ""
    return here.here(devices_of=framework if elsewhere else "")


def _refuse_other_entry(artifact: Artifact, entry: str | None) -> None:
    if entry is None or select(artifact, None, entry) is not None:
        return
    held = [state.path for state in artifact.state_dicts if state.path and state.tensors]
    has = f"its state dicts are {listed(held)}" if held else "it holds no entries"
    raise UsageError(f"`{artifact.path}` has no state dict `{entry}`: {has}")


def add_target(facts: Facts, into: Any, entry: str | None = None) -> None:
    """Build the target and ask it whether it accepts the state dict meant for it."""
    from loadstone.adapters.torch import expects

    artifact = facts[Artifact]
    expected = expects.expects(into)
    if isinstance(expected, TargetProblem):
        facts[TargetProblem] = _with_accepting(expected, artifact)
        return
    weights = select(artifact, expected.facts, entry) if isinstance(artifact, Artifact) else None
    if weights is None:
        facts[Target] = expected.facts
        return
    facts[Weights] = weights
    facts[Target], filling = expected.ask(weights.tensors)
    if filling.left or filling.aside:
        facts[Filling] = filling
    wanted = (*expected.facts, *expected.facts.extras)
    if isinstance(artifact, Artifact) and schemes(weights, wanted):
        facts[Dequantised] = _plain(artifact, weights)
    _add_untied(facts)
    _add_infinite(facts, weights, expected.facts)


def _add_infinite(facts: Facts, weights: Weights, target: Target) -> None:
    """Read what becomes half precision in the target."""
    from loadstone.engine import values

    artifact = facts[Artifact]
    if isinstance(artifact, Artifact) and not artifact.damage:
        found = values.infinite(artifact.path, weights.tensors, target.tensors)
        if found:
            facts[Infinite] = Infinite(found, "float16")


def _plain(artifact: Artifact, weights: Weights) -> Dequantised:
    """Return what the weights are once those that are quantised are made plain."""
    try:
        found = readers.plain(artifact.path, artifact, weights.entry)
    except (readers.NotWhole, OSError) as error:
        return Dequantised({}, str(error))
    return Dequantised({key: item.fact for key, item in found.items()})


def _add_untied(facts: Facts) -> None:
    """Compare the bytes of what the target holds as one parameter, where the file is whole."""
    artifact, target, weights = facts[Artifact], facts[Target], facts.get(Weights)
    if not isinstance(artifact, Artifact) or artifact.damage or not isinstance(target, Target):
        return
    matched = derive(dict(facts)).get(Match) if target.aliases else None
    if isinstance(weights, Weights) and isinstance(matched, Match):
        from loadstone.engine import tied

        untied = tied.untied(artifact.path, weights, target, matched)
        if untied is not None:
            facts[Untied] = untied


def _add_unfitted(facts: Facts) -> None:
    """Read the statistics of BatchNorms, where the file is whole."""
    artifact = facts[Artifact]
    if not isinstance(artifact, Artifact) or artifact.damage:
        return
    weights = facts.get(Weights) or select(artifact, None)
    if isinstance(weights, Weights):
        from loadstone.engine import statistics

        unfitted = statistics.unfitted(artifact.path, weights.tensors)
        if unfitted is not None:
            facts[Unfitted] = unfitted


def _add_idle(facts: Facts) -> None:
    """Read the second matrices of an adapter, where it is whole."""
    artifact = facts[Artifact]
    if not isinstance(artifact, Artifact) or artifact.damage:
        return
    weights = facts.get(Weights) or select(artifact, None)
    if artifact.format == "peft-adapter" and isinstance(weights, Weights):
        from loadstone.engine import statistics

        idle = statistics.idle(artifact.path, weights.tensors)
        if idle is not None:
            facts[Idle] = idle


def _with_accepting(problem: TargetProblem, artifact: object) -> TargetProblem:
    if problem.kind == "module-missing":
        top = problem.reference.partition(":")[0].partition(".")[0]
        if importlib.util.find_spec(top) is None:
            from loadstone.environment.distributions import distributions

            return replace(problem, distribution=distributions().get(top, ""))
    if problem.kind != "name-missing" or not isinstance(artifact, Artifact):
        return problem
    from loadstone.adapters.torch import expects

    weights = select(artifact, None)
    tensors: Mapping[str, Any] = weights.tensors if weights else {}
    return replace(
        problem, accepting=expects.accepting(problem.reference, tensors) if tensors else ()
    )
