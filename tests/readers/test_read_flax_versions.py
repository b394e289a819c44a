"""Flax's msgpack of models in training by 0.7 and 0.12: what each restored."""

import hashlib
import json
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "flax_versions"
TOLD = {
    name: told
    for path in sorted(FILES.glob("truth_*.json"))
    for name, told in json.loads(path.read_text()).items()
}


@pytest.mark.parametrize("name", sorted(TOLD))
def test_facts_are_what_flax_restored(name):
    path, told = FILES / name, TOLD[name]
    artifact = read(path)
    assert (artifact.format, artifact.damage, artifact.disagreements) == ("flax-msgpack", (), ())
    assert artifact.opening_runs_code == "no"
    (state,) = artifact.state_dicts
    arrays = {key: value for key, value in told.items() if len(value) == 3}
    found = {
        key: [fact.dtype, list(fact.shape), hashlib.sha256(joined(path, fact)).hexdigest()[:16]]
        for key, fact in state.tensors.items()
    }
    assert found == arrays
    assert set(state.others) == told.keys() - arrays.keys()
