"""Archives of Stable Baselines (2.4 and later) and 3: settings in JSON with pickles, and weights.

What is no JSON is in `data` as base64 of a pickle, which `load` opens with cloudpickle.
https://github.com/DLR-RM/stable-baselines3/blob/master/stable_baselines3/common/save_util.py
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from loadstone.core.facts import Artifact, Damage, GlobalFact, RunsCode
from loadstone.readers import _json, _members, _roles
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._plain import Scalar, clean, mapping, text
from loadstone.readers._records import Records
from loadstone.readers._source import MemorySource

_DATA: Final = "data"
_PICKLED: Final = ":serialized:"
_POLICY: Final = "policy.pth"
_VERSION: Final = "_stable_baselines3_version"
_BESIDE: Final = (_POLICY, _VERSION, "parameter_list")  # the last of Stable Baselines 2
_ARRAYS: Final = "parameters"  # likewise
_LARGEST: Final = 8 << 20  # bytes of JSON
_MOST: Final = 500  # pickles that are read
# what settings are made of: classes of the library, of spaces and of layers, arrays and numbers
_OWN: Final = (
    r"(stable_baselines3|sb3_contrib)\.([a-z0-9_]+\.)*(policies|torch_layers|buffers|noise|utils"
    r"|distributions|her_replay_buffer|goal_selection_strategy|running_mean_std|type_aliases)\.[A-Z]"
    r"|(gym|gymnasium)\.spaces\.|torch\.(nn\.modules\.activation|optim\.\w+)\.[A-Z]"
    r"|(torch|torch\._utils|torch\.storage)\.(device|\w+Storage|_rebuild_\w+|Size|\w+\d)\Z"
    r"|numpy\.(_?core|random)\.|numpy\.(ndarray|dtype|(float|int|uint|bool|str|bytes)[_\d]*)\Z"
    r"|_codecs\.encode\Z|copyreg\._reconstructor\Z|copy_reg\._reconstructor\Z"
)
_PYTHON: Final = ("builtins", "__builtin__", "collections", "datetime", "enum")
_ORDER: Final[tuple[RunsCode, ...]] = ("no", "library", "unknown", "yes")


def sniff(records: Records) -> str | None:
    """Return "" where settings in JSON lie beside weights or a version, or hold pickles."""
    if _DATA not in records:
        return None
    if records.size(_DATA) > _LARGEST:  # it may hold pickles, which nobody looks for
        return ""
    if records.read(_DATA).lstrip()[:1] != b"{":
        return None
    told = any(name in records for name in _BESIDE)
    return "" if told or _pickled(_settings(records, [])) else None


def read(opened: Opened, records: Records, _: str) -> Artifact:
    """Return the policy's weights, and what the pickles among the settings call."""
    damage = list(records.damage)
    settings = _settings(records, damage)
    inner = _weights(opened, records, damage)
    told = [*inner.values(), *_pickles(opened, settings, damage)]
    verdicts = [item.opening_runs_code for item in told]
    if damage or records.disagreements:  # what could not be read may call anything
        verdicts.append("unknown")
    called = _called(told[len(inner) :])
    verdicts += ["yes"] * bool(called)
    policy = inner.get(_POLICY)
    return opened.artifact(
        "stable-baselines3",
        "container",
        framework="tensorflow" if _ARRAYS in inner or not inner else "torch",
        producer={"stable-baselines3": _version(records)},
        state_dicts=policy.state_dicts if policy is not None else (),
        globals=_globals(told),
        parts=_roles.parts(opened, records, (_DATA, _POLICY)),
        opening_runs_code=max(verdicts, key=_ORDER.index, default="library"),
        calls=tuple(dict.fromkeys([*(name for item in told for name in item.calls), *called])),
        damage=tuple(damage),
        disagreements=tuple(records.disagreements),
        detail=_detail(settings),
    )


def _weights(opened: Opened, records: Records, damage: list[Damage]) -> dict[str, Artifact]:
    """Return what each file of tensors is; the loader opens them all.

    Stable Baselines 2 reads an archive of arrays, which old versions of numpy unpickle.
    """
    names = [name for name in records.names if name.endswith(".pth") or name == _ARRAYS]
    found: dict[str, Artifact] = {}
    for name in names[:_MOST]:
        inner = _members.artifact(opened, records, name)
        if inner is None:
            why = f"`{clean(name, 60)}` cannot be read where it lies"
            damage.append(Damage("limit", why, detail={"member": clean(name)}))
            continue
        found[name] = inner
        damage += _members.within(inner, name)
    if len(names) > _MOST:
        damage.append(Damage("limit", f"{len(names)} files of tensors; {_MOST} are read"))
    return found


def _settings(records: Records, damage: list[Damage]) -> dict[str, Any]:
    detail = {"member": _DATA}
    if records.size(_DATA) > _LARGEST:
        why = f"`{_DATA}` takes {records.size(_DATA)} bytes, the limit is {_LARGEST}"
        damage.append(Damage("limit", why, detail=detail))
        return {}
    try:
        value, twice = _json.parse(records.read(_DATA), odd_numbers=True)
    except _json.NotJson as error:
        damage.append(Damage(error.kind, error.of(f"`{_DATA}`"), detail=detail))
        return {}
    if twice:
        why = f"`{_DATA}` holds `{clean(twice[0], 60)}` twice"
        damage.append(Damage("duplicate-key", why, detail=detail))
    return mapping(value)


def _pickled(settings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the names of settings that are pickles, with their base64."""
    return [
        (name, value[_PICKLED])
        for name, value in settings.items()
        if isinstance(value, dict) and _PICKLED in value
    ]


def _pickles(
    opened: Opened, settings: Mapping[str, Any], damage: list[Damage]
) -> Iterator[Artifact]:
    """Yield what each pickle is that the archive's own loader opens."""
    from loadstone.readers import pickle

    held = _pickled(settings)
    if len(held) > _MOST:
        why = f"`{_DATA}` holds {len(held)} pickles; {_MOST} are read"
        damage.append(Damage("limit", why, detail={"member": _DATA}))
    for name, value in held[:_MOST]:
        place = f"{_DATA}/{clean(name, 60)}"
        try:
            data = base64.b64decode(value, validate=False)
        except (TypeError, ValueError, binascii.Error):
            damage.append(Damage("malformed", f"`{place}` is no base64", detail={"member": _DATA}))
            continue
        source = MemorySource(data)
        inner = Opened(place, source, source.pread(0, HEAD), opened.depth + 1, opened.limits)
        yield pickle.read(inner)


def _called(settings: list[Artifact]) -> list[str]:
    """Return what `load` would call of the settings, unless it makes parts of a model only.

    It calls the policy, schedules, and the classes and functions among the keywords of the policy.
    """
    return [
        f"{item.module}.{item.name}, which the loader may call"
        for artifact in settings
        if artifact.opening_runs_code in ("no", "library")
        for item in artifact.globals
        if not re.match(_OWN, f"{item.module}.{item.name}")
        and not (item.module in _PYTHON and item.name not in ("getattr", "print"))
    ]


def _globals(told: list[Artifact]) -> tuple[GlobalFact, ...]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for artifact in told:
        for item in artifact.globals:
            found.setdefault((item.module, item.name), {}).update(dict.fromkeys(item.uses))
    return tuple(GlobalFact(*name, tuple(uses)) for name, uses in found.items())


def _version(records: Records) -> str | None:
    if _VERSION not in records:
        return None
    return text(records.read(_VERSION)[:40].decode("utf-8", "replace").strip())


def _detail(settings: Mapping[str, Any]) -> dict[str, Scalar]:
    steps = settings.get("num_timesteps")
    policy = text(mapping(settings.get("policy_class")).get("__module__")) or ""
    own = re.fullmatch(r"(?:stable_baselines3|sb3_contrib)\.(\w{2,20})\.policies", policy)
    algorithm = own[1].upper() if own else None
    if algorithm == "COMMON":  # the policies of two, of which one clips
        algorithm = "PPO" if "clip_range" in settings else "A2C"
    detail: dict[str, Scalar] = {
        "steps": steps if type(steps) is int and abs(steps) < 1 << 62 else None,
        "algorithm": algorithm,
        "package": policy.partition(".")[0] if own else None,
    }
    return {name: value for name, value in detail.items() if value is not None}
