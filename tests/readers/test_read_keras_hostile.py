"""Keras's formats on bytes that nobody wrote: facts or damage, in time, within memory."""

from __future__ import annotations

import base64
import json
import marshal
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_truth import read, untraced

from loadstone import readers
from loadstone.core.jsonable import to_json
from loadstone.readers import _keras_code, _keras_config, _keras_signature

FILES = Path(__file__).parents[1] / "files" / "keras"
WORDS = {"truncated", "malformed", "limit", "missing-member", "crc", "trailing", "crlf"}
ANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SEEDS = [
    "keras-1.2.2/sequential.h5",
    "keras-1.2.2/lambda.h5",
    "tf-2.15.1/functional.h5",
    "tf-2.15.1/model.weights.h5",
    "keras-3.15.0/brief.weights.h5",
    "keras-3.15.0/custom.keras",
    "keras-3.15.0/functional.json",
    "tf-1.15.5/functional.yaml",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([
                "class_name", "config", "layers", "layer", "name", "module", "registered_name",
                "function", "function_type", "input_layers", "output_layers", "batch_shape",
                "batch_input_shape", "dtype", "loss", "metrics", "code", "activation",
            ]),
            inner | st.sampled_from(["Sequential", "Lambda", "lambda", "__lambda__", "a>b", ">"]),
            max_size=6,
        )
    ),
    max_leaves=30,
)  # fmt: skip


def looked_at(path):
    before = time.process_time()
    with untraced():
        artifact = read(path)
    assert time.process_time() - before < 2
    json.dumps(to_json(artifact), allow_nan=False).encode("utf-8")
    assert {item.kind for item in artifact.damage} <= WORDS
    if artifact.framework == "keras" and artifact.damage:
        missing = all(item.kind == "missing-member" for item in artifact.damage)
        assert artifact.opening_runs_code != "no" or missing
    if not artifact.damage:
        for state in artifact.state_dicts:
            for fact in list(state.tensors.values())[:3]:
                if fact.extent is not None:
                    for chunk, _ in zip(readers.tensor_bytes(path, fact), range(3), strict=False):
                        assert len(chunk) <= 32 << 20
    return artifact


@st.composite
def mutations(draw, data):
    data = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["flip", "cut", "number", "number"]))
        at = draw(st.integers(0, max(0, len(data) - 1)))
        if kind == "flip" and data:
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[at:]
        else:
            data[at : at + 8] = draw(
                st.sampled_from(
                    [b"\xff" * 8, b"\xff" * 7 + b"\x7f", b"\0" * 8, b"\0\0\1\0\0\0\0\0"]
                )
            )
    return bytes(data)


@pytest.mark.parametrize("name", SEEDS)
@ANY
@given(data=st.data())
def test_changed_files(tmp_path, name, data):
    path = tmp_path / "model"
    path.write_bytes(data.draw(mutations((FILES / name).read_bytes())))
    looked_at(path)


@pytest.mark.parametrize("name", ["tf-2.15.1/sequential.h5", "keras-3.15.0/model.weights.h5"])
def test_files_that_end_too_early(tmp_path, name):
    whole = (FILES / name).read_bytes()
    path = tmp_path / "model.h5"
    for size in range(8, len(whole), 997):
        path.write_bytes(whole[:size])
        artifact = looked_at(path)
        assert [item.kind for item in artifact.damage][:1] in (["truncated"], ["malformed"])
        if size > 96:
            (cut,) = [item for item in artifact.damage if item.kind == "truncated"]
            assert (cut.detail["have"], cut.detail["need"]) == (size, len(whole))


@ANY
@given(config=JSON, training=JSON)
def test_any_configuration(config, training):
    found = _keras_config.read(config, training)
    signature = _keras_signature.signature(config)
    json.dumps(to_json([*found.modules, *found.globals.values(), signature]), allow_nan=False)


def places(node, path=()):
    """Yield the way to each value of a configuration."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def configuration_of(path):
    if path.suffix == ".json":
        return json.loads(path.read_text())
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))


def rewritten(path, config, out):
    """Write the model of `path` anew, with another configuration."""
    if path.suffix == ".json":
        out.write_text(json.dumps(config))
        return
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as made:
        for name in archive.namelist():
            data = json.dumps(config) if name == "config.json" else archive.read(name)
            made.writestr(name, data)


WHOLE = [
    f"{where}/{name}"
    for where in ("tf-2.15.1", "keras-3.15.0")
    for name in ("functional.keras", "sequential.keras", "lambda.keras", "functional.json")
    if (FILES / where / name).exists()
]


@pytest.mark.parametrize("name", WHOLE)
@settings(ANY, max_examples=300)
@given(data=st.data())
def test_a_configuration_with_another_kind_of_value_somewhere(tmp_path, name, data):
    config = configuration_of(FILES / name)
    for _ in range(data.draw(st.integers(1, 2))):
        *way, last = data.draw(st.sampled_from(list(places(config))))
        node = config
        for key in way:
            node = node[key]
        words = ["null", "true", "-1", "1e308", '""', '"Sequential"', "[]", "[[]]", "[{}]", "{}"]
        node[last] = json.loads(data.draw(st.sampled_from(words)))
    rewritten(FILES / name, config, tmp_path / "model")
    looked_at(tmp_path / "model")


@ANY
@given(data=st.binary(max_size=200), head=st.sampled_from([b"", b"\xe3" + b"\0" * 20 + b"s", b"c"]))
def test_any_bytecode(data, head):
    found = _keras_code.describe(base64.b64encode(head + data).decode())
    assert all(name.isidentifier() for name in found.globals)


def test_bytecode_of_this_python_is_not_run_and_tells_its_names():
    code = compile("lambda x: launch(x)", "<file>", "eval").co_consts[0]
    found = _keras_code.describe(base64.b64encode(marshal.dumps(code)).decode())
    assert found.python
    assert found.globals in (("launch",), ())


def test_deep_models_and_wide_ones_are_bounded(tmp_path):
    deep: dict = {"class_name": "Dense", "config": {}}
    for _ in range(200):
        deep = {"class_name": "Sequential", "config": {"layers": [deep]}}
    path = tmp_path / "model.json"
    path.write_text(json.dumps(deep), "utf-8")
    assert looked_at(path).opening_runs_code == "unknown"
    wide = [{"class_name": "Dense", "config": {"name": f"d{n}"}} for n in range(60_000)]
    path.write_text(json.dumps({"class_name": "Sequential", "config": wide}), "utf-8")
    artifact = looked_at(path)
    assert len(artifact.modules) <= 5_000
    assert artifact.opening_runs_code == "unknown"


def test_lying_sizes_take_no_memory(tmp_path):
    data = bytearray((FILES / "tf-2.15.1" / "sequential.h5").read_bytes())
    at = data.index(b"GCOL")
    data[at + 8 : at + 16] = (1 << 62).to_bytes(8, "little")
    path = tmp_path / "model.h5"
    path.write_bytes(data)
    tracemalloc.start()
    artifact = looked_at(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert artifact.damage
    assert peak < 64 << 20


def test_names_of_members_stay_inside(tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../config.json", "{}")
        archive.writestr("../../metadata.json", "{}")
    artifact = looked_at(path)
    assert not artifact.tensors


def test_a_module_of_the_file_s_choice_counts_as_code(tmp_path):
    layer = {"module": "os_like", "class_name": "Own", "registered_name": "Own", "config": {}}
    config = {"class_name": "Sequential", "config": {"layers": [layer]}}
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", '{"keras_version": "3.0.5"}')
        archive.write(FILES / "keras-3.15.0" / "model.weights.h5", "model.weights.h5")
    artifact = looked_at(path)
    assert (artifact.opening_runs_code, artifact.calls) == ("yes", ("os_like.Own",))
