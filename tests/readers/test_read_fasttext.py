"""fastText's models, compared with what fastText and gensim read from the same files."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "fasttext"
OWN = json.loads((FILES / "own.json").read_text("utf-8"))


@pytest.mark.parametrize("name", OWN)
def test_facts_are_what_fasttext_reads(name):
    told, found = OWN[name], read(FILES / name)
    assert (found.format, found.damage, found.opening_runs_code) == ("fasttext", (), "no")
    plain = {key: value for key, value in told.items() if key not in ("input", "output")}
    assert {key: found.detail[key] for key in plain} == plain
    tensors = {key: fact for state in found.state_dicts for key, fact in state.tensors.items()}
    assert {key: list(fact.shape) for key, fact in tensors.items()} == {
        key: told[key][0] for key in ("input", "output") if key in told
    }
    for key, fact in tensors.items():
        assert hashlib.sha256(joined(FILES / name, fact)).hexdigest() == told[key][1]
    assert found.detail.get("quantized") is (True if name.endswith(".ftz") else None)


@pytest.mark.parametrize("name", [name for name in OWN if name.endswith(".bin")])
def test_a_file_that_ends_in_a_matrix_says_where_it_should_end(tmp_path, name):
    data = (FILES / name).read_bytes()
    for lost in (1, 40, 200):
        (tmp_path / "model.bin").write_bytes(data[:-lost])
        (damage,) = read(tmp_path / "model.bin").damage
        assert damage.kind == "truncated"
        assert damage.detail["need"] <= len(data)
    (tmp_path / "model.bin").write_bytes(data[:-1])
    assert read(tmp_path / "model.bin").damage[0].detail["need"] == len(data)


def test_arguments_and_counts():
    found = read(FILES / "gensim.bin")
    told = json.loads((FILES / "truth.json").read_text("utf-8"))
    assert (found.format, found.content, found.framework) == ("fasttext", "model", "fasttext")
    assert {key: found.detail[key] for key in told} == told
    assert (found.opening_runs_code, found.damage) == ("no", ())


def test_a_file_that_ends_in_its_header(tmp_path):
    data = (FILES / "gensim.bin").read_bytes()
    for length in (8, 40, 90):
        (tmp_path / "model.bin").write_bytes(data[:length])
        assert [item.kind for item in read(tmp_path / "model.bin").damage] == ["truncated"]


@settings(deadline=None, max_examples=200)
@given(at=st.integers(0, 120), value=st.binary(min_size=1, max_size=8))
def test_any_header_is_read_or_damaged(tmp_path_factory, at, value):
    data = bytearray((FILES / "uns.bin").read_bytes())
    data[at : at + len(value)] = value
    path = tmp_path_factory.mktemp("fasttext") / "model.bin"
    path.write_bytes(bytes(data))
    json.dumps(read(path).detail, allow_nan=False)
