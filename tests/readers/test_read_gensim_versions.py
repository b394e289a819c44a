"""Models of gensim 3.8 and 4.3: the arrays that each loaded, and the files beside them."""

import hashlib
import json
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "gensim_versions"
TOLD = {
    name: told
    for path in sorted(FILES.glob("truth_*.json"))
    for name, told in json.loads(path.read_text()).items()
}
# what a load makes again, and no file holds
MADE = {"cum_table", "vocabulary.cum_table"}
AGAIN = {"4.3.3-fasttext.model": {"wv.vectors"}}


@pytest.mark.parametrize("name", sorted(TOLD))
def test_facts_are_what_gensim_loaded(name):
    artifact, told = read(FILES / name), TOLD[name]
    assert (artifact.framework, artifact.damage) == ("gensim", ())
    assert artifact.opening_runs_code == "library"
    root = artifact.modules[0]
    assert f"{root.module}.{root.name}" == told["class"]
    version = name.partition("-")[0]
    assert artifact.producer == ({"gensim": version} if version.startswith("4.") else {})
    parts = sorted(part.path for part in artifact.parts)
    assert parts == told["beside"]


@pytest.mark.parametrize("name", sorted(TOLD))
def test_arrays_are_those_that_gensim_loaded(name):
    told = TOLD[name]["arrays"]
    tensors = {
        key: fact for state in read(FILES / name).state_dicts for key, fact in state.tensors.items()
    }
    assert told.keys() - tensors.keys() <= MADE | AGAIN.get(name, set())
    placed = 0
    for key in told.keys() & tensors.keys():
        dtype, shape, digest = told[key]
        assert (tensors[key].dtype, list(tensors[key].shape)) == (dtype, shape), key
        if tensors[key].extent is not None:
            data = joined(FILES / name, tensors[key])
            assert hashlib.sha256(data).hexdigest()[:16] == digest
            placed += 1
    assert placed or not any(item.endswith(".npy") for item in TOLD[name]["beside"])
