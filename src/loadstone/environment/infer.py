"""What a file says of the environment that it was made in: facts in, requirements out.

Three kinds of evidence, the strongest first: a version written inside the file, a module path or
a format that only some versions have, and the mere name of a library.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Container, Iterator, Mapping
from importlib import resources
from typing import Any, Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from loadstone.core.facts import Artifact
from loadstone.core.needs import Needs, Requirement
from loadstone.environment.distributions import distributions
from loadstone.environment.releases import release
from loadstone.environment.renames import versions_with
from loadstone.toml import loads

# What reads a format that no pickle names.
_READERS: Final = {
    "xgboost": ("xgboost", ""),
    "lightgbm": ("lightgbm", ""),
    "catboost": ("catboost", ""),
    "onnx": ("onnxruntime", "ONNX Runtime computes the graph"),
}
_THREE: Final = 3  # the first Keras that computes with others than TensorFlow
BACKENDS: Final = {"tensorflow": ">=2.16", "torch": "", "jax": ""}  # of Keras 3
_CONTAINERS: Final = ("mlflow", "mlflow-skinny", "bentoml", "mlem")
_WHERE: Final = {
    "scikit-learn": "`_sklearn_version` in the file",
    "xgboost": "the version in the booster",
    "catboost": "the version in the model's information",
    "lightgbm": "the version in the file",
    "tensorflow": "`tensorflow_version` in the program",
    "transformers": "`transformers_version` in `config.json`",
    "skops": "`_skops_version` in the file",
}
_STANDARD: Final = sys.stdlib_module_names | {"__main__", "__builtin__", "copy_reg"}
BYTECODE: Final = "functions are in the file as bytecode"
_CODE: Final = {
    "3.7 or older": "<3.8",
    "3.8 to 3.10": ">=3.8,<3.11",
    "3.11 or newer": ">=3.11",
    "3.11": ">=3.11,<3.12",
    "3.12": ">=3.12,<3.13",
    "3.11 or 3.12": ">=3.11,<3.13",
    "3.13": ">=3.13,<3.14",
    "3.14 or newer": ">=3.14",
}


def infer(artifact: Artifact) -> Needs:
    """Return the requirements that the file's own facts give, each with its evidence."""
    found: dict[tuple[str, str], Requirement] = {}
    for item in _all(artifact):
        found.setdefault((item.distribution, item.specifier), item)
    kept = [item for item in found.values() if not _weaker(item, list(found.values()))]
    return Needs(
        tuple(item for item in kept if item.distribution != "python"),
        tuple(item for item in kept if item.distribution == "python"),
        _own(artifact),
    )


def _weaker(item: Requirement, others: list[Requirement]) -> bool:
    """Whether another requirement on the same distribution says more: a version, or a range."""
    same = [other.specifier for other in others if other.distribution == item.distribution]
    if item.distribution == "python" or item.specifier.startswith("=="):
        return False
    return any(text.startswith("==") for text in same) or (not item.specifier and any(same))


def _all(artifact: Artifact) -> Iterator[Requirement]:
    if artifact.format == "loadstone" and artifact.requires:  # a save knows what it needs
        yield from _kept(artifact)
        yield from _of_python(artifact)
        return
    yield from _written(artifact)
    yield from _asked(artifact)
    yield from _of_format(artifact)
    yield from _of_keras(artifact)
    yield from _of_names(artifact)
    yield from _of_values(artifact)
    yield from _of_python(artifact)


def _written(artifact: Artifact) -> Iterator[Requirement]:
    """Yield the versions that stand in the file itself."""
    for name, version in artifact.producer.items():
        if version is None or name not in _WHERE or not _is_version(version):
            continue
        whole = version.count(".") > 1 or name == "python"
        wanted = f"=={version}" if whole or release(name, version) else f"=={version}.*"
        yield Requirement(name, wanted, _WHERE[name])


def _asked(artifact: Artifact) -> Iterator[Requirement]:
    """Yield what a list of requirements beside the model asks for."""
    for name, specifier in artifact.requires.items():
        if name in _CONTAINERS or not artifact.is_folder:
            continue  # what packed the model is not needed to load it
        try:
            SpecifierSet(specifier)
        except InvalidSpecifier:
            continue
        yield Requirement(_normal(name), specifier, "the folder's list of requirements")


def _kept(artifact: Artifact) -> Iterator[Requirement]:
    """Yield what a bundle says that it cannot do without."""
    for name, specifier in artifact.requires.items():
        with contextlib.suppress(InvalidSpecifier):
            SpecifierSet(specifier)
            yield Requirement(_normal(name), specifier, "what the save ran with")


def _of_format(artifact: Artifact) -> Iterator[Requirement]:
    reader = _READERS.get(artifact.framework or "")
    if reader and not artifact.globals:
        name, why = reader
        yield Requirement(name, "", why or f"the format is {artifact.format}")
    if artifact.format in ("tf-graph", "tflite"):
        least = artifact.detail.get("runtime")
        known = isinstance(least, str) and _is_version(least)
        because = f"`min_runtime_version` is `{least}`" if known else "TensorFlow runs it"
        yield Requirement("tensorflow", f">={least}" if known else "", because)
    for row in _stacks()["format"]:
        if row["format"] == artifact.format and row["value"] == artifact.detail.get(row["detail"]):
            name, specifier = _split(row["requires"])
            yield Requirement(name, specifier, f"`{row['detail']}` is `{row['value']}`")
    opset = artifact.detail.get("opset")
    if artifact.framework == "onnx" and isinstance(opset, int):
        least = _first_with(opset)
        if least:
            yield Requirement("onnxruntime", f">={least}", f"opset {opset}")


def _of_keras(artifact: Artifact) -> Iterator[Requirement]:
    """Yield the Keras that wrote a file, or the TensorFlow that it is a part of."""
    written = artifact.producer.get("keras")
    if not written or artifact.framework != "keras":
        return
    base, dash, rest = written.partition("-")
    if not _is_version(base):
        return
    version = Version(base)
    for row in _stacks()["keras"]:
        if version in SpecifierSet(row["written"]) and row["suffix"] == dash + rest:
            minor = f"{version.major}.{version.minor}"
            name, specifier = _split(row["requires"].format(version=base, minor=minor))
            yield Requirement(name, specifier, f"`keras_version` is `{written}`")
    theano = artifact.detail.get("backend") == "theano" and artifact.content == "model"
    if theano and version.major < _THREE:  # weights alone are for whoever builds their model
        said = "`backend` is `theano`" if version.major > 1 else "its weights have Theano's names"
        yield Requirement("theano", "", said)
    needed = backend(artifact)
    if needed:
        yield Requirement(needed, BACKENDS[needed], _why_backend(artifact, needed))


def backend(artifact: Artifact) -> str:
    """Return the one backend of Keras 3 that computes a model as it was, "" where others do too."""
    if not is_of_three(artifact):
        return ""
    named = {item.name for item in artifact.modules if item.module.startswith("keras.")}
    for name, layers in _stacks()["backend"].items():
        if named.intersection(layers):
            return str(name)
    saved = artifact.detail.get("backend")  # HDF5 says it, an archive does not
    other = saved == "torch" and artifact.detail.get("other_with_torch")
    return "torch" if other else ""


def preferred(artifact: Artifact) -> str:
    """Return the backend of Keras 3 to compute a model with where it is here, "" for any."""
    saved = str(artifact.detail.get("backend") or "")
    other = "jax" if artifact.detail.get("other_with_torch") else ""  # as TensorFlow computes it
    return backend(artifact) or saved or other


def is_of_three(artifact: Artifact) -> bool:
    """Whether it is a model of Keras 3, by the version that stands in it."""
    written = str(artifact.producer.get("keras") or "").partition("-")[0]
    known = artifact.framework == "keras" and _is_version(written)
    return known and Version(written).major >= _THREE


def _why_backend(artifact: Artifact, needed: str) -> str:
    layers = _stacks()["backend"][needed]
    found = next((item.name for item in artifact.modules if item.name in layers), "")
    if found:
        return f"`{found}` is computed by {needed} alone"
    others = artifact.detail.get("other_with_torch")
    return f"`backend` is `{needed}`, and others compute `{others}` otherwise"


def same(distribution: str) -> tuple[str, ...]:
    """Return the other distributions that bring the same library, the smallest first."""
    return tuple(_stacks()["same"].get(distribution, ()))


def _first_with(opset: int) -> str | None:
    table = _stacks()["opset"]
    reading = [version for known, version in table.items() if int(known) >= opset]
    return min(reading, key=Version, default=None)


def _of_names(artifact: Artifact) -> Iterator[Requirement]:
    """Yield the libraries that the file names, and the versions that have those names there."""
    table = distributions()
    bounds: dict[str, dict[str, str]] = {}
    for item in artifact.globals:
        distribution = table.get(item.module.partition(".")[0])
        if distribution is None:
            continue
        known = bounds.setdefault(distribution, {})
        known.setdefault("", f"`{item.module}` is named")
        for library, specifier in versions_with(f"{item.module}.{item.name}"):
            of_library = bounds.setdefault(table.get(library, library), {})
            of_library.setdefault(specifier, f"`{item.module}.{item.name}`")
    for row in _stacks()["module"]:
        if any(item.module == row["module"] for item in artifact.globals):
            yield Requirement(row["add"], "", row["because"])
    for distribution, specifiers in bounds.items():
        for specifier, because in specifiers.items():
            yield Requirement(distribution, specifier, because)


def _of_values(artifact: Artifact) -> Iterator[Requirement]:
    """Yield what values in the file, rather than names, tell of the libraries."""
    numpy = artifact.detail.get("numpy")
    if numpy == "1":
        yield Requirement("numpy", "<2", "`numpy.core` holds the arrays")
    elif numpy == "2":
        yield Requirement("numpy", ">=2", "`numpy._core` holds the arrays")
    if artifact.detail.get("joblib") == "1.2 or newer":
        yield Requirement("joblib", ">=1.2", "arrays are padded, which joblib 1.2 began")
    if _on_frames(artifact):
        yield Requirement("pandas", "", "the model was fitted on named columns")
    numbered = artifact.detail.get("pandas_categorical") or artifact.detail.get("categories")
    if numbered or any(item.attributes.get("enable_categorical") for item in artifact.modules):
        yield Requirement("pandas", "", "columns may be of categories that pandas numbers")


def _on_frames(artifact: Artifact) -> bool:
    names = any(
        key.rpartition(".")[2] == "feature_names_in_"
        for state in artifact.state_dicts
        for key in (*state.tensors, *state.others)
    )
    return names or any(item.name == "ColumnTransformer" for item in artifact.modules)


def _of_python(artifact: Artifact) -> Iterator[Requirement]:
    written = artifact.producer.get("python")
    if written and _is_version(written):
        release = ".".join(written.split(".")[:2])
        if release.startswith("3"):
            yield Requirement("python", f"=={release}.*", f"written by Python {written}")
    told = artifact.detail.get("code_python") or artifact.detail.get("bytecode_of")
    code = _CODE.get(str(told))
    if code:
        yield Requirement("python", code, BYTECODE)
    if artifact.protocol == 5 and artifact.globals:
        yield Requirement("python", ">=3.8", "pickle protocol 5")


def traps(distribution: str, version: str, beside: Container[str] = ()) -> Iterator[Requirement]:
    """Yield what is known to be needed beside a version of a distribution, and others `beside` it.

    What stands in for it there is not asked for, nor what only others that are not there need.
    """
    for row in _stacks()["trap"]:
        name, specifier = _split(row["with"])
        instead = any(other in beside for other in row.get("unless", ()))
        instead = instead or not all(other in beside for other in row.get("where", ()))
        if name == distribution and Version(version) in SpecifierSet(specifier) and not instead:
            added, bound = _split(row["add"])
            yield Requirement(added, bound, row["because"])


def _own(artifact: Artifact) -> tuple[str, ...]:
    """Return the modules that neither Python nor a known library brings."""
    table = distributions()
    known = {*_STANDARD, *table}
    if artifact.framework == "sklearn":
        known.add("_loss")  # a compiled module of its own, which calls itself so
    tops = (item.module.partition(".")[0] for item in artifact.globals)
    return tuple(dict.fromkeys(top for top in tops if top not in known))


@functools.cache
def _stacks() -> Mapping[str, Any]:
    text = resources.files("loadstone").joinpath("data/stacks.toml").read_text("utf-8")
    table: dict[str, Any] = loads(text)
    return table


def _split(requirement: str) -> tuple[str, str]:
    at = min((requirement.find(sign) for sign in "<>=!~" if sign in requirement), default=None)
    return (requirement, "") if at is None else (requirement[:at], requirement[at:])


def _normal(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(".", "-")


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
