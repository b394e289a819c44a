"""Boosters: what is read equals what the library itself said after it had loaded the file."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_truth import read

FILES = Path(__file__).parents[1] / "files"
FOLDERS = ("xgboost", "lightgbm", "catboost")
TRUTH = {
    FILES / folder / name: held
    for folder in FOLDERS
    for path in sorted((FILES / folder / "truth").glob("*.json"))
    for name, held in json.loads(path.read_text()).items()
}
every = pytest.mark.parametrize("path", TRUTH, ids=[path.name for path in TRUTH])


def of(folder):
    return [path for path in TRUTH if path.parent.name == folder]


def inputs(artifact):
    return [port.name for port in artifact.signatures[0].inputs]


@every
def test_a_whole_model_is_whole(path):
    artifact = read(path)
    assert artifact.content == "model"
    assert artifact.framework == path.parent.name
    assert (artifact.damage, artifact.disagreements) == ((), ())
    assert artifact.opening_runs_code == "no"
    assert artifact.detail.get("trees") == TRUTH[path]["trees"]


@pytest.mark.parametrize("path", of("xgboost"), ids=lambda path: path.name)
def test_xgboost(path):
    artifact, truth = read(path), TRUTH[path]
    binary = artifact.format == "xgboost-binary"
    said = artifact.producer["xgboost"]
    assert said == (re.match(r"\d+\.\d+", truth["version"])[0] if binary else truth["version"]) or (
        binary and truth["version"] == "0.90" and said is None  # it was not written yet
    )
    if truth["feature_names"] and "feature_names" in artifact.detail:
        assert inputs(artifact) == truth["feature_names"]
    if "num_feature" in truth:
        assert artifact.detail["num_feature"] == truth["num_feature"]
    if "config" in truth:
        config = truth["config"]
        assert artifact.detail["objective"] == config["objective"]
        assert artifact.detail["booster"] == config["booster"]
        for key in ("num_class", "num_feature"):
            assert artifact.detail[key] == int(config["learner_model_param"][key])
        if not binary:
            assert artifact.detail["base_score"] == config["learner_model_param"]["base_score"]
    if "estimator" in truth:
        assert artifact.detail["wrapper"] == "scikit-learn"


def test_names_are_read_wherever_xgboost_stores_them():
    stored = [path for path in of("xgboost") if "1.3" not in path.name and "0.90" not in path.name]
    named = [path for path in stored if TRUTH[path]["feature_names"] and path.suffix == ".json"]
    assert len(named) >= 6
    for path in named:
        assert inputs(read(path)) == TRUTH[path]["feature_names"], path.name
    kinds = [
        port.dtype for port in read(FILES / "xgboost/2.1.4-categories.json").signatures[0].inputs
    ]
    assert kinds == ["float32", None]


@pytest.mark.parametrize("path", of("lightgbm"), ids=lambda path: path.name)
def test_lightgbm(path):
    artifact, truth = read(path), TRUTH[path]
    assert inputs(artifact) == truth["feature_names"]
    assert artifact.detail["num_feature"] == truth["num_feature"]
    assert artifact.detail["num_tree_per_iteration"] == truth["per_iteration"]
    assert artifact.detail["pandas_categorical"] == len(truth["pandas_categorical"] or [])
    assert artifact.detail["objective"] == truth["objective"]


@pytest.mark.parametrize("path", of("catboost"), ids=lambda path: path.name)
def test_catboost(path):
    artifact, truth = read(path), TRUTH[path]
    assert inputs(artifact) == truth["feature_names"]
    kinds = [port.dtype for port in artifact.signatures[0].inputs]
    assert [at for at, kind in enumerate(kinds) if kind is None] == truth["categorical"]
    assert artifact.detail.get("classes", "") == ", ".join(truth["classes"])
    assert artifact.detail["loss_function"] == truth["loss"]


def test_what_is_no_model_says_so():
    for name in ("xgboost/dump.json", "xgboost/dump.txt", "lightgbm/dump.json"):
        artifact = read(FILES / name)
        assert artifact.format == f"{name.partition('/')[0]}-dump"
        assert artifact.content == "none"
    configs = sorted((FILES / "xgboost").glob("*-config.json"))
    assert len(configs) == 4
    for path in configs:
        artifact = read(path)
        assert (artifact.format, artifact.content) == ("xgboost-config", "architecture")
        assert artifact.damage == ()


@every
def test_a_cut_file_is_damaged_wherever_it_is_cut(path, tmp_path):
    data = path.read_bytes()
    binary = read(path).format == "xgboost-binary"  # sizes lie among the trees, which are not read
    for part in (0.35, 0.6, 0.9, 0.99):
        cut = tmp_path / path.name
        cut.write_bytes(data[: int(len(data) * part)])
        artifact = read(cut)
        if binary or (part == 0.99 and path.suffix == ".txt"):
            continue
        assert [item.kind for item in artifact.damage] == ["truncated"], part


@pytest.mark.parametrize("path", of("lightgbm"), ids=lambda path: path.name)
def test_lightgbm_says_how_many_trees_are_whole(path, tmp_path):
    data = path.read_bytes()
    cut = tmp_path / "model.txt"
    cut.write_bytes(data[: data.index(b"\nTree=2") + 20])
    (damage,) = read(cut).damage
    assert (damage.kind, damage.detail["whole"]) == ("truncated", 2)
    assert damage.detail["need"] == data.index(b"end of trees")
    cut.write_bytes(data.replace(b"\n", b"\r\n"))
    assert [item.kind for item in read(cut).damage] == ["crlf"]
    cut.write_bytes(data.replace(b"Tree=1\n", b"Tree=1\n\n"))
    assert read(cut).damage[0].kind == "malformed"


def test_a_large_xgboost_model_is_read_at_its_ends(tmp_path):
    path = tmp_path / "large.json"
    model = json.loads((FILES / "xgboost/2.1.4-binary.json").read_text())
    trees = model["learner"]["gradient_booster"]["model"]["trees"]
    trees[0]["padding"] = [0.125] * 1_200_000
    path.write_text(json.dumps(model))
    artifact = read(path)
    assert artifact.size > 6 << 20
    small = read(FILES / "xgboost/2.1.4-binary.json")
    assert (artifact.detail, artifact.producer) == (small.detail, small.producer)
    assert artifact.signatures == small.signatures


def test_keys_that_stand_twice_are_a_disagreement(tmp_path):
    path = tmp_path / "model.json"
    text = (FILES / "xgboost/2.1.4-binary.json").read_text()
    path.write_text(text[:-1] + ',"version":[9,9,9]}')
    artifact = read(path)
    assert [item.kind for item in artifact.disagreements] == ["duplicate-key"]
    assert artifact.opening_runs_code == "unknown"


SEEDS = [path.read_bytes() for path in TRUTH]
WORDS = [b"\xff" * 4, b"\0" * 8, b"\xff\xff\xff\x7f", b"L\x7f" + b"\xff" * 7, b"[$d#L", b"[" * 200]


@st.composite
def mutated(draw):
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == 1:
            data[at : at + 1] = draw(st.binary(max_size=3))
        elif kind == 2:
            word = draw(st.sampled_from(WORDS))
            data[at : at + len(word)] = word
        else:
            del data[at:]
    return bytes(data)


@settings(
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=mutated())
def test_mutated_files_never_raise(tmp_path, data):
    path = tmp_path / "model"
    path.write_bytes(data)
    json.dumps(read(path).detail, allow_nan=False)


LEARNER = b"{L" + (7).to_bytes(8, "big") + b"learner"
HOSTILE = {
    "ubj_depth": LEARNER + b"[" * 100_000,
    "ubj_objects": LEARNER + b"{U\1a" * 100_000,
    "ubj_count": LEARNER + b"[#L" + b"\x7f" + b"\xff" * 7,
    "ubj_nulls": LEARNER + b"[#L" + b"\x7f" + b"\xff" * 7 + b"Z" * 5_000_000,
    "json_depth": b'{"learner":' + b'{"learner":{"a":' * 50_000,
    "lightgbm_sizes": b"tree\nversion=v4\ntree_sizes=" + b"99999999999 " * 50_000 + b"\n\nTree=0\n",
    "catboost_loop": b"CBM1" + (64).to_bytes(4, "little") + b"\4\0\0\0" * 16,
    "catboost_size": b"CBM1\xff\xff\xff\xff",
    "bs64": b"bs64\t" + b"A" * 600,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(tmp_path, name):
    path = tmp_path / "model"
    path.write_bytes(HOSTILE[name])
    assert read(path).damage or name == "json_depth"


@pytest.mark.parametrize(
    ("until", "part"),
    [
        ("feature_importances", "importances"),
        ("end of parameters", "parameters"),
        ("pandas_categorical", "pandas"),
        ("categorical:", "pandas"),
        (', "c"', "pandas"),
    ],
)
def test_the_end_of_a_lightgbm_text_that_is_lost(tmp_path, until, part):
    """All of it loads, and what it knew of categories is gone."""
    whole = (FILES / "lightgbm" / "3.3.5-categories.txt").read_text()
    (tmp_path / "m.txt").write_text(whole[: whole.rindex(until)])
    (damage,) = read(tmp_path / "m.txt").damage
    assert (damage.kind, damage.detail["part"]) == ("truncated", part)
