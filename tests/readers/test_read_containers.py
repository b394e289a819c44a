"""Containers: what is read equals what their own libraries reported after loading."""

import argparse
import base64
import contextlib
import functools
import io
import json
import os
import pickle
import shutil
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_truth import read

import loadstone
from loadstone.readers._requirements import required
from loadstone.readers._yaml import NotYaml, parse

FILES = Path(__file__).parents[1] / "files" / "containers"
TOLD = {path.stem: json.loads(path.read_text()) for path in (FILES / "truth").glob("*.json")}
HF = json.loads((FILES.parent / "hf" / "truth.json").read_text())["folders"]
TYPES = {"double": "float64", "long": "int64"}


def test_mlflow():
    artifact, told = read(FILES / "mlflow"), TOLD["mlflow"]
    assert (artifact.format, artifact.content, artifact.damage) == ("mlflow", "container", ())
    assert artifact.detail["flavors"] == ", ".join(told["flavors"])
    assert artifact.detail["loader_module"] == told["loader_module"]
    assert artifact.producer == {
        "mlflow": told["mlflow_version"], "scikit-learn": told["sklearn_version"],
    }  # fmt: skip
    (signature,) = artifact.signatures
    assert [(port.name, port.dtype) for port in signature.inputs] == [
        (name, TYPES[kind]) for name, kind in told["inputs"]
    ]
    assert [name + spec for name, spec in artifact.requires.items()] == told["requirements"]
    assert (artifact.detail["inner"], artifact.detail["inner_format"]) == ("model.pkl", "pickle")
    assert "sklearn.linear_model._logistic.LogisticRegression" in map(str, artifact.globals)


def test_mlem():
    artifact, told = read(FILES / "mlem" / "model.mlem"), TOLD["mlem"]
    assert (artifact.format, artifact.damage) == ("mlem", ())
    assert artifact.detail["inner"] == told["uri"]
    names = {"sklearn": "scikit-learn"}
    assert artifact.requires == {
        names.get(name, name): f"=={version}" for name, version in told["requirements"].items()
    }


def test_spacy():
    artifact, told = read(FILES / "spacy"), TOLD["spacy"]
    assert (artifact.format, artifact.damage) == ("spacy", ())
    assert artifact.opening_runs_code == "no"
    assert artifact.detail["lang"] == told["lang"]
    assert [item.path for item in artifact.modules] == told["components"]
    assert [item.name for item in artifact.modules] == told["factories"]
    assert artifact.requires["spacy"] == told["spacy_version"].replace(" ", "")
    assert artifact.producer["spacy"] == told["version"]


def test_bentoml():
    artifact, told = read(FILES / "bentoml"), TOLD["bentoml"]
    assert (artifact.format, artifact.damage) == ("bentoml", ())
    assert f"{artifact.detail['name']}:{artifact.detail['version']}" == told["tag"]
    assert artifact.detail["module"] == told["module"]
    assert artifact.producer == {"bentoml": told["bentoml_version"]} | told["framework_versions"]
    assert [item.name for item in artifact.signatures] == told["signatures"]
    assert artifact.detail["inner"] == "saved_model.pkl"


def test_torchserve(tmp_path):
    artifact = read(FILES / "mar" / "net.mar")
    assert (artifact.format, artifact.damage) == ("torchserve", ())
    assert artifact.detail["inner"] == "pytorch_model.bin"
    assert (artifact.opening_runs_code, artifact.calls) == ("yes", ("handler.py",))
    (state,) = artifact.state_dicts
    found = {key: [fact.dtype, list(fact.shape)] for key, fact in state.tensors.items()}
    assert found == HF["bert-bin"]["tensors"]
    assert all(fact.extent is None for fact in state.tensors.values())  # it lies there deflated
    lacking = tmp_path / "net.mar"
    with zipfile.ZipFile(FILES / "mar" / "net.mar") as old, zipfile.ZipFile(lacking, "w") as new:
        for item in old.infolist():
            if item.filename != "pytorch_model.bin":
                new.writestr(item, old.read(item))
    assert [item.kind for item in read(lacking).damage] == ["missing-member"]


def test_a_stored_member_is_read_where_it_lies(tmp_path):
    path = tmp_path / "net.mar"
    with zipfile.ZipFile(FILES / "mar" / "net.mar") as old, zipfile.ZipFile(path, "w") as new:
        for item in old.infolist():
            new.writestr(item.filename, old.read(item))
    (state,) = read(path).state_dicts
    from reader_truth import joined

    assert all(len(joined(path, fact)) == fact.nbytes for fact in state.tensors.values())


@pytest.mark.parametrize(
    ("name", "lost"),
    [("mlflow", "model.pkl"), ("mlem", "model"), ("bentoml", "saved_model.pkl"),
     ("spacy", "tokenizer")],
)  # fmt: skip
def test_the_model_is_not_there(tmp_path, name, lost):
    folder = tmp_path / name
    shutil.copytree(FILES / name, folder)
    (folder / lost).unlink()
    path = folder / "model.mlem" if name == "mlem" else folder
    assert [item.kind for item in read(path).damage] == [
        "no-weights" if name == "bentoml" else "missing-member"
    ]


@pytest.mark.parametrize("uri", ["../model", "/etc/passwd", "a/../../x", "s3://bucket/x"])
def test_mlem_leads_nowhere_else(tmp_path, uri):
    text = (FILES / "mlem" / "model.mlem").read_text().replace("uri: model", f"uri: {uri}")
    (tmp_path / "net.mlem").write_text(text)
    artifact = read(tmp_path / "net.mlem")
    assert "inner_format" not in artifact.detail
    assert artifact.damage == ()


@pytest.mark.parametrize(
    "text",
    ["a: &x 1", "a: *x", "a: !!python/object:os.system 1", "a:\n  b: 1\n c: 2", "a: 'open",
     "a: [1, [2", "\ta: 1", "? a\n: b", "a: " + "[" * 100, "- " * 100],
)  # fmt: skip
def test_yaml_that_is_refused(text):
    with pytest.raises(NotYaml):
        parse(text.encode())


def test_yaml_of_plain_python():
    text = b"""
a: &id001 !!python/tuple
- 1
- !!python/unicode 'x'
b: *id001
c: [2]
d:
- &id002 {}
- *id002
"""
    assert parse(text, python=True)[0] == {"a": [1, "x"], "b": [1, "x"], "c": [2], "d": [{}, {}]}
    for bad in (b"a: *id001", b"a: !!python/object:os.system 1", b"a: &x\n  b: *x"):
        with pytest.raises(NotYaml):
            parse(bad, python=True)
    many = "a0: &a0 [1]\n" + "".join(
        f"a{at}: &a{at}\n- *a{at - 1}\n- *a{at - 1}\n" for at in range(1, 40)
    )
    with pytest.raises(NotYaml, match="stand for more"):
        parse(many.encode(), python=True)


def test_yaml_of_quotes_over_several_lines():
    text = 'one: \'it\'\'s\n  not over\'\ntwo: "a \\" b\n  c"\nlist: ["a \\" ]", it\'s,\n  b]\n'
    held = {"one": "it's not over", "two": 'a " b c', "list": ['a " ]', "it's", "b"]}
    assert parse(text.encode())[0] == held


def test_yaml_that_is_read():
    text = """
# a comment
name: "a: b"   # another
'quoted key': it's
version: 3.11.7
count: -3
share: 0.5
none: ~
yes: no
listed:
- a
-   b: 1
    c: [x, "y, z", {k: v}]
- - deep
  - 2
long: one
  two
folded: 'first
  second

  third'
literal: |
  line one
  line two
empty:
last: {}
"""
    value, twice = parse(text.encode())
    assert twice == []
    assert value == {
        "name": "a: b", "quoted key": "it's", "version": "3.11.7", "count": -3, "share": 0.5,
        "none": None, "True": False,
        "listed": ["a", {"b": 1, "c": ["x", "y, z", {"k": "v"}]}, ["deep", 2]],
        "long": "one two", "folded": "first second\nthird", "literal": "line one\nline two",
        "empty": None, "last": {},
    }  # fmt: skip
    assert parse(b"a: 1\nb: 2\na: 3\n") == ({"a": 3, "b": 2}, ["a"])


@settings(deadline=None, max_examples=400)
@given(
    st.text(alphabet="ab:-'\"[]{},#\n |>&*!?~ 01.\t\\", max_size=80)
    | st.binary(max_size=60).map(lambda data: data.decode("latin-1"))
)
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(NotYaml):
        value, _ = parse(text.encode("utf-8", "replace"))
        json.dumps(value)


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, " " * 1_000_000 + "a", "a" + " " * 900_000 + "b", "'" + "a\n" * 400_000,
     '["' + '\\"' * 400_000, "a: [" + " " * 900_000, "-\n" * 400_000, "a:\n" * 300_000,
     "\n".join(" " * at + "a:" for at in range(1000)), "a: " + "'\"" * 400_000],
)  # fmt: skip
def test_long_texts_take_no_long_time(text):
    before = time.process_time()
    with contextlib.suppress(NotYaml):
        parse(text.encode())
    assert time.process_time() - before < 20


def test_requirements():
    lines = ["numpy==1.26.4", "torch >=2 , <3", "scikit-learn[all]~=1.5 ; python_version > '3'",
             "# no", "-r other.txt", "git+https://x/y", "pandas # why", "a (>=1)"]  # fmt: skip
    assert required(lines) == {
        "numpy": "==1.26.4", "torch": ">=2,<3", "scikit-learn": "~=1.5", "pandas": "", "a": ">=1",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["mlflow/MLmodel", "bentoml/model.yaml", "mlem/model.mlem",
                                  "spacy/meta.json", "spacy/config.cfg"])  # fmt: skip
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_mutated_descriptions_never_raise(name, data):
    import tempfile

    held = (FILES / name).read_bytes()
    at = data.draw(st.integers(0, len(held)))
    cut = data.draw(st.integers(0, 30))
    new = held[:at] + data.draw(st.binary(max_size=6)) + held[at + cut :]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "m"
        shutil.copytree((FILES / name).parent, folder)
        (folder / Path(name).name).write_bytes(new)
        json.dumps(read(folder).detail, allow_nan=False)
        json.dumps(read(folder / Path(name).name).detail, allow_nan=False)


BUNDLE = {
    "forms/model.pt2": b"PK",
    "witnesses/witnesses.json": b"{}",
    "environment/environment.json": b"{}",
}


@pytest.mark.parametrize("packed", [True, False])
def test_a_bundle_without_its_manifest_is_a_damaged_bundle(tmp_path, packed):
    path = tmp_path / "review.lode"
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in BUNDLE.items():
                archive.writestr(name, data)
    else:
        for name, data in BUNDLE.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    found = read(path)
    assert (found.format, found.is_folder) == ("loadstone", not packed)
    assert [item.detail["member"] for item in found.damage] == ["loadstone.json"]
    assert [item.check.code for item in loadstone.check(path).found] == ["LS014"]


def rewritten(path, old, change):
    """Write the archive `old` to `path` with its settings changed."""
    with zipfile.ZipFile(old) as given, zipfile.ZipFile(path, "w") as new:
        for item in given.infolist():
            data = given.read(item)
            new.writestr(item, change(json.loads(data)) if item.filename == "data" else data)
    return read(path)


def test_stable_baselines3():
    ppo = read(FILES / "stable_baselines3" / "ppo.zip")
    assert (ppo.format, ppo.framework, ppo.damage) == ("stable-baselines3", "torch", ())
    assert ppo.producer == {"stable-baselines3": "2.4.0"}
    assert ppo.detail == {"steps": 64, "algorithm": "PPO", "package": "stable_baselines3"}
    (state,) = ppo.state_dicts
    assert state.tensors["mlp_extractor.policy_net.0.weight"].shape == (8, 4)
    assert ppo.opening_runs_code == "yes"
    assert "cloudpickle.cloudpickle._make_function" in ppo.calls
    sac = read(FILES / "stable_baselines3" / "sac.zip")
    assert sac.detail["algorithm"] == "SAC"
    assert {"actor.mu.weight", "critic.qf0.0.weight"} <= sac.state_dicts[0].tensors.keys()


def test_settings_of_stable_baselines3_are_judged_by_their_pickles(tmp_path):
    ppo = FILES / "stable_baselines3" / "ppo.zip"

    def plain(settings):
        kept = {key: value for key, value in settings.items() if not isinstance(value, dict)}
        return json.dumps(kept)

    def calling(settings):
        pickled = pickle.dumps(Calls())
        held = {":type:": "<class 'int'>", ":serialized:": base64.b64encode(pickled).decode()}
        return json.dumps(json.loads(plain(settings)) | {"seed": held})

    artifact = rewritten(tmp_path / "plain.zip", ppo, plain)
    assert (artifact.opening_runs_code, artifact.calls) == ("library", ())
    artifact = rewritten(tmp_path / "calling.zip", ppo, calling)
    assert artifact.opening_runs_code == "yes"
    assert [name.partition(".")[2] for name in artifact.calls] == ["system"]
    for what in ("{", '{"a": 1, "a": 2}', '{"a": {":serialized:": 3}}'):
        artifact = rewritten(tmp_path / "odd.zip", ppo, lambda _, what=what: what)
        assert artifact.damage
        assert artifact.opening_runs_code == "unknown"
        (tmp_path / "odd.zip").unlink()


@pytest.mark.parametrize(
    ("held", "word"),
    [
        ({"activation_fn": torch.nn.Tanh, "optimizer_class": torch.optim.Adam}, "library"),
        ({"activation_fn": functools.partial(torch.nn.Tanh)}, "yes"),
        ({"features_extractor_class": np.memmap}, "yes"),
        ({"optimizer_class": argparse.Namespace(hooks=sum)}, "yes"),
    ],
)
def test_what_stable_baselines3_would_call_of_its_settings_is_told(held, word, tmp_path):
    """Its `load` makes a policy by classes that stand in the keywords, with what stands there."""

    def other(settings):
        kept = {key: value for key, value in settings.items() if not isinstance(value, dict)}
        pickled = base64.b64encode(pickle.dumps(held)).decode()
        return json.dumps(kept | {"policy_kwargs": {":type:": "dict", ":serialized:": pickled}})

    ppo = FILES / "stable_baselines3" / "ppo.zip"
    assert rewritten(tmp_path / "x.zip", ppo, other).opening_runs_code == word


def test_archives_of_stable_baselines_are_known_by_what_their_loader_would_open(tmp_path):
    pickled = base64.b64encode(pickle.dumps(Calls())).decode()
    settings = json.dumps({"seed": {":serialized:": pickled}, "clip": float("inf")})
    arrays = io.BytesIO()
    np.savez(arrays, weights=np.array([Calls()], dtype=object))
    archives = [
        {"data": " " * 5000 + settings, "_stable_baselines3_version": "2.4.0"},
        {"data": settings},
        {"data": settings, "actor.pth": b""},
        {"data": "{}", "parameter_list": '["weights"]', "parameters": arrays.getvalue()},
    ]
    for number, members in enumerate(archives):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        assert (read(path).format, read(path).opening_runs_code) == ("stable-baselines3", "yes")


class Calls:
    def __reduce__(self):
        return os.system, ("true",)
