"""What a configuration of Keras gives as facts, whichever file it was found in."""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import Damage
from loadstone.readers import _keras_config, _keras_gone, _keras_names, _keras_signature
from loadstone.readers._keras_config import Config
from loadstone.readers._plain import Scalar, clean, word

Detail = dict[str, Scalar]
KNOWN = ("keras_hub", "keras_cv", "keras_nlp")  # libraries of Keras itself
_HARMLESS = ("missing-member",)  # nothing that could be code was left unread
_LIST = 20
_SHORT = ("mse", "mae", "mape", "msle", "kld")  # losses that Keras 3 takes for metrics, of HDF5
# arguments of Keras's own layers and initializers, and the first version that takes each: all minor
# versions from 3.10 to 3.15 were tried
_ARGUMENTS = {"input_axes": "3.15.0", "quantization_config": "3.13.0"}


def model(
    config: object, training: object, *, version: str, archived: bool = False
) -> dict[str, Any]:
    """Return the facts of a model's configuration and of how it was compiled."""
    found = _keras_config.read(config, training)
    signature = _keras_signature.signature(config)
    optimizer = _optimizer(training)
    others = found.with_torch[:_LIST]
    detail: Detail = {
        "class": found.root or None,
        "compiled": bool(training),
        "optimizer": optimizer or None,
        "loss": _shown(training.get("loss")) if isinstance(training, dict) else None,
        "custom": ", ".join(list(found.globals)[:_LIST]) or None,
        "custom_training": ", ".join(list(found.training)[:_LIST]) or None,
        "lambdas": len(found.lambdas) or None,
        "lambda_paths": ", ".join(item.path for item in found.lambdas[:_LIST]) or None,
        "bytecode_of": _pythons(found),
        "lambda_names": ", ".join(_names(found)) or None,
        "imports": ", ".join(list(found.imports)[:_LIST]) or None,
        "external": "; ".join(found.external[:5])[:800] or None,
        "policies": ", ".join(name for name in found.policies if name) or None,
        **({"other_with_torch": ", ".join(others)} if others else {}),
        **_of_versions(found),
        **training_words(training),
        **_newest(config),
        **_gone(config, archived=archived),
    }
    return {
        "modules": tuple(found.modules),
        "globals": tuple({**found.training, **found.globals}.values()),
        "signatures": (signature,) if signature is not None else (),
        "ops": dict(sorted(found.operations.items())),
        "detail": detail,
        "config": found,
        "version": version,
    }


def generation(version: str, config: object, layout: str) -> Detail:
    """Return which of the three Kerases wrote it: by its version, else by how it is written."""
    major = version.partition(".")[0]
    if major.isdecimal() and len(major) < 3:
        return {"generation": int(major)}
    if isinstance(config, dict) and (
        "registered_name" in config or _has_key(config, "batch_shape")
    ):
        return {"generation": 3}
    if layout.startswith("numbered"):
        return {"generation": None}  # 2.12 and later write it, and 3
    return {"generation": 1 if layout and not version else None}


def runs(facts: dict[str, Any], damage: list[Damage]) -> dict[str, Any]:
    """Return the facts with what `load_model` would run.

    Of an `.h5`, Keras 1 and 2 unmarshal a lambda without asking, and so do 3.0 and 3.3 (measured);
    3.15 refuses. Of a `.keras`, 2.13 to 3.15 refuse unless they are given `safe_mode=False`, and
    load nothing then. The modules that classes come from are imported: 2.13 and 2.15 do so for a
    `.keras`, 3.0 also for an `.h5`, 3.15 only where they are of `KNOWN`.
    """
    facts = dict(facts)
    config: Config = facts.pop("config")
    facts.pop("version")
    calls = [f"the bytecode of `{item.path}`" for item in config.lambdas[:50]]
    imported = [f"{module}.{name}" for module, name in list(config.imports.items())[:50]]
    unread = not config.whole or any(item.kind not in _HARMLESS for item in damage)
    foreign = any(module.partition(".")[0] not in KNOWN for module in config.imports)
    word = "library" if imported else "no"
    if unread or config.external:
        word = "unknown"
    if calls or foreign or config.called:
        word = "yes"
    outside = (*calls, *dict.fromkeys([*imported, *config.called[:50]]), *config.external[:50])
    return {**facts, "opening_runs_code": word, "calls": outside}


def _of_versions(found: Config) -> Detail:
    """Return the layers that not every Keras since 2.8 has: `+` before those that do, `-` else."""
    asked = _keras_names.asked()
    since = set(asked[asked.index("2.8.0") :])
    told = []
    for name in found.classes:
        have = set(_keras_names.versions_with(name))
        if have and not since <= have:
            marks = " ".join(f"{'+' if item in have else '-'}{item}" for item in asked)
            told.append(f"{name}: {marks}")
    return {"layers_of_versions": "; ".join(told[:_LIST])} if told else {}


def training_words(training: object) -> Detail:
    """Return what of how it was compiled some Kerases do not take."""
    if not isinstance(training, dict):
        return {}
    held = training.get("optimizer_config") or training.get("optimizer")
    optimizer = held if isinstance(held, dict) else {}
    config = optimizer.get("config")
    given = config if isinstance(config, dict) else {}
    words = [name for name in ("weight_decay", "lr", "is_legacy_optimizer") if name in given]
    if word(optimizer.get("module")).endswith(".legacy"):
        words.append("legacy")
    loss = training.get("loss")
    if isinstance(loss, str) and loss.lower() in _SHORT:
        words.append(f"loss {loss}")
    return {"training_words": ", ".join(words)} if words else {}


def custom_training(training: object) -> Detail:
    """Return the losses and metrics that Keras does not have, of how a model was compiled."""
    names = list(_keras_config.read(None, training).training)
    return {"custom_training": ", ".join(names[:_LIST])} if names else {}


def _newest(config: object) -> Detail:
    """Return the newest argument that Keras itself wrote, and since when it takes it."""
    name = next((name for name in _ARGUMENTS if _has_key(config, name)), None)
    return {"newest_argument": name, "argument_since": _ARGUMENTS[name] if name else None}


def _gone(config: object, *, archived: bool) -> Detail:
    """Return the arguments that Keras 3 does not have, and whether it does what they say."""
    names = _keras_gone.gone(config, archived=archived)
    if not names:
        return {}
    alone = _keras_gone.without(config, archived=archived) is not None
    beside = not alone and _keras_gone.without(config, archived=archived, own=True) is not None
    told: Detail = {"gone_arguments": ", ".join(names), "gone_at_default": alone}
    return {**told, "gone_beside_own": True} if beside else told


def _pythons(found: Config) -> str | None:
    versions = dict.fromkeys(item.code.python for item in found.lambdas if item.code.python)
    return ", ".join(versions) or None


def _names(found: Config) -> list[str]:
    names = dict.fromkeys(name for item in found.lambdas for name in item.code.globals)
    return list(names)[:_LIST]


def _optimizer(training: object) -> str:
    if not isinstance(training, dict):
        return ""
    held = training.get("optimizer_config") or training.get("optimizer")
    name = held.get("class_name") if isinstance(held, dict) else held
    return word(name, 100)


def _shown(value: object) -> str | None:
    """Return a loss in a word or two."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        name = value.get("class_name")
        if name == "function" and isinstance(value.get("config"), str):
            return clean(value["config"])
        return clean(name) if isinstance(name, str) else f"{len(value)} losses"
    return f"{len(value)} losses" if isinstance(value, list) else None


def _has_key(value: object, key: str) -> bool:
    """Whether an object somewhere inside has the key."""
    waiting, left = [value], 20_000
    while waiting and left:
        left -= 1
        node = waiting.pop()
        if isinstance(node, dict):
            if key in node:
                return True
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return False
