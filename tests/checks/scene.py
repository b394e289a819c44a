"""The words in which the examples of the checks are written: each gives a fact.

`read(source)` runs an example and returns its facts. The last of each kind of fact counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loadstone.core.facts import (
    Applied,
    Archived,
    Artifact,
    AsMade,
    Assignment,
    Bundle,
    Code,
    CodeName,
    Coverage,
    Damage,
    Drift,
    Environment,
    Extent,
    FileChange,
    Filling,
    GlobalFact,
    Held,
    Idle,
    Infinite,
    KeptFile,
    Load,
    Lookups,
    Misfit,
    ModelType,
    ModuleFact,
    MovedRow,
    NotNumbers,
    OutputDrift,
    PortFact,
    Ran,
    Replay,
    Rewrite,
    SaveFacts,
    SignatureFact,
    StageReplay,
    StateDict,
    Stray,
    Target,
    TargetProblem,
    TensorFact,
    Trials,
    Uncaptured,
    Unfitted,
    Untied,
)

_OPTIMIZER = {"state", "param_groups"}
_WHY = "as the example says"


def zeros(
    *shape: int, dtype: str = "float32", device: str | None = None, at: int | None = None
) -> TensorFact:
    """A tensor; with `at`, the byte of the file that it starts at, it lies in one place."""
    place = None if at is None else Extent("", at, 4, 0, (1,) * len(shape), str(at))
    return TensorFact(dtype, shape, device, place)


def damage(kind: str, why: str = _WHY, at: int | None = None, **detail: Any) -> Damage:
    return Damage(kind, why, at, detail)


def layer(name: str, **attributes: Any) -> ModuleFact:
    """A layer of Keras itself."""
    return ModuleFact("", "keras.layers", name, attributes)


def raised(error: str) -> StageReplay:
    return StageReplay("model", "unproven", error=error)


def signature(name: str, **inputs: tuple[str, tuple[int | None, ...]]) -> SignatureFact:
    """A way to call a model: each input with its dtype and its sizes."""
    ports = (PortFact(key, dtype, shape) for key, (dtype, shape) in inputs.items())
    return SignatureFact(name, tuple(ports))


class Scene:
    """Collects the facts that an example states."""

    def __init__(self) -> None:
        self.facts: dict[type, object] = {}
        self.names: list[CodeName] = []
        self.module_kinds: dict[str, TensorFact] = {}

    def words(self) -> dict[str, Any]:
        return {
            "zeros": zeros,
            "damage": damage,
            "layer": layer,
            "raised": raised,
            "signature": signature,
            "artifact": self.artifact,
            "save": self.save,
            "load_into": self.load_into,
            "no_target": self.no_target,
            "assignment": self.assignment,
            "trials": self.trials,
            "unfitted": self.unfitted,
            "idle": self.idle,
            "infinite": self.infinite,
            "applied": self.applied,
            "model_type": self.model_type,
            "not_numbers": self.not_numbers,
            "as_made": self.as_made,
            "environment": self.environment,
            "code": self.code,
            "replay": self.replay,
            "coverage": self.coverage,
            "stray": self.stray,
            "misfit": self.misfit,
            "drift": self.drift,
            "archived": self.archived,
            "rewrite": self.rewrite,
            "saving": self.saving,
            "bundle": self.bundle,
            "load": self.load,
            "held": self.held,
        }

    def artifact(
        self,
        path: str = "model.pth",
        *,
        format: str = "torch-zip",  # noqa: A002 - the word of the fact
        content: str = "state-dict",
        size: int = 1000,
        framework: str | None = "torch",
        state: Mapping[str, TensorFact] | None = None,
        modules: Sequence[str | ModuleFact] = (),
        globals: Sequence[str] = (),  # noqa: A002 - the word of the fact
        **facts: Any,
    ) -> None:
        found = tuple(_module(item) for item in modules)
        names = [*globals, *(f"{item.module}.{item.name}" for item in found)]
        states = (StateDict("", state),) if state is not None else facts.pop("state_dicts", ())
        lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
        self.facts[Artifact] = Artifact(
            path=path,
            format=format,
            content=content,  # type: ignore[arg-type]
            size=size,
            framework=framework,
            state_dicts=tuple(states),
            modules=found,
            globals=tuple(GlobalFact(*name.rpartition(".")[::2]) for name in dict.fromkeys(names)),
            **(facts | lists),
        )

    def save(self, value: Mapping[str, Any], path: str = "model.pth", **facts: Any) -> None:
        """A file of `torch.save(value)`: tensors, dictionaries of tensors, and described values."""
        tensors = {key: item for key, item in value.items() if isinstance(item, TensorFact)}
        nested = {key: item for key, item in value.items() if isinstance(item, Mapping)}
        others = {key: _described(item) for key, item in value.items() if key not in tensors}
        states = [StateDict("", tensors, others)] if tensors else []
        for key, item in nested.items():
            role = "optimizer" if "optim" in key else "ema" if "ema" in key else "model"
            states.append(StateDict(key, item, role=role))  # type: ignore[arg-type]
        if set(value) >= _OPTIMIZER:
            states.append(StateDict("", {}, role="optimizer"))
        plain = len(tensors) == len(value)
        devices = [fact.device for state in states for fact in state.tensors.values()]
        self.artifact(
            path,
            content=facts.pop("content", "state-dict" if plain else "checkpoint"),
            state_dicts=states,
            entries={key: _described(item) for key, item in value.items()},
            devices=tuple(dict.fromkeys(device for device in devices if device)),
            **facts,
        )

    def load_into(
        self,
        tensors: Mapping[str, TensorFact],
        name: str = "net.Net",
        *,
        extras: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
        left: Sequence[str] = (),
        aside: Sequence[str] = (),
        untied: Sequence[str] = (),
        accepts: bool | None = None,
        modules: Mapping[str, str] | None = None,
    ) -> None:
        reference, last = name.replace(".", ":"), name.rpartition(".")[2]
        self.facts[Target] = Target(
            name,
            tensors,
            reference,
            "net.py",
            4,
            class_name=last,
            extras=tuple(extras),
            aliases=aliases or {},
            modules=modules or {},
            accepts=False if left else accepts,
        )
        if left or aside:
            self.facts[Filling] = Filling(tuple(left), tuple(aside))
        if untied and aliases:
            self.facts[Untied] = Untied(tuple((name, aliases[name]) for name in untied))

    def held(self, name: str = "net.Net", **facts: Any) -> None:
        self.facts[Held] = Held(name, **{key: tuple(value) for key, value in facts.items()})

    def trials(self, examples: int, tried: int, right: Sequence[int] = (), **facts: Any) -> None:
        self.facts[Trials] = Trials(examples, tried, tuple(right), **facts)

    def unfitted(self, modules: Sequence[str], total: int) -> None:
        self.facts[Unfitted] = Unfitted(tuple(modules), total)

    def infinite(self, tensors: Mapping[str, float], dtype: str = "float16") -> None:
        self.facts[Infinite] = Infinite(tensors, dtype)

    def idle(self, modules: Sequence[str], total: int) -> None:
        self.facts[Idle] = Idle(tuple(modules), total)

    def applied(self, name: str = "Net", **names: Sequence[str]) -> None:
        self.facts[Applied] = Applied(name, **{key: tuple(item) for key, item in names.items()})

    def model_type(self, name: str, installed: str, *, known: bool) -> None:
        self.facts[ModelType] = ModelType(name, installed, known)

    def not_numbers(self, tensors: Mapping[str, int], total: int) -> None:
        self.facts[NotNumbers] = NotNumbers(tensors, total)

    def as_made(self, zeros: Sequence[str] = (), ones: Sequence[str] = ()) -> None:
        self.facts[AsMade] = AsMade(tuple(zeros), tuple(ones))

    def no_target(self, reference: str, kind: str, why: str = _WHY, **facts: Any) -> None:
        lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
        self.facts[TargetProblem] = TargetProblem(reference, kind, why, **(facts | lists))

    def assignment(self, reference: str, layout: str = "named", **facts: Any) -> None:
        lists = {key: tuple(value) for key, value in facts.items()}
        self.facts[Assignment] = Assignment(reference, "Model", "keras 3.15.0", layout, 8, **lists)

    def environment(
        self,
        *,
        python: str = "3.11.7",
        torch: str | None = "2.13.0",
        numpy: str = "2.4.6",
        transformers: str | None = None,
        devices: Sequence[str] = ("cpu",),
        installed: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> None:
        versions = {"numpy": numpy} | ({"torch": torch} if torch else {})
        versions |= {"transformers": transformers} if transformers else {}
        versions |= installed or {}
        self.facts[Environment] = Environment(python, versions, devices=tuple(devices), **facts)

    def code(
        self,
        name: str,
        state: str,
        found: Sequence[str] = (),
        distribution: str | None = None,
        **facts: Any,
    ) -> None:
        module, _, last = name.rpartition(".")
        fact = CodeName(module, last, state, distribution, tuple(found), **facts)  # type: ignore[arg-type]
        self.names.append(fact)
        self.facts[Code] = Code(tuple(self.names))

    def replay(
        self, *, witnesses: int = 3, repeatable: bool | None = None, **stages: str | StageReplay
    ) -> None:
        found = [
            StageReplay(name, item, moved=witnesses if item == "differs" else 0)  # type: ignore[arg-type]
            if isinstance(item, str)
            else StageReplay(name, item.result, error=item.error)  # type: ignore[arg-type]
            for name, item in stages.items()
        ]
        self.facts[Replay] = Replay(witnesses, tuple(found), repeatable=repeatable)

    def coverage(self, name: str, *, examples: Sequence[str] = (), **facts: Any) -> None:
        self.facts[Coverage] = Coverage((Lookups(name, examples=tuple(examples), **facts),))

    def stray(self, name: str, why: str, *, examples: Sequence[str] = (), **facts: Any) -> None:
        found = Stray(name, why, unit="row", examples=tuple(examples), **facts)
        self.facts[Coverage] = Coverage(strays=(found,))

    def misfit(
        self, kind: str, name: str, message: str, *, nearest: Sequence[str] = (), **facts: str
    ) -> None:
        found = Misfit(kind, name, message, nearest=tuple(nearest), **{"given": "", **facts})
        self.facts[Coverage] = Coverage(misfits=(found,))

    def saving(
        self, *, name: str = "Net", uncaptured: Sequence[tuple[str, str, str]] = (), **facts: Any
    ) -> None:
        lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
        without = tuple(Uncaptured(*item) for item in uncaptured)
        if "kept" in lists:
            lists["kept"] = tuple(KeptFile(*item) for item in lists["kept"])
        self.facts[SaveFacts] = SaveFacts(name, uncaptured=without, **(facts | lists))

    def bundle(
        self,
        *,
        changed: Sequence[str] = (),
        missing: Sequence[str] = (),
        extra: Sequence[str] = (),
        replaced: Sequence[str] = (),
        **facts: Any,
    ) -> None:
        changes = [
            FileChange(name, kind)  # type: ignore[arg-type]
            for kind, names in (("changed", changed), ("missing", missing), ("extra", extra))
            for name in names
        ]
        path = getattr(self.facts.get(Artifact), "path", "model.lode")
        self.facts[Bundle] = Bundle(
            path,
            schema="loadstone.bundle/1",
            changes=tuple(changes),
            replaced=tuple(replaced),
            **facts,
        )

    def drift(
        self,
        library: str,
        before: str,
        now: str,
        *,
        rows: int = 8,
        moved: Sequence[tuple[int, str, str]] = (),
        given: Sequence[tuple[int, str, str]] | None = None,
        error: str = "",
    ) -> None:
        outputs = _outputs(moved)
        wanted = None if given is None else _outputs(given)
        self.facts[Drift] = Drift(
            rows,
            library,
            Ran("/envs/old/bin/python", "3.11.7", {library: before}),
            Ran("this environment", "3.11.7", {library: now}, error),
            () if error else (outputs,),
            wanted,
            None if error else wanted,
        )

    def rewrite(
        self,
        library: str,
        before: str,
        now: str,
        *,
        done: Sequence[str] = (),
        moved: Sequence[tuple[int, str, str]] = (),
        error: str = "",
    ) -> None:
        self.drift(library, before, now, moved=moved)
        proof = self.facts.pop(Drift)
        self.facts[Load] = Load(where="this environment", error="raised", why="AttributeError")
        self.facts[Rewrite] = Rewrite(
            "model.fixed.pkl",
            tuple(done),
            made={"within its limits": 8},
            drift=None if error else proof,  # type: ignore[arg-type]
            error=error,
        )

    def archived(self, *, rows: int, variables: int) -> None:
        """A model of Keras 2 that predicted the same as an archive of Keras 3."""
        stage = StageReplay("model", "within tolerance", difference=1e-7)
        replay = Replay(rows, (stage,), form="rebuilt original", whole="within tolerance")
        self.facts[Archived] = Archived(
            "model.keras", variables=variables, made=rows, replay=replay
        )

    def load(self, **facts: Any) -> None:
        lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
        self.facts[Load] = Load(**(facts | lists))


def read(source: str) -> dict[type, object]:
    """Return the facts that an example states."""
    scene = Scene()
    exec(compile(source, "<example>", "exec"), scene.words())
    return scene.facts


def _module(item: str | ModuleFact) -> ModuleFact:
    if isinstance(item, ModuleFact):
        return item
    module, _, name = item.rpartition(".")
    return ModuleFact("", module, name)


def _described(item: object) -> str:
    if isinstance(item, TensorFact):
        return str(item)
    return f"dict of {len(item)}" if isinstance(item, Mapping) else str(item)


def _outputs(moved: Sequence[tuple[int, str, str]]) -> OutputDrift:
    return OutputDrift(
        "predictions",
        "differs" if moved else "identical",
        moved=tuple(row for row, _, _ in moved),
        examples=tuple(MovedRow(*item) for item in moved),
    )
